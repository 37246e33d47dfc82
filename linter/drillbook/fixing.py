"""Repository + rules -> the repository as a machine can mend it, and the files that differ. Pure.

A mend is made only where no rule finds more on the lines that it touches: what would mend one thing and break another is left
to people. What a broken line kept rules from seeing elsewhere is told afterwards, and is no reason to leave the line broken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher

from drillbook import document, engine
from drillbook.document import Document
from drillbook.finding import Finding, Fix
from drillbook.repository import Repository
from drillbook.rule import READING, Rule

_ROUNDS = 10
"""One mend may let another rule look; it ends when a round changes nothing."""
_ALONE = 100
"""So many mends of one file are tried alone where all of them together break something."""
_DEEP = 4
"""So often a mend is followed by mends of what it lets be seen."""
_MARK = b"\xef\xbb\xbf"
_UNREADABLE = ("invalid-utf8", "reading-limit", "unreadable-file")


@dataclass(frozen=True, slots=True)
class Mended:
    """The repository afterwards, the bytes of every file that differs, by path, and how many findings were mended."""

    repository: Repository
    files: Mapping[str, bytes]
    count: int


def mend(
    repository: Repository, rules: Sequence[Rule], as_of: date, only: Collection[str], unsafe: bool = False
) -> Mended:
    """Mend what can be mended in the named files. ``unsafe`` takes mends, too, that may change what a file means."""

    mender = _Mender(rules, as_of, unsafe)
    files: dict[str, bytes] = {}
    count, now = 0, repository
    for _ in range(_ROUNDS):
        before = engine.lint(now, rules, as_of, only=only)
        changed: dict[str, bytes] = {}
        for mends in _tries([each for each in before if each.path in only and mender.may(each)]):
            path = mends[0].path
            if path in changed:
                continue
            was = [each for each in before if each.path == path]
            if (done := mender.better(now, path, mends, was)) is not None:
                now, gone = done
                count += gone
                changed[path] = written(now.by_path[path])
        if not changed:
            break
        files |= changed
    return Mended(now, files, count)


def left(findings: Iterable[Finding], unsafe: bool) -> list[Finding]:
    """Findings after a mend, without the mends that were asked for and not made: people have to look there."""
    return [
        replace(each, fix=None) if each.fix is not None and (each.fix.safe or unsafe) else each for each in findings
    ]


@dataclass(frozen=True, slots=True)
class _Mender:
    """The rules and the day by which a mend is judged, and which mends may be made."""

    rules: Sequence[Rule]
    as_of: date
    unsafe: bool

    def may(self, finding: Finding) -> bool:
        """Whether a finding can be mended as it was asked for."""
        return finding.fix is not None and (finding.fix.safe or self.unsafe)

    def better(
        self, now: Repository, path: str, mends: Sequence[Finding], was: Sequence[Finding]
    ) -> tuple[Repository, int] | None:
        """The repository with some mends of a file made and how many findings are gone; None where it is no better.

        A mend may let other rules look at its lines for the first time: what they find there is mended, too, or nothing is.
        """
        old = now.by_path[path]
        for _ in range(_DEEP):
            made = edited(now, mends)
            if not made:
                return None
            now = _with(now, made)
            after = [each for each in engine.lint(now, self.rules, self.as_of, only=(path,)) if each.path == path]
            lines = _touched(old.text, now.by_path[path].text)
            if (gone := _gone(was, after, *lines)) and not _worse(was, after, *lines):
                return now, gone
            mends = [each for each in after if self.may(each)]
        return None


def _tries(wanted: Sequence[Finding]) -> Iterator[Sequence[Finding]]:
    """All mends of a file at once, then, where that was worse, each alone."""
    by_path: dict[str, list[Finding]] = {}
    for each in wanted:
        by_path.setdefault(each.path, []).append(each)
    for mends in by_path.values():
        yield mends
        if len(mends) > 1:
            yield from ([each] for each in mends[:_ALONE])


def _gone(before: Sequence[Finding], after: Sequence[Finding], were: set[int], are: set[int]) -> int:
    """How many findings are no more there, in the whole file or, where a mend uncovers as many, on the lines that it touched."""
    whole = _counted(before) - _counted(after)
    touched = _counted(before, were) - _counted(after, are)
    return max(whole.total(), touched.total())


def _worse(before: Sequence[Finding], after: Sequence[Finding], were: set[int], are: set[int]) -> bool:
    """Whether a rule finds more on the lines that a mend touched, or more of the file cannot be read."""
    unread = [Counter(each.rule for each in findings if each.rule in READING) for findings in (before, after)]
    return bool(_counted(after, are) - _counted(before, were) or unread[1] - unread[0])


def _counted(findings: Sequence[Finding], lines: set[int] | None = None) -> Counter[str]:
    return Counter(each.rule for each in findings if lines is None or each.line in lines)


def _touched(old: str, new: str) -> tuple[set[int], set[int]]:
    """The lines of a text that are others in a second one, and those of the second that are others in the first."""
    matcher = SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=False)
    were: set[int] = set()
    are: set[int] = set()
    for what, start, end, begin, stop in matcher.get_opcodes():
        if what != "equal":
            were.update(range(start + 1, end + 1))
            are.update(range(begin + 1, stop + 1))
    return were, are


def edited(repository: Repository, findings: Iterable[Finding]) -> dict[str, bytes]:
    """The files with the mends of some findings made, from top to bottom; of two that overlap the first."""
    by_path: dict[str, list[Fix]] = {}
    for each in findings:
        if each.fix is not None:
            by_path.setdefault(each.path, []).append(each.fix)
    made = {}
    for path, fixes in by_path.items():
        file = repository.by_path[path]
        if not any(problem.kind in _UNREADABLE for problem in file.problems):
            data = written(file, fixes)
            if data != written(file):
                made[path] = data
    return made


def written(file: Document, fixes: Iterable[Fix] = ()) -> bytes:
    """The bytes of a file, with some mends made."""
    fixes = list(fixes)
    marked = any(problem.kind == "byte-order-mark" for problem in file.problems)
    mark = _MARK if marked and not any(fix.bare for fix in fixes) else b""
    parts, at = [], 0
    for span, new in sorted({edit for fix in fixes for edit in fix.edits}):
        if span.start >= at:
            parts += [file.text[at : span.start], new]
            at = span.end
    return mark + "".join([*parts, file.text[at:]]).encode()


def _with(repository: Repository, changed: Mapping[str, bytes]) -> Repository:
    documents = tuple(
        document.parse(each.path, each.kind, changed[each.path]) if each.path in changed else each
        for each in repository.documents
    )
    return replace(repository, documents=documents)
