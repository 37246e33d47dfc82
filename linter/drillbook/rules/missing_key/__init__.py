"""Document + schema -> findings of missing-key. Pure."""

from collections.abc import Iterator

from drillbook import resources
from drillbook.document import Document
from drillbook.finding import Found, Place
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
        place = (*violation.at, name)
        shared = document.kind == "runbook" and not context.repository.inherited(document, place) and _shared(place)
        where = f"; write it here, or once for all in {DEFAULTS}" if shared else ""
        yield Found(place, f'"{name}" is missing{_inside(violation.at)}{where}')
    for violation in broken(document, context, "anyOf", "contains"):
        if violation.found in (dict, list):
            yield Found(violation.at, violation.words, key=True)


def _inside(place: Place) -> str:
    """What the key is missing in: a key, or an entry of a list, counted from 1."""
    if not place:
        return ""
    if isinstance(place[-1], str):
        return f' in "{place[-1]}"'
    return (
        "" if place[0] in ("steps", "injects") and len(place) == 2 else f' in number {place[-1] + 1} of "{place[-2]}"'
    )


def _shared(place: Place) -> bool:
    """Whether defaults may hold the key at a place; lists are replaced as a whole, so nothing in them is shared."""
    if any(isinstance(part, int) for part in place):
        return False
    found = resources.schemas()["defaults"]["$defs"]["shared"]["properties"].get(place[0])
    inner = found.get("properties") if found else None
    return found is not None and (inner is None or len(place) == 1 or place[1] in inner)
