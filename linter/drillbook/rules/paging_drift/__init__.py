"""Document + its PromQL -> findings of paging-drift. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB316", help="make it a ticket or diagnostic, and page on what people feel", severity=Severity.WARNING
)
def paging_drift(document: Document, context: Context) -> Iterator[Found]:
    """Drift of the input that wakes somebody by itself."""
    runbook = context.repository.in_use(document)
    for index, signal in enumerate(runbook.signals if runbook else ()):
        if signal.tier != "page":
            continue
        text = f"{signal.id} {signal.title} {signal.query}".lower()
        if _DRIFT.search(text) and _INPUT.search(text) and not _RESULT.search(text):
            words = 'this measures how the input is distributed, expected "diagnostic" or "ticket"'
            yield Found(("signals", index, "tier"), words)


_DRIFT = re.compile(r"(?<![a-z])(?:psi|drift|ks)(?![a-z])|population stability|kolmogorov|jensen.shannon|wasserstein")
_INPUT = re.compile(r"features?|inputs?|covariates?|columns?|embeddings?")
_RESULT = re.compile(
    r"predict|output|scores?(?![a-z])|decision|label|accura|answer|response|error|missing|null|clock|offset|ntp"
)
