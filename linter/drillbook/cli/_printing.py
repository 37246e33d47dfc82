"""A summary -> what is printed, and what is written into files."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import click

from drillbook.cli import stop
from drillbook.report import Summary

Outputs = Iterable[tuple[str, Path]]


def must_be_writable(outputs: Outputs) -> None:
    """Better before a long run than after it: every file has its folder."""
    for _, file in outputs:
        if not file.parent.is_dir():
            stop(f"{file}: there is no folder {file.parent} to write it into")
        if file.is_dir():
            stop(f"{file}: a folder, expected the name of a file")


def publish(summary: Summary, form: str, outputs: Outputs, statistics: bool) -> None:
    """Write each file whole or not at all, then print."""
    for name, file in outputs:
        try:
            _write(file, _render(summary, name, statistics))
        except OSError as error:
            stop(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}")
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(_render(summary, form, statistics, colour), nl=False, color=True)


def _render(summary: Summary, form: str, statistics: bool, colour: bool = False) -> str:
    module = import_module(f"drillbook.report.{form}")
    only_text = {"colour": colour, "statistics": statistics} if form == "text" else {}
    return str(module.render(summary, **only_text))


def _write(file: Path, text: str) -> None:
    """A plain file is replaced; a link, a pipe or a device such as /dev/stdout is written into."""
    if os.path.lexists(file) and not stat.S_ISREG(file.lstat().st_mode):
        file.write_text(text, encoding="utf-8", newline="\n")
        return
    from drillbook import append

    append.replace(file, text)
