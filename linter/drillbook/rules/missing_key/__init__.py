"""Document + schema -> findings of missing-key. Pure."""

from collections.abc import Iterator

from drillbook import resources
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.repository import DEFAULTS
from drillbook.rule import Context, broken, repository_rule
from drillbook.suggest import nearest


@repository_rule("DB101", help="write the key; a draft (status: draft) may leave it out")
def missing_key(document: Document, context: Context) -> Iterator[Found]:
    """A key that is needed and not there."""
    unknown = {(v.at[:-1], nearest(v.names[0], v.known)) for v in broken(document, context, "additionalProperties")}
    for violation in broken(document, context, "required"):
        name = violation.names[0]
        if (violation.at, name) in unknown:
            continue  # it is there, misspelled, and has its finding
        inside = f' in "{violation.at[-1]}"' if violation.at and isinstance(violation.at[-1], str) else ""
        where = ""
        if document.kind == "runbook" and (violation.at or (name,))[0] in _shared():
            where = f"; write it here, or once for all in {DEFAULTS}"
        yield Found((*violation.at, name), f'"{name}" is missing{inside}{where}')
    for violation in broken(document, context, "anyOf", "contains"):
        yield Found(violation.at, violation.words, key=True)


def _shared() -> frozenset[str]:
    """The keys that defaults may hold."""
    return frozenset(resources.schemas()["defaults"]["$defs"]["shared"]["properties"])
