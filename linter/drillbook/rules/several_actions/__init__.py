"""Words of steps -> findings of several-actions. Pure."""

import re
from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule

_NUMBERED = re.compile(r"^[ \t]*\(?(?:\d+|[a-h])[.)][ \t]+(\S.*)$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*[-*•][ \t]+(?:\[[ x]\][ \t]+)?(\S.*)$", re.MULTILINE)
_IN_A_ROW = re.compile(r"(?:^|(?<=\s))\(?([1-9])[.)] +(?=[A-Z])")


@repository_rule("DB443", help="make each action a step of its own", severity=Severity.WARNING)
def several_actions(document: Document, context: Context) -> Iterator[Found]:
    """A list of actions in one step."""
    runbook = context.repository.in_use(document)
    for index, step, key, words in shell.told(runbook) if runbook else ():
        if key != "do" or step.action != "do":
            continue
        found = _actions(words)
        if len(found) > 1:
            yield Found(("steps", index, "do"), f"a list of {len(found)} actions, expected one action in a step")


def _actions(words: str) -> list[str]:
    """The entries of a numbered list, or of a list without a sentence before it: that may name the one action."""
    found = _NUMBERED.findall(words)
    if len(found) > 1:
        return found
    first = words.strip().split("\n", 1)[0]
    if _BULLET.match(first):
        return _BULLET.findall(words)
    row = list(_IN_A_ROW.finditer(words))
    if len(row) > 1 and [match[1] for match in row] == [str(number + 1) for number in range(len(row))]:
        ends = [match.start() for match in row[1:]] + [len(words)]
        return [words[match.start() : end].split("\n", 1)[0].strip() for match, end in zip(row, ends, strict=True)]
    return []
