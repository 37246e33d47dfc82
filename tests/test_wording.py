"""Words in runbooks, right and wrong in pairs: what is a gap that nobody filled in, and what only looks like one."""

from __future__ import annotations

from datetime import date

import pytest

from drillbook import document, engine
from drillbook.repository import Repository
from drillbook.rules import all_rules

DAY = date(2026, 11, 22)
TEXT = """---
schema: runbook/1
id: one
title: Recommendations repeat themselves
summary: People see the same ten items everywhere.
version: "0.1.0"
status: active
owner: ranking
changelog: [{{version: "0.1.0"}}]
---

## Detect

{prose}

```step
id: look
title: Look at it
do: |
  {do}
```
"""


def gaps(prose: str = "", do: str = "Open the dashboard") -> list[str]:
    text = TEXT.format(prose=prose, do=do)
    repository = Repository((document.parse("runbooks/one.md", "runbook", text.encode()),))
    rules = [rule for rule in all_rules() if rule.name == "unfinished-text"]
    return [each.message.split('"')[1] for each in engine.lint(repository, rules, DAY)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Tell them TODO", ["TODO"]),
        ("TODO: tell them", ["TODO"]),
        ("Ask for a TODO list", []),
        ("Look at the TODO comments of the change", []),
        ("Write it onto the TODO board", []),
        ("Call ???", ["???"]),
        ("Owner: ????, phone ____", ["????", "____"]),
        ("Ask again: really???", []),
        ("Ask them (what is it?)", []),
        ("Call _______ and wait", ["_______"]),
        ("Open the file __init__.py", []),
        ("Search for `???` in the file", []),
        ("Write the name as first___last", []),
    ],
)
def test_gaps(words: str, found: list[str]) -> None:
    assert gaps(prose=f"{words}.") == found
    assert gaps(do=words) == ([] if "`" in words else found)


def test_a_line_across_the_page_is_no_gap() -> None:
    assert gaps(prose="One.\n\n____\n\nTwo.") == []
    assert gaps(prose="One.\n\n_ _ _\n\n______\n") == []
