"""Document -> findings of macro-out-of-runbook. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule


@file_rule("DB806", help='link to runbooks/<id>.md#step-<id>, or call [[[ runbook("id") ]]]')
def macro_out_of_runbook(document: Document) -> Iterator[Found]:
    """A call of signal or step on a page that has none."""
    if document.kind not in ("page", "incident"):
        return
    for call in document.body.calls:
        if call.macro in ("signal", "step"):
            yield Found(call.at, f'{call.macro} "{call.argument}" is called outside of a runbook, expected it in one')
