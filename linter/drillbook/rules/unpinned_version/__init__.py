"""Commands of steps -> findings of unpinned-version. Pure."""

import re
from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_MOVING = re.compile(r"(?:[^=\s]+=)?[\w$][\w./:${}-]*[:@]latest|(?:.*=)?models:/[^/\s]+/latest")
_FLAG = re.compile(r"--?(?:[a-z-]+-)?(?:version|tag|revision|image|release)(=latest)?")
_READS = frozenset(("echo", "printf", "grep", "egrep", "rg", "awk", "sed", "jq", "crane", "skopeo", "regctl", "cosign"))
_LOOKS = frozenset(("get", "describe", "inspect", "show", "list", "images", "manifest", "diff", "history"))


@repository_rule("DB440", help="write the version or the digest, or an input that holds it")
def unpinned_version(document: Document, context: Context) -> Iterator[Found]:
    """A command that takes whatever is the latest version at that moment."""
    runbook = context.repository.in_use(document)
    for line in shell.lines(runbook) if runbook else ():
        for command in shell.run(line.shell) if "latest" in line.text else ():
            if command.name not in _READS and not _LOOKS.intersection(command.bare[:3]):
                for raw in _moving(command):
                    yield Found(
                        line.at, f'"{raw}" is another version each time, expected one by its number or digest', part=raw
                    )


def _moving(command: shell.Command) -> Iterator[str]:
    before = ""
    for word in command.words:
        flag = _FLAG.fullmatch(word.text)
        if _MOVING.fullmatch(word.text) or (flag and flag[1]):
            yield word.raw
        elif word.text == "latest" and _FLAG.fullmatch(before):
            yield f"{before} {word.raw}"
        before = word.text
