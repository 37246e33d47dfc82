"""The folder of a site's configuration -> its repository and its history, each read once as long as nothing changes."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from drillbook import files, settings, trail, vcs
from drillbook.repository import Repository
from drillbook.site import audience
from drillbook.site.history import NONE, History

ONLY = "DRILLBOOK_ONLY"
"""The variable with which ``drillbook serve RUNBOOK`` says which runbook is shown, and no other page."""
_AUDIENCES: dict[Path, tuple[str, bool]] = {}
_EVERYBODY = (audience.ALL, False)
_LAST: dict[Path, Repository] = {}


def limit(root: Path, to: str, players: bool = False) -> None:
    """From now on the pages of a folder are for an audience, or for players: plugin and macros of one build share it."""
    _AUDIENCES[root] = (to, players)


def repository(root: Path) -> Repository:
    """The repository in a folder, as far as the audience may read it."""
    found = _load(root, settings.at(root).exclude, _AUDIENCES.get(root, _EVERYBODY), files.stamp(root))
    _LAST[root] = found
    return found


def last(root: Path) -> Repository:
    """The repository as this build read it. To look for changes takes long where there are many files."""
    return _LAST.get(root) or repository(root)


@lru_cache(maxsize=2)
def _load(root: Path, exclude: tuple[str, ...], to: tuple[str, bool], _: tuple[object, ...]) -> Repository:
    """A file that did not change since the last time is not read again: an edit shows the sooner."""
    found = files.load(root, exclude)
    old = _LAST.get(root)
    kept = {each.path: each for each in old.documents} if old else {}
    same = tuple(kept[each.path] if kept.get(each.path) == each else each for each in found.documents)
    limited = audience.limited(replace(found, documents=same), to[0])
    return audience.for_players(limited) if to[1] else limited


def history(root: Path) -> History:
    """What git knows of the versions of the runbooks that there are; nothing where there is no git, or no commit.

    Nothing for an audience, either: the words about an old version may name what it may not read.
    """
    if _AUDIENCES.get(root, _EVERYBODY)[0] != audience.ALL:
        return NONE
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
