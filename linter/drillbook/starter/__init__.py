"""What a new repository and a new runbook begin with. Texts in, texts out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable

from drillbook.starter import wording

_RUNBOOK = """\
---
schema: runbook/1
id: {id}
title: {title}
summary: {summary}
version: "0.1.0"
status: draft
owner: {owner}
changelog:
  - {{version: "0.1.0", date: {day}, by: {owner}, because: first draft, changes: [First version]}}
---

## Detect

```step
id: look
title: Look whether it is this
do: "{look}"
```

## Contain

## Mitigate

## Restore

## Learn
"""


def runbook(id: str, title: str, summary: str, owner: str, day: date) -> str:
    """The smallest draft of a runbook that lints."""
    quoted = {"title": json.dumps(title, ensure_ascii=False), "summary": json.dumps(summary, ensure_ascii=False)}
    return _RUNBOOK.format(look=wording.LOOK, id=id, owner=owner, day=day, **quoted)


def repository(day: date) -> Iterator[tuple[str, str]]:
    """The files of a new repository: path and text, by path."""
    yield from sorted(_below(files("drillbook.starter") / "repository", "", day))


def site_parts() -> str:
    """The parts of the site's configuration that show runbooks, as they stand in a new repository."""
    text = (files("drillbook.starter") / "repository" / "mkdocs.yml").read_text(encoding="utf-8")
    return text[text.index("plugins:\n") : text.index("nav:\n")].strip()


def _below(folder: Traversable, path: str, day: date) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        name = entry.name.removeprefix("dot-")
        name = f".{name}" if name != entry.name else name
        if entry.is_dir():
            yield from _below(entry, f"{path}{name}/", day)
        else:
            yield f"{path}{name}", entry.read_text(encoding="utf-8").replace("2000-01-01", day.isoformat())
