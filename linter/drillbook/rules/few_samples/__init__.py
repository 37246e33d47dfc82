"""Document + its PromQL -> findings of few-samples. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB315", help="ask for at least 200 samples")
def few_samples(document: Document, context: Context) -> Iterator[Found]:
    """A distribution that is judged by fewer than 200 samples."""
    runbook = context.repository.in_use(document)
    for index, signal in enumerate(runbook.signals if runbook else ()):
        for side, threshold in (("fires", signal.fires), ("clears", signal.clears)):
            least = threshold.min_samples if threshold else None
            if least is None or least >= _ENOUGH or not _DISTRIBUTION.search(f"{signal.title} {signal.query}".lower()):
                continue
            words = f"a distribution of {least:g} samples is chance, expected at least {_ENOUGH}"
            yield Found(("signals", index, side, "min_samples"), words)


_ENOUGH = 200
_DISTRIBUTION = re.compile(
    r"histogram_quantile|(?<![a-z])psi(?![a-z])|population stability|kolmogorov|kullback|jensen.shannon|wasserstein"
)
