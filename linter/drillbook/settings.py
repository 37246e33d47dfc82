"""A folder -> the repository's root and its settings. Reads ``drillbook.toml`` or ``[tool.drillbook]`` and nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from drillbook.suggest import hint


class SettingsError(Exception):
    """What is wrong with the settings or the place, in one sentence that names the file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``ignore``: rules that do not count here; ``exclude``: files and folders that are not read; ``file`` says it, if any.

    ``quiet``: days and times in which nobody drills; ``holidays``: countries and their parts whose public holidays are such days.
    """

    root: Path
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()
    file: Path | None = None


def find(start: Path) -> Settings:
    """Settings of the nearest folder, from ``start`` upwards, that has settings or a ``runbooks/`` folder."""
    try:
        here = start.resolve()
        folders = [here, *here.parents] if here.is_dir() else [*here.parents]
        for folder in folders:
            found = _settings(folder)
            if found is not None:
                return found
    except (OSError, RuntimeError, ValueError) as error:  # a link in a circle, a name that no file can have
        raise SettingsError(f"{start}: cannot be looked at: {getattr(error, 'strerror', None) or error}") from None
    raise SettingsError(
        f"{start}: no repository of runbooks here or in any folder above, expected a folder runbooks/ or a file drillbook.toml; "
        "drillbook init begins one"
    )


def at(folder: Path) -> Settings:
    """The settings of this very folder, whatever stands around it."""
    return _settings(folder) or Settings(folder)


def _settings(folder: Path) -> Settings | None:
    own, project = folder / "drillbook.toml", folder / "pyproject.toml"
    section = in_project(folder)
    if own.is_file() and section is not None:
        raise SettingsError(
            f"{own}: {project.name} holds settings too, expected them in one place; delete one of the two"
        )
    if own.is_file():
        return _checked(own, folder, _toml(own))
    if section is not None:
        return _checked(project, folder, section)
    return Settings(folder) if (folder / "runbooks").is_dir() else None


def in_project(folder: Path) -> dict[str, Any] | None:
    """The table ``[tool.drillbook]`` of a folder's ``pyproject.toml``, where there is one."""
    project = folder / "pyproject.toml"
    tools = _toml(project).get("tool") if project.is_file() else None
    section = tools.get("drillbook") if isinstance(tools, dict) else None
    if section is not None and not isinstance(section, dict):
        raise SettingsError(f"{project}: tool.drillbook is no table, expected [tool.drillbook]")
    return section


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except (ValueError, RecursionError) as error:  # a number too long or a list too deep for the parser, too
        raise SettingsError(f"{file}: not readable as TOML: {error}") from None


def _checked(file: Path, root: Path, values: Mapping[str, Any]) -> Settings:
    known = [field.name for field in fields(Settings) if field.name not in ("root", "file")]
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f'{file}: unknown setting "{name}", {hint(name, known)}')
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise SettingsError(f'{file}: setting "{name}" is no list of texts, expected for example {name} = ["…"]')
    return Settings(root, file=file, **{name: tuple(value) for name, value in values.items()})
