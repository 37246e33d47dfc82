"""Kinds of arguments that name something: a format, a status, a rule. Each says what was probably meant, and completes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from drillbook import resources
from drillbook.cli import stop
from drillbook.report import formats
from drillbook.rule import READING, Rule
from drillbook.rules import all_rules
from drillbook.settings import Settings
from drillbook.suggest import hint

if TYPE_CHECKING:
    _Word = click.ParamType[str]
    _Target = click.ParamType[tuple[str, Path]]
    _Path = click.ParamType[Path]
else:
    _Word = _Target = _Path = click.ParamType


class OneOf(_Word):
    """One of a few words that ``known`` gives."""

    def __init__(self, name: str, known: Callable[[], Iterable[str]]) -> None:
        self.name, self.known = name, known

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002 - click's
        return f"[{'|'.join(self.known())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        known = [*self.known()]
        if value not in known:
            self.fail(f'there is no {self.name} "{value}", {hint(value, known)}', param, ctx)
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        return [CompletionItem(word) for word in self.known() if word.startswith(incomplete)]


class Output(_Target):
    """A format and the file that takes it: ``sarif=report.sarif``."""

    name = "output"

    def convert(
        self, value: str | tuple[str, Path], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        if isinstance(value, tuple):
            return value
        form, equals, file = value.partition("=")
        if not equals or not file:
            self.fail(f'"{value}" names no file, expected FORMAT=FILE such as sarif=drillbook.sarif', param, ctx)
        return OneOf("format", formats).convert(form, param, ctx), Path(file)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        return [CompletionItem(f"{word}=") for word in formats() if word.startswith(incomplete)]


def complete_rule(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """The names of rules that begin so; a shell that can show the summary does."""
    return [CompletionItem(rule.name, help=rule.summary) for rule in all_rules() if rule.name.startswith(incomplete)]


def complete_schema(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """The names of schemas that begin so."""
    return [CompletionItem(name) for name in resources.schemas() if name.startswith(incomplete)]


class Place(_Path):
    """A path; an empty one, which is what a variable without a value gives, is none."""

    name = "path"

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if not str(value):
            self.fail("an empty path; expected a file or a folder, or nothing for the whole repository", param, ctx)
        return Path(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        return [CompletionItem(incomplete, type="file")]


def chosen(select: Iterable[str], ignore: Iterable[str], settings: Settings) -> tuple[Rule, ...]:
    """The rules that count, by the call and the settings. A name that is no rule is a mistake that would hide findings: exit 2.

    What cannot be read is told whatever was chosen: "nothing found" must never mean "not looked at".
    """

    def matching(wanted: str, where: object) -> set[str]:
        found = {rule.name for rule in all_rules() if rule.meant(wanted)}
        if not found or not wanted:
            stop(f'{where}: there is no rule "{wanted}", {hint(wanted, [rule.name for rule in all_rules()])}')
        return found

    names = set().union(*(matching(wanted, "--select") for wanted in select)) or {rule.name for rule in all_rules()}
    ignored = [*((wanted, settings.file) for wanted in settings.ignore), *((wanted, "--ignore") for wanted in ignore)]
    for wanted, where in ignored:
        names -= matching(wanted, where)
        if wanted in READING:
            stop(f'{where}: "{wanted}" cannot be ignored: it says that a file was not checked')
    return tuple(rule for rule in all_rules() if rule.name in names or rule.name in READING)
