"""Catalog -> findings of source-of-two-dialects. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB729", help="use one kind of database, or give one of the two another name", severity=Severity.WARNING
)
def source_of_two_dialects(document: Document, context: Context) -> Iterator[Found]:
    """A source that is one database in one environment and another in the next."""
    if document.kind != "environments":
        return
    first: dict[str, tuple[str, str]] = {}
    for place, environment in context.repository.sound("environments").items():
        for name, source in environment["sources"].items():
            kind, where = first.setdefault(name, (source["kind"], place))
            if kind != source["kind"] and "prometheus" not in (kind, source["kind"]):
                said = f'source "{name}" is {source["kind"]} here and {kind} in "{where}"'
                at = ("environments", place, "sources", name, "kind")
                yield Found(at, f"{said}, expected one dialect in all environments")
