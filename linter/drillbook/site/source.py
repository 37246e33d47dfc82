"""The folder of a site's configuration -> its repository and its history, each read once as long as nothing changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from drillbook import files, settings, trail, vcs
from drillbook.repository import Repository
from drillbook.site.history import NONE, History


def repository(root: Path) -> Repository:
    """The repository in a folder; plugin and macros of one build share it."""
    return _load(root, settings.at(root).exclude, files.stamp(root))


@lru_cache(maxsize=2)
def _load(root: Path, exclude: tuple[str, ...], _: tuple[object, ...]) -> Repository:
    return files.load(root, exclude)


def history(root: Path) -> History:
    """What git knows of the versions of the runbooks that there are; nothing where there is no git, or no commit."""
    try:
        git = vcs.find(root)
        return _history(root, settings.at(root).exclude, git.commit("HEAD"))
    except vcs.VcsError:
        return NONE


@lru_cache(maxsize=2)
def _history(root: Path, exclude: tuple[str, ...], _: str) -> History:
    git = vcs.find(root)
    trails = git.trails(exclude)
    return {trail.name(path): each for path, each in git.versions(trails).items() if path not in trails.gone}
