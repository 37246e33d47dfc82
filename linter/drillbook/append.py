"""Writing files so that nothing is ever lost or half written: the one module that writes what people keep."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


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
