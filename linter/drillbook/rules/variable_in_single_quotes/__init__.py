"""Commands of steps -> findings of variable-in-single-quotes. Pure."""

import re
from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_USE = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
_READ_LATER = frozenset(
    (
        "sh",
        "bash",
        "zsh",
        "dash",
        "ssh",
        "envsubst",
        "eval",
        "kubectl",
        "oc",
        "docker",
        "podman",
        "xargs",
        "sudo",
        "trap",
    )
)
_WORDS_ONLY = frozenset(
    (
        "echo",
        "printf",
        "awk",
        "grep",
        "sed",
        "jq",
        "perl",
        "python",
        "python3",
        "alias",
        "watch",
        "timeout",
        "env",
        "su",
    )
)
_BUILT_IN = frozenset(("environment", "evidence_dir", "stage"))


@repository_rule("DB445", help="write double quotes: a shell puts nothing in place of a variable in single ones")
def variable_in_single_quotes(document: Document, context: Context) -> Iterator[Found]:
    """An input or a built-in variable in single quotes, where the shell leaves it as it is written."""
    runbook = context.repository.in_use(document)
    if runbook is None:
        return
    known = _BUILT_IN | {each["id"] for each in runbook.data.get("inputs", ())}
    for line in shell.lines(runbook):
        for program, raw in line.shell.literals:
            if program in _READ_LATER | _WORDS_ONLY or not program:
                continue
            for match in _USE.finditer(raw):
                if match[1] in known:
                    yield Found(
                        line.at, f'"{match[0]}" stays as it is in single quotes, expected double ones', part=match[0]
                    )
