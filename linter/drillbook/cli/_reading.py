"""Paths, or a text on standard input -> the repository around them, and which of its files to report on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from drillbook import document, files, settings
from drillbook.cli import stop
from drillbook.document import BESIDE, LIMIT
from drillbook.repository import Repository
from drillbook.settings import Settings

STDIN = Path("-")


def place(paths: tuple[Path, ...], stdin_filename: Path | None) -> Settings:
    """The settings of the repository that is meant. A call that means none, or two things, ends here."""
    if (STDIN in paths) != (stdin_filename is not None):
        stop('"-" and --stdin-filename need each other: the text, and the path in the repository that it is for')
    if stdin_filename is not None:
        if len(paths) > 1:
            stop('"-" stands alone: one text is checked at a time')
        return settings.find(stdin_filename)
    missing = next((path for path in paths if not os.path.lexists(path)), None)
    if missing:
        stop(f"{missing}: there is no such file or folder")
    return settings.find(paths[0] if paths else Path())


def read(found: Settings, paths: tuple[Path, ...], stdin_filename: Path | None) -> tuple[Repository, list[str]]:
    """The repository, and the files to report on, by path."""
    repository = files.load(found.root, found.exclude)
    if stdin_filename is None:
        wanted = _wanted(paths, repository, found.root)
        if not wanted or (not paths and all(repository.by_path[each].kind in BESIDE for each in wanted)):
            stop(f"{found.root}: nothing to check, expected runbooks as runbooks/<id>.md")
        return repository, sorted(wanted)
    path = _relative(stdin_filename, found.root)
    kind = document.kind_of(path)
    if kind is None:
        stop(f"{path}: no place of a runbook, drill, incident or catalog, expected for example runbooks/<id>.md")
    if any(path == each or path.startswith(f"{each.rstrip('/')}/") for each in found.exclude):
        stop(f"{path}: excluded by the settings of {found.root}")
    typed = document.parse(path, kind, sys.stdin.buffer.read(LIMIT + 1))
    if path in repository.by_path:
        documents = tuple(typed if each.path == path else each for each in repository.documents)
        return replace(repository, documents=documents), [path]
    return replace(repository, documents=(*repository.documents, typed)), [path]


def _relative(path: Path, root: Path) -> str:
    whole = path.parent.resolve() / path.name if path.is_symlink() else path.resolve()
    if not whole.is_relative_to(root):
        stop(f"{path}: outside of the repository {root}; call drillbook once for each repository")
    return whole.relative_to(root).as_posix()


def _wanted(paths: Iterable[Path], repository: Repository, root: Path) -> set[str]:
    """The files to report on; a path that leads to none of them is named on standard error."""
    if not paths:
        return set(repository.by_path)
    wanted: set[str] = set()
    for path in paths:
        relative = _relative(path, root)
        below = {each for each in repository.by_path if relative in (".", each) or each.startswith(relative + "/")}
        if not below:
            click.echo(f"drillbook: {path}: not checked, it holds no runbook, drill, incident or catalog", err=True)
        wanted |= below
    return wanted


def within(root: Path) -> str:
    """Where the repository of runbooks lies in the Git repository around it: ``ops/``, or empty at its top."""
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    return "" if top == root else f"{root.relative_to(top).as_posix()}/"
