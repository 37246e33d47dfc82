"""Drill record -> findings of gap-without-action. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB932",
    help="agree on an action with an owner and a day, add it under actions, and name its id in the gap",
    severity=Severity.WARNING,
)
def gap_without_action(document: Document, context: Context) -> Iterator[Found]:
    """A gap of a drill that no action mends, or an objective that went badly and left no gap."""
    if document.kind != "drill-record" or not document.readable or context.repository.violations(document):
        return
    front = document.front
    gaps, actions, goals = (_list(front.get(key)) for key in ("gaps", "actions", "objectives"))
    known = {str(each["id"]) for each in actions}
    for index, gap in enumerate(gaps):
        if "action" not in gap:
            yield Found(
                ("gaps", index), f'nobody has undertaken to mend "{str(gap["what"])[:100]}", expected an action'
            )
        elif str(gap["action"]) not in known:
            yield Found(("gaps", index, "action"), f'there is no action "{gap["action"]}" in this record')
    bad = [each for each in goals if each["rating"] in ("M", "U")]
    if bad and not gaps:
        names = ", ".join(str(each["id"]) for each in bad)
        yield Found(
            ("gaps",), f"{names} went badly, expected a gap that says what was missing, confusing or wrong", key=True
        )


def _list(value: object) -> list[dict[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
