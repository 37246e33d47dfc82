"""Catalog -> findings of source-of-two-languages. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB728", help="give one of the two another name")
def source_of_two_languages(document: Document, context: Context) -> Iterator[Found]:
    """A source that answers PromQL in one environment and SQL in another."""
    if document.kind != "environments":
        return
    first: dict[str, tuple[str, str]] = {}
    for place, environment in context.repository.sound("environments").items():
        for name, source in environment["sources"].items():
            kind, where = first.setdefault(name, (source["kind"], place))
            if (kind == "prometheus") != (source["kind"] == "prometheus"):
                said = f'source "{name}" is {source["kind"]} here and {kind} in "{where}"'
                at = ("environments", place, "sources", name, "kind")
                yield Found(at, f"{said}, expected one language in all environments")
