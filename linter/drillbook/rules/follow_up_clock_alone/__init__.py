"""Document + catalog -> findings of follow-up-clock-alone. Pure."""

from collections.abc import Iterator

from drillbook.deadlines import named
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule("DB613", help="name the clock of the first report too", severity=Severity.WARNING)
def follow_up_clock_alone(document: Document, context: Context) -> Iterator[Found]:
    """A clock that starts with an earlier report, without the clock of that report."""
    if document.kind != "runbook" or document.card.status == "retired":
        return
    catalog = context.repository.sound("clocks")
    clocks = named(context.repository.effective(document)) or ()
    begun = {catalog[name]["regime"] for name in clocks if name in catalog and _is_first(catalog[name])}
    for index, name in enumerate(clocks):
        clock = catalog.get(name)
        if clock is None or _is_first(clock) or clock["regime"] in begun:
            continue
        first = [other for other, each in catalog.items() if each["regime"] == clock["regime"] and _is_first(each)]
        if first:
            words = " or ".join(f'"{other}"' for other in first[:3])
            said = f'"{name}" starts when an earlier report was handed in, and that one is not named'
            yield Found(("governance", "clocks", index, "clock"), f"{said}; expected {words} too")


def _is_first(clock: dict[str, object]) -> bool:
    return clock["starts_at"] != "submitted"
