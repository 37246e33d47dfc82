"""A configuration of a site -> the built site in a folder, by MkDocs; and a zip of it."""

from __future__ import annotations

import logging
import os
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

_FIRST = (1980, 1, 1, 0, 0, 0)
"""The time of every file of the zip: the same site gives the same bytes."""


def build(config: Path, folder: Path, offline: bool, audience: str | None, players: bool, as_of: date | None) -> str:
    """Build the site; an empty text, or why it could not be, in a sentence."""
    told: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("mkdocs").addHandler(handler)
    try:
        found: Any = load_config(str(config), site_dir=str(folder.absolute()))
        ours = found.plugins.get("drillbook")
        if ours is None:
            return f"{config.name}: the plugin drillbook is not among its plugins; drillbook init shows one that works"
        if as_of:
            ours.config["as_of"] = as_of.isoformat()
        if audience:
            ours.config["audience"] = audience
        if players:
            ours.config["players"] = True
        if offline:
            ours.config["offline"] = True
            _without_search(found)
        mkdocs_build(found)
    except MkDocsException as error:
        return " ".join(" ".join([*told, str(error)]).split()) or "MkDocs could not build the site"
    finally:
        logging.getLogger("mkdocs").removeHandler(handler)
    return ""


def _without_search(config: Any) -> None:
    """A browser may not load the index of the search from a disk; the start page has one that needs none."""
    for name in [name for name in config.plugins if name.endswith("search")]:
        gone = config.plugins.pop(name)
        for methods in config.plugins.events.values():
            methods[:] = [each for each in methods if getattr(each, "__self__", None) is not gone]


def pack(folder: Path) -> None:
    """The folder as a zip beside it, whole or not at all."""
    target = folder.with_name(f"{folder.name}.zip")
    part = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(each for each in folder.rglob("*") if each.is_file()):
                entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", _FIRST)
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, path.read_bytes())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
