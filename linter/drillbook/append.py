"""Writing files so that nothing is ever lost or half written: the one module that writes what people keep."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from drillbook import journal
from drillbook.journal import Journal

WAIT = 10.0
"""Seconds for which another writer of the same journal is waited for."""


class LockedError(Exception):
    """Somebody else holds the journal."""


def create(path: Path, text: str | bytes) -> None:
    """Write a new file, whole or not at all. Raises FileExistsError where something of that name is there already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path, text) as written:
        os.link(written, path)


def replace(path: Path, text: str | bytes) -> None:
    """Write a file, new or in place of the old one, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path, text) as written:
        Path(written).replace(path)


class _beside:  # noqa: N801 - used like a function
    """A written and flushed file in the same folder, gone at the end whatever happened."""

    def __init__(self, path: Path, text: str | bytes) -> None:
        self.path, self.name = path, ""
        self.content = text.encode() if isinstance(text, str) else text

    def __enter__(self) -> str:
        descriptor, self.name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(self.content)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        old = self.path.stat().st_mode & 0o777 if self.path.is_file() else 0o666 & ~mask
        Path(self.name).chmod(old)
        return self.name

    def __exit__(self, *_: object) -> None:
        Path(self.name).unlink(missing_ok=True)


class Log:
    """A journal that is open for adding and shut to every other writer, whatever process or shell that is.

    A line that is added is on the disk when ``add`` comes back, or it is not in the file at all. What a crash left of a line is
    set aside in ``<name>.torn`` beside the journal, and told in ``torn``. Raises LockedError, and OSError where a disk is full.
    """

    def __init__(self, path: Path, wait: float = WAIT) -> None:
        self.path, self.wait = path, wait
        self.journal, self.torn = Journal(), b""
        self._size = 0
        self._file: IO[bytes]

    def __enter__(self) -> Log:
        import portalocker

        if self.path.is_symlink():
            raise OSError(f"{self.path}: a link, expected a plain file")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        flags = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
        lock = portalocker.Lock(self.path, mode="ab+", timeout=self.wait, check_interval=0.05, flags=flags, buffering=0)
        try:
            self._file = lock.acquire()
        except portalocker.exceptions.AlreadyLocked as error:
            raise LockedError(f"{self.path}: somebody else is writing it") from error
        except portalocker.exceptions.LockException as error:
            raise OSError(f"{self.path}: this disk cannot lock a file, so two writers could mix their lines") from error
        self._lock = lock
        if new:
            _sync_folder(self.path.parent)
        try:
            self._begin()
        except BaseException:
            lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def _begin(self) -> None:
        self._file.seek(0)
        data = self._file.read()
        self.journal, self._size = journal.read(data), len(data)
        if self.journal.torn:
            self.torn = self.journal.torn
            with self.path.with_name(f"{self.path.name}.torn").open("ab") as aside:
                aside.write(self.torn + b"\n")
                aside.flush()
                os.fsync(aside.fileno())
            self._cut(self._size - len(self.torn))
            self.journal = journal.read(data[: self._size])

    def add(self, value: Mapping[str, Any], prev: str = "") -> str:
        """Add an entry behind the last line, or behind the line with the hash ``prev``; returns the new line's hash."""
        written = journal.line(value, prev or self.journal.tip)
        try:
            left = memoryview(written)
            while left:
                left = left[os.write(self._file.fileno(), left) :]
            os.fsync(self._file.fileno())
        except OSError:
            self._cut(self._size)
            raise
        self._size += len(written)
        self._file.seek(0)
        self.journal = journal.read(self._file.read())
        return journal.digest(written)

    def _cut(self, size: int) -> None:
        os.ftruncate(self._file.fileno(), size)
        os.fsync(self._file.fileno())
        self._size = size


def _sync_folder(folder: Path) -> None:
    """Have the folder remember a new file even if the power goes; Windows has no such call and needs none."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
