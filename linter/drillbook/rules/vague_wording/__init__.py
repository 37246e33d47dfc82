"""Words of steps -> findings of vague-wording. Pure; the list is closed."""

import re
from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule

_LOOK = (
    r"(?:check|look at|look into|look through|inspect|review|examine) (?:the |all )?"
    r"(?:logs?|dashboards?|metrics|graphs?|system|service)(?! \w+ing)(?=\s*(?:$|[.;,!]|and\b))"
)
_WORDS = re.compile(
    r"\b(?:"
    r"(?:if|as|when|where) (?:needed|necessary|appropriate|required|you see fit)(?! (?:by|for|to|in)\b)"
    r"(?! (?:\w+ ){1,3}(?:is|are|was|were|has|have|may|can|must)\b)"
    r"|(?:if|when|where)(?: at all)? possible(?=\s*(?:$|[.,;:!?)]|(?:and|or|but|before|then)\b))"
    r"|(?:make sure|ensure|verify|check|confirm)(?: that)? (?:it|this|that|everything|all|things)(?: \w+)? "
    r"(?:works?|is working|is fine|is ok|is okay|is good|is normal|are fine|are ok|looks? (?:good|fine|ok|okay|normal|right))"
    r"|everything (?:works|is|looks) (?:fine|ok|okay|good|normal|well|as expected)"
    r"|(?:it|all|this) (?:works|looks|is) (?:fine|ok|okay|good|as expected|as usual)"
    r"|(?:works|behaves|looks|runs) (?:as expected|as usual|normally|fine|good|okay|ok)"
    r"|use (?:your |good |best )+judge?ment|do what(?:ever)? is needed|take appropriate (?:action|measures|steps)"
    rf"|{_LOOK}"
    r")(?!\w)|(?<![/\w.])etc\b(?!/)\.?|\band so on\b(?! (?:the|every|each)\b)",
    re.IGNORECASE,
)

_HINTS = (
    *(
        "need",
        "necessary",
        "appropriate",
        "required",
        "possible",
        "see fit",
        "work",
        "fine",
        "ok",
        "good",
        "normal",
        "right",
    ),
    *("expected", "usual", "judg", "well", "etc", "so on", "log", "dashboard", "metric", "graph", "system", "service"),
)
"""Each of the phrases holds one of these, which is faster to see."""


@repository_rule(
    "DB442", help="say what to look at and what one sees there, or on which condition", severity=Severity.WARNING
)
def vague_wording(document: Document, context: Context) -> Iterator[Found]:
    """Words that leave to the reader what to look at, or when: check the logs, if needed."""
    runbook = context.repository.in_use(document)
    for index, _, key, words in shell.told(runbook) if runbook else ():
        small = words.lower()
        for match in _WORDS.finditer(words) if any(hint in small for hint in _HINTS) else ():
            yield Found(
                ("steps", index, key), f'"{match[0]}" leaves open what is meant, expected what one sees', part=match[0]
            )
