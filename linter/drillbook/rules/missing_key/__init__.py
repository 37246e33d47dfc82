"""Document + schema -> findings of missing-key. Pure."""

import json
from collections.abc import Iterator

from drillbook import resources
from drillbook.document import Document
from drillbook.finding import Found, Place
from drillbook.repository import DEFAULTS
from drillbook.rule import Context, broken, repository_rule
from drillbook.suggest import nearest

_SHOWN = 100
"""Characters of an example that are shown."""


@repository_rule(
    "DB101", help="write the key; drillbook schema NAME, and the schema pages of the site, say what it holds"
)
def missing_key(document: Document, context: Context) -> Iterator[Found]:
    """A key that is needed and not there."""
    unknown = {(v.at[:-1], nearest(v.names[0], v.known)) for v in broken(document, context, "additionalProperties")}
    for violation in broken(document, context, "required"):
        name = violation.names[0]
        if (violation.at, name) in unknown:
            continue  # it is there, misspelled, and has its finding
        place = (*violation.at, name)
        if _may_be_inherited(place, document, context):
            continue
        shared = document.kind == "runbook" and not context.repository.inherited(document, place) and _shared(place)
        if document.foreign:
            yield Found(place, f'"{name}" is missing, so this is no {document.kind}', help=_help(document, place))
            continue
        where = f"; write it here, or once for all in {DEFAULTS}" if shared else ""
        yield Found(place, f'"{name}" is missing{_inside(violation.at)}{where}', help=_help(document, place))
    for violation in broken(document, context, "anyOf", "contains"):
        if violation.found in (dict, list):
            yield Found(violation.at, violation.words, key=True)


def _may_be_inherited(place: Place, document: Document, context: Context) -> bool:
    """Whether some team's defaults hold the key and nobody can say which team is meant: that has its own finding."""
    repository = context.repository
    if document.kind != "runbook" or place == ("owner",):
        return False
    if any(not file.readable for file in repository.of("defaults")):
        return _shared(place)
    if str(document.front.get("owner")) in repository.entries("teams"):
        return False
    below = [(*("teams", team), *place) for file in repository.of("defaults") for team in _teams(file)]
    return any(file.marks.find(each) is not None for file in repository.of("defaults") for each in below)


def _teams(file: Document) -> tuple[str, ...]:
    found = file.front.get("teams")
    return tuple(found) if isinstance(found, dict) else ()


def _help(document: Document, place: Place) -> str:
    """What the key holds, with an example, as its schema says; and whether a draft may do without it."""
    name, below = (
        (str(place[0]).removesuffix("s"), place[2:]) if place[0] in ("steps", "injects") else (document.kind, place)
    )
    said = resources.schema_at(str(name), below)
    holds = str(said.get("description", "")).split(". ")[0].rstrip(".")
    examples = [json.dumps(each, ensure_ascii=False) for each in said.get("examples", ()) if each is not None]
    shown = next((f"; for example {place[-1]}: {each}" for each in examples if len(each) <= _SHOWN), "")
    always = place[-1] in resources.schema_at(str(name), below[:-1]).get("required", ())
    draft = "" if always or document.kind != "runbook" else "; a draft may leave it out"
    return f"write the key: {holds[:1].lower()}{holds[1:]}{shown}{draft}" if holds else ""


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
