"""Catalog -> findings of less-critical-dependency. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule

_LEVELS = ("low", "medium", "high", "critical")
_STEPS = 2
"""One step is what a copy that lasts for a while makes up for."""


@repository_rule(
    "DB721",
    help="raise its criticality, or take it out of depends_on where the other goes on without it",
    severity=Severity.WARNING,
)
def less_critical_dependency(document: Document, context: Context) -> Iterator[Found]:
    """A component that is far less critical than another one that depends on it."""
    if document.kind != "components":
        return
    catalog = context.repository.sound("components")
    level = {name: _LEVELS.index(entry["criticality"]) for name, entry in catalog.items()}
    above: dict[str, str] = {}
    for name, entry in catalog.items():
        for each in entry.get("depends_on", ()):
            if each in level and (each not in above or level[name] > level[above[each]]):
                above[each] = name
    for name in catalog:
        user = above.get(name, name)
        if level[user] - level[name] >= _STEPS:
            said = f'"{name}" is {_LEVELS[level[name]]}, and "{user}", which is {_LEVELS[level[user]]}, depends on it'
            least = _LEVELS[level[user] - _STEPS + 1]
            yield Found(("components", name, "criticality"), f"{said}; expected {least} at least")
