"""Document + catalog -> findings of personal-data-without-clock. Pure."""

from collections.abc import Iterator

from drillbook.deadlines import lacking, named
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule

_CLOCKS = ("governance", "clocks")


@repository_rule("DB611", help="name the clock, and the condition under which it applies", severity=Severity.WARNING)
def personal_data_without_clock(document: Document, context: Context) -> Iterator[Found]:
    """A runbook about personal data without a clock for their breach."""
    if document.kind != "runbook" or document.card.status == "retired":
        return
    effective = context.repository.effective(document)
    clocks = named(effective)
    data = effective["governance"].get("personal_data") if clocks is not None else None
    if clocks is None or data not in ("personal", "special"):
        return
    missing = lacking(clocks, "personal_data", context.repository.sound("clocks"), context.as_of)
    if missing:
        at = ("governance", "personal_data") if context.repository.inherited(document, _CLOCKS) else _CLOCKS
        yield Found(at, f'personal data is "{data}" and no clock concerns it, {missing}')
