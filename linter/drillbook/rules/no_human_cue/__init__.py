"""Document -> findings of no-human-cue. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule("DB337", help='add a signal with "source: people"', severity=Severity.WARNING)
def no_human_cue(document: Document, context: Context) -> Iterator[Found]:
    """A runbook that waits for machines only, and for nothing that people notice."""
    repository = context.repository
    if document.kind != "runbook" or not repository.is_complete(document):
        return
    signals = repository.effective(document).get("signals")
    entries = [each for each in signals if isinstance(each, dict)] if isinstance(signals, list) else []
    if entries and all(each.get("source", "people") != "people" for each in entries):
        yield Found(("signals",), 'no signal is one that people notice, expected one with "source: people"', key=True)
