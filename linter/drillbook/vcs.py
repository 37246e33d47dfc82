"""A folder in a git working tree -> the repository as it was at a commit, by the git command. Writes nothing, runs only git.

Only commands that read objects are used (rev-parse, symbolic-ref, merge-base, ls-tree, cat-file, diff, log), and none that runs a
hook or a program that a repository names.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from drillbook import alertfile, sitefile, trail
from drillbook.document import LIMIT, Kind, kind_of, parse
from drillbook.repository import DEFAULTS, Repository
from drillbook.sitefile import OTHERS, SITE
from drillbook.trail import Commit, Touched, Trails, Version

_SECONDS = 120
_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-relative")
"""A difference is shown as git stores it, whatever a repository's or a user's settings say."""
_ORDER = ("runbooks", "drills", "incidents", "catalog")
"""The order in which a folder is read, too."""
_FILES = (b"100644", b"100755")
"""Modes of plain files: a link leads elsewhere, and a submodule is another repository."""


class VcsError(Exception):
    """Why git cannot say what was, and what to do, in one sentence."""


@dataclass(frozen=True, slots=True)
class Git:
    """A folder ``root`` of runbooks, ``within`` the working tree of git: ``ops/``, or empty at its top."""

    root: Path
    within: str

    def checked_out(self, ref: str) -> bool:
        """Whether a name is another one for what is checked out: ``HEAD~0``, ``@{0}``, or the branch that one is on."""
        if ref == "" or ref.startswith(("HEAD", "@")):
            return True
        name = self._word("rev-parse", "--verify", "--quiet", "--symbolic-full-name", "--end-of-options", ref)
        return name != "" and name in ("HEAD", self._word("symbolic-ref", "--quiet", "HEAD"))

    def commit(self, ref: str) -> str:
        """The commit that a name means. Raises VcsError."""
        found = _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", bad=True)
        if found:
            return found.decode().strip()
        if not _git(self.root, "rev-parse", "--verify", "--quiet", "HEAD", bad=True):
            raise VcsError("the git repository has no commit yet, so there is nothing to compare with; commit once")
        hint = "; fetch it first, for example with fetch-depth: 0" if self.shallow else "; git fetch may bring it"
        raise VcsError(f'git knows no commit "{ref}"{hint}')

    @property
    def shallow(self) -> bool:
        """Whether a part of the history was not fetched."""
        return _git(self.root, "rev-parse", "--is-shallow-repository").strip() == b"true"

    def base(self, ref: str) -> str:
        """Where the change that is worked on left ``ref``: what others did there since is not its doing. Raises VcsError."""
        commit = self.commit(ref)
        found = _git(self.root, "merge-base", "--", commit, "HEAD", bad=True)
        if found:
            return found.decode().strip()
        if self.shallow:
            raise VcsError(
                f'"{ref}" and this commit share no history that was fetched; fetch all of it (fetch-depth: 0)'
            )
        return commit  # no common beginning at all: compare with it as it is

    def left(self) -> str:
        """Where this branch left the default branch; the last commit where it is that branch. Raises VcsError."""
        head = self.commit("HEAD")
        branch = self._word("symbolic-ref", "--quiet", "HEAD").removeprefix("refs/heads/")
        origin = self._word("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD")
        defaults = [origin.removeprefix("refs/remotes/origin/")] if origin else ["main", "master"]
        if branch in defaults:
            return head
        names = [f"{place}/{name}" for name in defaults for place in ("refs/heads", "refs/remotes/origin")]
        known = [
            each for name in names if (each := self._word("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"))
        ]
        bases = [each for other in known if (each := self._word("merge-base", "--", other, head))]
        nearest = self._word("merge-base", "--independent", "--", *bases).split() if bases else []
        return nearest[0] if nearest else head

    def _word(self, *arguments: str) -> str:
        """What git answers, where it can."""
        return os.fsdecode(_git(self.root, *arguments, bad=True)).strip()

    def files(self, commit: str) -> dict[str, str]:
        """The plain files below the root at a commit: path and the object that holds it."""
        listed = _git(self.root, "ls-tree", "-r", "-z", "--full-tree", commit, "--", self.within or ".")
        found = {}
        for entry in listed.split(b"\0"):
            head, _, path = entry.partition(b"\t")
            mode, _, name = head.partition(b" ")
            if mode in _FILES and name.startswith(b"blob "):
                found[os.fsdecode(path).removeprefix(self.within)] = name.removeprefix(b"blob ").decode()
        return found

    def text(self, commit: str, path: str) -> bytes:
        """One file at a commit; empty where it was not there."""
        found = self.files(commit).get(path)
        return next(self.texts([found])) if found else b""

    def texts(self, objects: Sequence[str]) -> Iterator[bytes]:
        """What objects hold, in their order; of a very large one only as much as is read of a file."""
        asked = "".join(f"{name}\n" for name in objects).encode()
        data = _git(self.root, "cat-file", "--batch", stdin=asked)
        at = 0
        for name in objects:
            end = data.index(b"\n", at)
            head = data[at:end].split()
            if len(head) != 3:
                raise VcsError(f"git cannot read the object {name}; a partial clone must be completed first")
            size = int(head[2])
            yield data[end + 1 : end + 1 + min(size, LIMIT + 1)]
            at = end + 1 + size + 1

    def repository(self, commit: str, exclude: tuple[str, ...] = ()) -> Repository:
        """The content at a commit, as it would have been read from the folder then, pages and rule files included."""
        listed = {path: name for path, name in self.files(commit).items() if not _excluded(path, exclude)}
        site = sitefile.read(self._one(listed, SITE).decode("utf-8", "replace")) if SITE in listed else None
        beside = _beside(listed)
        kinds = {path: kind for path in listed if (kind := _kind(path, site is not None, beside))}
        paths = sorted(
            kinds, key=lambda path: (_ORDER.index(top) if (top := path.split("/", 1)[0]) in _ORDER else 9, path)
        )
        found = []
        for path, data in zip(paths, self.texts([listed[path] for path in paths]), strict=True):
            if kinds[path] != "alerts" or alertfile.may_be(data):
                document = parse(path, kinds[path], data)
                found += [document] if kinds[path] != "alerts" or document.reading.alerts is not None else []
        paths_then = frozenset((*beside, *(each.path for each in found)))
        renamed = {new: old for old, new in self.renamed(commit).items()}
        return Repository(tuple(found), paths_then, site, renamed)

    def _one(self, listed: Mapping[str, str], path: str) -> bytes:
        return next(self.texts([listed[path]]))

    def renamed(self, commit: str) -> Mapping[str, str]:
        """The files that have another name now than at a commit: from the old path to the new one."""
        words = ("diff", "--name-status", "-M", "-z", *_PLAIN, "--diff-filter=R", commit, "--")
        parts = os.fsdecode(_git(self.root, *words)).split("\0")
        pairs = zip(parts[1::3], parts[2::3], strict=False)
        return {
            old.removeprefix(self.within): new.removeprefix(self.within)
            for old, new in pairs
            if old.startswith(self.within) and new.startswith(self.within)
        }

    def trails(self, exclude: tuple[str, ...] = ()) -> Trails:
        """How every runbook came to be on this branch. Raises VcsError."""
        head = self.commit("HEAD")
        listed = self._log(
            "--first-parent", "-m", "--raw", "-M", "--no-abbrev", head, "--", *self._below(trail.FOLDERS)
        )
        kept = (
            replace(each, touched=tuple(one for one in each.touched if not _excluded(one.path, exclude)))
            for each in reversed(listed)
        )
        return trail.follow(kept)

    def versions(self, trails: Trails) -> dict[str, tuple[Version, ...]]:
        """The versions of runbooks, the newest first, by path. Raises VcsError."""
        names = trails.objects()
        return trail.versions(trails, dict(zip(names, self.texts(names), strict=True)))

    def brought(self, merge: Commit, path: str) -> tuple[Commit, ...]:
        """The commits that a merge brought into this branch and that wrote a file or the defaults, the newest first."""
        if len(merge.parents) < 2:
            return ()
        first, *others = merge.parents
        return tuple(self._log("--no-merges", *others, f"^{first}", "--", *self._below((path, DEFAULTS))))

    def _below(self, paths: Iterable[str]) -> list[str]:
        """Paths of the repository as git knows them, taken literally."""
        return [f":(top,literal){self.within}{path}" for path in paths]

    def _log(self, *arguments: str) -> list[Commit]:
        words = ("log", "-z", "--no-show-signature", "--no-color", *_PLAIN, _FORM, *arguments)
        settings = ("log.showRoot=true", "i18n.logOutputEncoding=UTF-8", "diff.renameLimit=1000")
        parts = _git(self.root, *(word for each in settings for word in ("-c", each)), *words)
        return [*_commits(parts.decode("utf-8", "surrogateescape").split("\0"), self.within)]


_FORM = (
    "--format=%x00commit%x00%H%x00%P%x00%ct%x00%aN%x00%(trailers:key=Reviewed-by,valueonly,unfold,separator=%x1d)%x00"
)


def _commits(parts: list[str], within: str) -> Iterator[Commit]:
    """The commits in what git prints: no message, name or path of a commit can hold the zero byte that is between the parts."""
    at = 0
    while at < len(parts):
        if parts[at] != "commit":
            at += 1
            continue
        name, parents, seconds, author, reviewers = parts[at + 1 : at + 6]
        at += 6
        touched: list[Touched] = []
        at += 1 if parts[at : at + 1] == [""] else 0
        while at < len(parts) and parts[at].lstrip("\n").startswith(":"):
            _, mode, _, holds, status = parts[at].split()
            many = 2 if status[0] in "RC" else 1
            paths = [each.removeprefix(within) for each in parts[at + 1 : at + 1 + many]]
            touched.append(Touched(paths[-1], paths[0], holds if mode.encode() in _FILES else ""))
            at += 1 + many
        day = datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
        said = tuple(dict.fromkeys(each.strip() for each in reviewers.split("\x1d") if each.strip()))
        yield Commit(name, tuple(parents.split()), day, author, said, tuple(touched))


def find(root: Path) -> Git:
    """The git repository around a folder of runbooks. Raises VcsError where there is none."""
    top = _git(root, "rev-parse", "--show-toplevel", bad=True)
    if not top:
        raise VcsError(f"{root}: not in a working tree of git, so nobody can say what changed")
    inside = PurePosixPath(os.path.relpath(os.path.realpath(root), os.path.realpath(os.fsdecode(top.rstrip(b"\n")))))
    return Git(root, "" if str(inside) == "." else f"{inside.as_posix()}/")


def _kind(path: str, site: bool, beside: frozenset[str]) -> Kind | None:
    """What a file is; a page only where there is a site, a rule file perhaps."""
    kind = kind_of(path)
    if kind is None and path in beside and path.endswith((".yaml", ".yml")) and path != SITE:
        return "alerts"
    return None if kind == "page" and not site else kind


def _beside(paths: Iterable[str]) -> frozenset[str]:
    """The files that a link may lead to: none that is hidden, that others wrote, or of a repository of runbooks inside."""
    known = list(paths)
    inner = {
        path.rpartition(f"/{mark}")[0]
        for path in known
        for mark in ("runbooks/", "drillbook.toml")
        if f"/{mark}" in path
    }
    return frozenset(
        path
        for path in known
        if not any(part.startswith(".") or part in OTHERS for part in path.split("/"))
        and not any(path.startswith(f"{folder}/") for folder in inner)
    )


def _excluded(path: str, exclude: tuple[str, ...]) -> bool:
    return any(path == prefix or path.startswith(prefix.rstrip("/") + "/") for prefix in exclude)


def _git(root: Path, *arguments: str, stdin: bytes = b"", bad: bool = False) -> bytes:
    """What a git command prints; nothing where it fails and may (``bad``)."""
    command = ["git", "-C", str(root), "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - git, with arguments of ours and names behind --end-of-options
            command,
            input=stdin,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={
                **kept,
                "GIT_OPTIONAL_LOCKS": "0",
                "GIT_TERMINAL_PROMPT": "0",
                "GIT_NO_LAZY_FETCH": "1",
                "LC_ALL": "C",
            },
        )
    except FileNotFoundError:
        raise VcsError("there is no git on this machine; install it to compare with an earlier state") from None
    except subprocess.TimeoutExpired:
        raise VcsError(f"git did not answer within {_SECONDS} seconds") from None
    if done.returncode and not bad:
        words = " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        raise VcsError(f"git cannot say what was: {words or f'status {done.returncode}'}")
    return done.stdout if not done.returncode else b""
