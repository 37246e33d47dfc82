"""The files of an incident's folder as they are, for seals: read, hashed, nothing followed that leads out."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path

from drillbook.cli import stop
from drillbook.cli.incident._folder import Incident
from drillbook.incidents import evidence
from drillbook.incidents.sealing import Files

_SEAL = re.compile(r"([0-9]{3})\.json(\.sig)?")
_LIMIT = 20_000_000


def files(incident: Incident) -> Files:
    """Everything of an incident that a seal is about, without its signatures."""
    folder = incident.folder
    found, signed = seals(folder)
    return Files(
        id=incident.id,
        timeline=plain(folder / "timeline.jsonl"),
        custody=plain(folder / "custody.jsonl"),
        manifest=plain(folder / "evidence" / evidence.MANIFEST),
        report=plain(folder / "incident.md"),
        kept=_kept(folder / "evidence"),
        seals={number: plain(path) for number, path in found.items()},
        alone=tuple(sorted(signed - found.keys())),
    )


def seals(folder: Path) -> tuple[dict[int, Path], set[int]]:
    """The seals of a folder by number, and the numbers of those that are signed."""
    found = folder / "seals"
    if found.is_symlink():
        stop(f"{found}: a link, expected a plain folder")
    named = [(path, _SEAL.fullmatch(path.name)) for path in (found.iterdir() if found.is_dir() else ())]
    every = [(int(match[1]), match[2], path) for path, match in named if match]
    return {number: path for number, sign, path in every if not sign}, {number for number, sign, _ in every if sign}


def plain(path: Path) -> bytes:
    """A plain file's bytes; nothing where there is none."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        stop(f"{path}: no plain file")
    try:
        if path.exists() and path.stat().st_size > _LIMIT:
            stop(f"{path}: larger than {_LIMIT:,} bytes")
        return path.read_bytes() if path.exists() else b""
    except OSError as error:
        stop(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}")


def _kept(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of the evidence, by name; of what is no plain file, why not."""
    if folder.is_symlink():
        stop(f"{folder}: a link, expected a plain folder")
    found = {}
    for each in sorted(os.scandir(folder), key=lambda one: one.name) if folder.is_dir() else ():
        if each.name == evidence.MANIFEST:
            continue
        mode = each.stat(follow_symlinks=False).st_mode
        name = os.fsencode(each.name).decode("utf-8", "backslashreplace")
        if stat.S_ISREG(mode):
            with Path(each.path).open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
        else:
            found[name] = f"!{'a link' if stat.S_ISLNK(mode) else 'no plain file'}, expected a plain file"
    return found
