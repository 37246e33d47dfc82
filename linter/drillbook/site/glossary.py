"""The words that runbooks use -> what they mean in plain English: all of them, and those that a text uses. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from drillbook import yaml12
from drillbook.site.escape import front_matter, markdown

URI = "glossary.md"
_INTRO = "Words that runbooks, drills and incidents use, in plain English."


@dataclass(frozen=True, slots=True)
class Word:
    """One entry: the ``term``, what it ``means``, and the pattern of its forms in a text."""

    term: str
    means: str
    forms: re.Pattern[str]


@cache
def glossary() -> tuple[Word, ...]:
    """Every word, in the order of the file."""
    text = (files("drillbook.site") / "glossary.yaml").read_text(encoding="utf-8")
    found = yaml12.read(text).value
    entries = found if isinstance(found, list) else []
    return tuple(Word(each["term"], each["means"], _forms(each["term"], each.get("also", []))) for each in entries)


def _forms(term: str, also: list[str]) -> re.Pattern[str]:
    words = "|".join(re.escape(form) for form in sorted((term, *also), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{words})s?(?![\w-])", re.IGNORECASE)


def used(text: str) -> tuple[Word, ...]:
    """The words of the glossary that a text uses."""
    return tuple(word for word in glossary() if word.forms.search(text))


def other_names(text: str) -> tuple[str, ...]:
    """What people also say for the things that a text is about."""
    found = dict.fromkeys(name for names in _said() if any(name in text.lower() for name in names) for name in names)
    return tuple(found)


@cache
def _said() -> tuple[tuple[str, ...], ...]:
    """Words that mean much the same to whoever looks for a runbook, one line each."""
    text = (files("drillbook.site") / "synonyms.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(tuple(name.strip() for name in line.split(",")) for line in lines)


def page() -> str:
    """The page of all words."""
    body = "\n\n".join(f"**{markdown(word.term)}**\n:   {markdown(word.means)}" for word in glossary())
    return f"{front_matter(title='Glossary', description=_INTRO)}# Glossary\n\n{_INTRO}\n\n{body}\n"
