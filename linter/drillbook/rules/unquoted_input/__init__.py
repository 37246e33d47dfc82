"""Commands of steps + inputs -> findings of unquoted-input. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule

_SPLITS = " \t*?["
_TOKEN = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?P?<\w+>|\(\?[a-zA-Z:-]*|\{[0-9,]+\}|.",
    re.DOTALL,
)
_SIGNS = frozenset("()|*+?{}^$")


@repository_rule("DB444", help="write it in double quotes", severity=Severity.WARNING)
def unquoted_input(document: Document, context: Context) -> Iterator[Found]:
    """An input without quotes whose pattern allows spaces or signs that a shell expands."""
    runbook = context.repository.in_use(document)
    if runbook is None:
        return
    inputs = {each["id"]: each.get("pattern", "") for each in runbook.data.get("inputs", ()) if not each.get("many")}
    unsafe = {name for name, pattern in inputs.items() if pattern and may_split(pattern)}
    for line in shell.lines(runbook) if unsafe else ():
        for each in {use.raw: use for use in line.shell.variables if use.split and use.name in unsafe}.values():
            message = f'the pattern of "{each.name}" allows spaces or wildcards, expected "{each.raw}" in double quotes'
            yield Found(line.at, message, part=each.raw)


@lru_cache(maxsize=1024)
def may_split(pattern: str) -> bool:
    """Whether a value that matches may hold a space or a wildcard; each sign of the pattern is tried by itself."""
    for token in _TOKEN.findall(pattern):
        if token in _SIGNS or token.startswith(("(?", "{")):
            continue
        try:
            sign = re.compile(token)
        except re.error:
            return False
        if any(sign.fullmatch(each) for each in _SPLITS):
            return True
    return False
