"""The folder of a site's configuration -> its repository, read once as long as nothing in it changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from drillbook import files, settings
from drillbook.repository import Repository


def repository(root: Path) -> Repository:
    """The repository in a folder; plugin and macros of one build share it."""
    return _load(root, settings.at(root).exclude, files.stamp(root))


@lru_cache(maxsize=2)
def _load(root: Path, exclude: tuple[str, ...], _: tuple[object, ...]) -> Repository:
    return files.load(root, exclude)
