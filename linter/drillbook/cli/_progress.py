"""A bar on standard error while something takes long: only on a terminal, and only from two seconds on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

AFTER = 2.0
"""Seconds before anything is shown."""


@contextmanager
def progress(words: str) -> Iterator[None]:
    """Show that ``words`` are going on; the bar is gone when they are done."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    done = Event()
    bar = Thread(target=_show, args=(words, done), daemon=True)
    bar.start()
    try:
        yield
    finally:
        done.set()
        bar.join()


def _show(words: str, done: Event) -> None:
    if done.wait(AFTER):
        return
    from rich.console import Console  # a tenth of a second, which a short run shall not pay
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        bar.add_task(words, total=None)
        done.wait()
