"""Drafts that a command begins: the team that owns them, writing each once, and telling of them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click

from drillbook import append, document
from drillbook.cli import stop
from drillbook.repository import Repository
from drillbook.suggest import hint

NEXT = "What an active runbook needs besides: drillbook lint --status active FILE"


def owner(repository: Repository, given: str | None) -> str:
    """The team that answers for the drafts: the one that is given, or the only one there is."""
    teams = list(repository.entries("teams"))
    if given is None and len(teams) == 1:
        return teams[0]
    if given is None:
        stop(f"--owner is missing: which of {', '.join(teams) or 'no'} teams answers for the runbooks?")
    if given not in teams:
        stop(f'team "{given}" is not in catalog/teams.yaml, {hint(given, teams)}')
    return given


def named(id: str, what: str, fix: str) -> bool:
    """Whether a runbook may have this id. Says what to do where not."""
    if id[:1].isalpha() and document.kind_of(f"runbooks/{id}.md") is not None:
        return True
    click.echo(f"{what}: no name for a file can be made of it; {fix}", err=True)
    return False


def created(path: Path, shown: str, what: str, text: str) -> bool:
    """Write a new file; nothing is overwritten. Says so where there is one already."""
    try:
        append.create(path, text)
    except FileExistsError:
        click.echo(f"{what}: {shown} is there already", err=True)
        return False
    except OSError as error:
        stop(f"{shown}: cannot be written: {(error.strerror or str(error)).lower()}")
    return True


def read(file: Path, most: int, expected: str) -> str:
    """The text of a file of at most ``most`` bytes. Raises ValueError with a sentence where it cannot be had."""
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
        text = data.decode("utf-8") if len(data) <= most else ""
    except OSError as error:
        raise ValueError(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file}: cannot be read: no UTF-8 text; save it as UTF-8") from None
    if len(data) > most:
        raise ValueError(f"{file}: larger than {most:,} bytes, {expected}")
    return text


def joined(parts: Collection[str]) -> str:
    """Several things in one sentence."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
