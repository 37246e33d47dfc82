"""Findings -> what they are known by from one run to the next. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from drillbook.report import Summary


def fingerprints(summary: Summary) -> Iterator[str]:
    """For each finding 64 hexadecimal digits of its file, rule and sentence, so that edits elsewhere in the file keep it.

    Findings of one file that say the same are counted, from the top.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in summary.findings:
        key = (summary.within + finding.path, finding.rule, finding.message)
        seen[key] += 1
        text = "\0".join((*key, str(seen[key])))
        yield hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
