"""A folder on disk -> a Repository. The only module that reads what people wrote.

Nothing outside the folder is read: a link that leads out, a pipe or a device is a finding, never followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from drillbook import alertfile, document, sitefile
from drillbook.document import LIMIT, Document, Kind
from drillbook.repository import Repository
from drillbook.sitefile import OTHERS, SITE, Site

FOLDERS = ("runbooks", "drills", "incidents", "catalog")
"""The folders that hold content."""
PAGES = "docs"
"""The folder of the pages that people write for the site."""
_MOST = 200_000
"""So many files beside the content are looked at by name."""
DEPTH = 32
"""Deepest nesting of folders that is looked into."""


def load(root: Path, exclude: tuple[str, ...] = ()) -> Repository:
    """Read every content file below ``root``, the pages of its site and its rule files. Never raises for what is in a file."""
    real = Path(os.path.realpath(root))
    site = _site(real)
    found = [*_documents(root, exclude, (*FOLDERS, PAGES) if site else FOLDERS)]
    paths = [path for path in _others(real) if not _excluded(path, exclude)]
    known = {each.path for each in found}
    for path in paths:
        if path.endswith((".yaml", ".yml")) and path not in known and path != SITE:
            found += [each for each in [read(real, path, "alerts")] if _holds_alerts(each)]
    return Repository(tuple(found), frozenset((*paths, *known)), site)


def _site(root: Path) -> Site | None:
    """What the site's configuration says; None where there is none of ours."""
    file = root / SITE
    if not file.is_file() or not _inside(os.path.realpath(file), root) or file.stat().st_size > LIMIT:
        return None
    try:
        return sitefile.read(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def _holds_alerts(file: Document) -> bool:
    """Whether a YAML file holds alert rules. Any other is no business of ours, whatever is wrong with it."""
    return file.given is None and alertfile.may_be(file.data) and file.reading.alerts is not None


def _others(root: Path) -> Iterator[str]:
    """The paths of all files below a folder, but for hidden ones, what others wrote, and repositories of runbooks inside it."""
    waiting, count = [("", root)], 0
    while waiting:
        below, folder = waiting.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        if below and {"runbooks", "drillbook.toml", "pyvenv.cfg"} & {entry.name for entry in entries}:
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = f"{below}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in OTHERS and path.count("/") < DEPTH:
                    waiting.append((f"{path}/", Path(entry.path)))
            elif entry.is_file(follow_symlinks=False) or (entry.is_symlink() and _leads_to_file(entry.path, root)):
                count += 1
                if count > _MOST:
                    return
                yield path


def _leads_to_file(path: str, root: Path) -> bool:
    """Whether a link ends at a file inside of the repository."""
    real = os.path.realpath(path)
    return _inside(real, root) and Path(real).is_file() and not Path(real).is_symlink()


def _documents(root: Path, exclude: tuple[str, ...], folders: tuple[str, ...]) -> Iterator[Document]:
    real = Path(os.path.realpath(root))
    for path, folder in _paths(root, folders):
        kind = document.kind_of(path) or (_held(path) if folder else None)
        right = "" if kind or folder else document.meant(path)
        if not (kind or right) or _excluded(path, exclude):
            continue
        if kind:
            yield read(real, path, kind)
        elif meant := document.kind_of(right):
            yield document.misnamed(path, right, meant)


def _excluded(path: str, exclude: tuple[str, ...]) -> bool:
    return any(path == prefix or path.startswith(prefix.rstrip("/") + "/") for prefix in exclude)


def _held(folder: str) -> Kind | None:
    """What a folder that is not looked into would hold."""
    inside = ("x.md", "x.yaml", "incident.md", "x/incident.md", "teams.yaml")
    return next((kind for name in inside if (kind := document.kind_of(f"{folder}/{name}"))), None)


def _paths(root: Path, folders: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """Paths of files below the content folders, and of folders (true) that are shut or carry the name of a file."""
    for top in folders:
        link, real = (root / top).is_symlink(), Path(os.path.realpath(root))
        if link and not ((root / top).exists() and _inside(os.path.realpath(root / top), real)):
            yield top, True
        else:
            yield from sorted(_below(root, top))


def _below(root: Path, top: str) -> set[tuple[str, bool]]:
    shut: list[OSError] = []
    found = set()
    for folder, below, names in os.walk(root / top, onerror=shut.append, followlinks=False):
        below[:] = sorted(name for name in below if not name.startswith("."))
        relative = Path(folder).relative_to(root).as_posix()
        if relative.count("/") >= DEPTH:
            found |= {(f"{relative}/{name}", True) for name in below}
            below.clear()
        found |= {(f"{relative}/{name}", False) for name in names}
        found |= {(f"{relative}/{name}", True) for name in below if document.kind_of(f"{relative}/{name}")}
        found |= {(f"{relative}/{name}", True) for name in below if Path(folder, name).is_symlink()}
    refused = [Path(error.filename) for error in shut if isinstance(error, PermissionError)]
    return found | {(folder.relative_to(root).as_posix(), True) for folder in refused}


def leading_out(root: Path, top: str) -> Iterator[str]:
    """The links below a folder, or the folder itself, that lead out of the repository; what is there is not looked at."""
    real = Path(os.path.realpath(root))
    found = [(root / top)] if (root / top).is_symlink() else []
    for folder, below, names in os.walk(root / top, followlinks=False):
        found += [link for name in (*below, *names) if (link := Path(folder, name)).is_symlink()]
    for link in sorted(found):
        if not _inside(os.path.realpath(link), real):
            yield link.relative_to(root).as_posix()


def _inside(real: str, root: Path) -> bool:
    return os.path.commonpath([real, root]) == str(root)


def read(root: Path, path: str, kind: Kind) -> Document:
    """Read one file below ``root``, a real path; what cannot be read becomes a document that says why."""
    if path.count("/") > DEPTH:
        return document.unreadable(path, kind, f"folders nested deeper than {DEPTH} levels are not looked into")
    try:
        real = os.path.realpath(root / path, strict=True)
        if not _inside(real, root):
            return document.unreadable(path, kind, "a link that leads out of the repository")
        descriptor = os.open(real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return document.unreadable(path, kind, "a link to a file that is not there")
    except (OSError, ValueError) as error:
        return document.unreadable(path, kind, _why(error))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
            what = "a link to a folder, which is not followed" if (root / path).is_symlink() else "a folder"
            return document.unreadable(path, kind, f"{what if folder else 'no plain file'}, expected a file")
        with open(descriptor, "rb", closefd=False) as file:
            return document.parse(path, kind, file.read(LIMIT + 1))
    except OSError as error:
        return document.unreadable(path, kind, _why(error))
    finally:
        os.close(descriptor)


def _why(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "it may not be read; look at its permissions"
    words = error.strerror if isinstance(error, OSError) and error.strerror else "it cannot be opened"
    return f"cannot be read: {words.lower()}"


def stamp(root: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells one state of the content files from another: path, time of the last change, size."""
    found = []
    for path, _ in (*_paths(root, FOLDERS), (SITE, False)):
        try:
            status = os.lstat(root / path)
        except OSError:
            continue
        found.append((path, status.st_mtime_ns, status.st_size))
    return tuple(found)
