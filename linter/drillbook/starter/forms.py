"""Texts -> the same as YAML, as a block of code, or as nothing but text in Markdown. Pure."""

from __future__ import annotations

import json
import re

from drillbook.starter import wording

_SPECIAL = re.compile(r"[!-/:-@\[-`{-~]")


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def block(text: str) -> str:
    """A text of one or several lines as YAML."""
    if not any(char in text for char in '\n\t\\"'):
        return quoted(text)
    mark = "|2" if text[:1] in " \n" else "|"
    return "\n".join([mark, *(f"  {line}" if line.strip() else "" for line in text.rstrip().split("\n"))])


def code(text: str, info: str) -> str:
    fence = wording.fence(text)
    if "`" in info:
        fence = "~" * max(3, 1 + max((len(run) for run in re.findall(r"~+", text)), default=0))
    return f"{fence}{info}\n{text}\n{fence}"


def escaped(text: str) -> str:
    """A text that is nothing but text in Markdown, with its line breaks."""
    lines = (_SPECIAL.sub(lambda match: f"\\{match[0]}", line.strip()) for line in text.strip().split("\n"))
    return re.sub(r"(?<=\S)\n(?=\S)", "\\\\\n", "\n".join(lines))
