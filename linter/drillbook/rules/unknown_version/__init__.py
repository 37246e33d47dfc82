"""Document + catalog -> findings of unknown-version. Pure."""

from collections.abc import Iterator, Mapping

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.suggest import hint

_BEFORE = "previous_good"


@repository_rule("DB513", help="name a version that is kept, or note in the catalog that it is")
def unknown_version(document: Document, context: Context) -> Iterator[Found]:
    """A version to go back to that the catalog does not have."""
    runbook = context.repository.in_use(document)
    if runbook is None or runbook.rollback is None:
        return
    catalog = context.repository.entries("components")
    for name, version in runbook.rollback.to.items():
        if name not in catalog:
            continue
        kept = _kept(catalog[name])
        if version == _BEFORE and _BEFORE not in catalog[name]:
            said = f'"{name}" has no "previous_good" in catalog/components.yaml'
            yield Found(("rollback", "to", name), f"{said}, expected one there or a version here")
        elif version != _BEFORE and version not in kept:
            said = f'version "{version}" of "{name}" is not in catalog/components.yaml'
            yield Found(("rollback", "to", name), f"{said}, {hint(version, kept) if kept else 'which keeps none'}")


def _kept(entry: Mapping[str, object]) -> list[str]:
    """The versions that a component may go back to."""
    listed = entry.get("versions")
    found = [each.get("version") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    found += [entry.get(_BEFORE), entry.get("in_service")]
    return [each for each in dict.fromkeys(found) if isinstance(each, str)]
