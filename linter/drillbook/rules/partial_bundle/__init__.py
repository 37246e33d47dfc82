"""Document + catalog -> findings of partial-bundle. Pure."""

from collections.abc import Iterator, Mapping

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_KINDS = ("feature-view/", "prompt/", "index/")
"""What a model was made for, and what goes back together with it."""


@repository_rule("DB512", help="add it with its own version, or previous_good")
def partial_bundle(document: Document, context: Context) -> Iterator[Found]:
    """A rollback of a model without the features, prompt or index that it needs and that this is about."""
    runbook = context.repository.in_use(document)
    if runbook is None or runbook.rollback is None:
        return
    catalog = context.repository.entries("components")
    about = [each.get("ref") for each in runbook.data.get("components", ())]
    for name in runbook.rollback.to:
        needs = _needs(name, catalog) if name.startswith("model/") else set()
        for part in about:
            kept = part in catalog and any(key in catalog[part] for key in ("previous_good", "versions"))
            if part in needs and kept and part.startswith(_KINDS) and part not in runbook.rollback.to:
                said = f'"{name}" goes back and "{part}", which it needs, does not'
                yield Found(("rollback", "to", name), f"{said}; expected the whole bundle", key=True)


def _needs(name: str, catalog: Mapping[str, Mapping[str, object]]) -> set[str]:
    """Everything that a component depends on, however far away."""
    seen: set[str] = set()
    todo = [name]
    while todo:
        below = catalog.get(todo.pop(), {}).get("depends_on")
        for each in below if isinstance(below, list) else ():
            if isinstance(each, str) and each not in seen:
                seen.add(each)
                todo.append(each)
    return seen
