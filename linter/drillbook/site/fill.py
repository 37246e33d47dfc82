"""A runbook in its repository -> what a responder fills in once, and texts whose variables a page can fill. Pure.

The page fills in with the same care as ``drillbook check``: a value that does not match its pattern, or that could end the quotes
that it stands in, is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from drillbook import environment, shell
from drillbook.model import Runbook, Step
from drillbook.repository import Repository
from drillbook.site.escape import filled, html

_FLAG = re.compile(r"(?<!\S)--?[A-Za-z][A-Za-z0-9-]*")
_USE = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
_WORD = "[A-Za-z0-9_.:@/-]+"
"""What is taken for an input of a draft that says no pattern yet: nothing that a shell reads as more than one word."""
STAGE, FOLDER = "stage", "evidence_dir"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: ``label`` is the label of the alert that holds it, ``many`` takes several words."""

    id: str
    title: str
    pattern: str
    example: str
    label: str = ""
    many: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One environment: ``values`` as JSON are its variables and its own name."""

    id: str
    title: str
    allow: str
    values: str


@dataclass(frozen=True, slots=True)
class Form:
    """What a runbook asks a responder: ``known`` are all names that its texts may use."""

    fields: tuple[Field, ...]
    choices: tuple[Choice, ...]
    known: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.fields or self.choices)


def form(repository: Repository, runbook: Runbook) -> Form:
    """The inputs of a runbook, the folder for evidence where a command needs it, and the environments where it may run."""
    entries = repository.entries("environments")
    fields = [
        Field(
            each["id"],
            str(each.get("title") or each["id"]),
            each.get("pattern", _WORD),
            str(each.get("example", "")),
            each.get("from_label", ""),
            bool(each.get("many")),
        )
        for each in runbook.data.get("inputs", ())
    ]
    used = {name for step in runbook.steps for name in _USE.findall(f"{step.text}\n{step.undo}")}
    if FOLDER in used:
        where = "Folder for the evidence of this incident"
        fields.append(Field(FOLDER, where, "[A-Za-z0-9_./-]+", "evidence/inc-2026-0001"))
    choices = [
        Choice(name, str(entry.get("title", name)), str(entry.get("allow", "")), json.dumps(_values(name, entry)))
        for name in runbook.data.get("environments", ())
        if (entry := entries.get(name)) is not None
    ]
    variables = {name for each in choices for name in json.loads(each.values)}
    return Form(tuple(fields), tuple(choices), frozenset({*(each.id for each in fields), *variables, STAGE}))


def _values(name: str, entry: Mapping[str, object]) -> Mapping[str, str]:
    return {**shell.variables(entry), "environment": name}


def command(text: str, known: frozenset[str] = frozenset(), language: str = "", stages: Sequence[str] = ()) -> Markup:
    """A block to copy, each use of a known name marked. Flags such as ``--out`` are kept whole on a narrow screen.

    ``language`` is ``shell`` or ``query``; ``stages`` are the values of ``${stage}``, for one button each.
    """
    loose = _loose(text, language)
    parts, at = [], 0
    for use in _USE.finditer(text):
        if use[1] in known:
            bare = Markup(" data-loose") if use[1] in loose else ""
            mark = filled('<span class="db-use" data-use="{}"{}>{}</span>', use[1], bare, use[0])
            parts += [_flags(text[at : use.start()]), mark]
            at = use.end()
    inside = Markup("").join([*parts, _flags(text[at:])])
    several = (
        Markup(' data-stages="{}"').format(html(" ".join(stages))) if stages and STAGE in _USE.findall(text) else ""
    )
    kind = Markup(' data-language="{}"').format(html(language)) if language else ""
    whole = '<div class="highlight db-command no-copy"{}{}><pre tabindex="0"><code>{}</code></pre></div>'
    return filled(whole, kind, several, inside)


def _flags(text: str) -> Markup:
    parts, at = [], 0
    for flag in _FLAG.finditer(text):
        parts += [html(text[at : flag.start()]), filled('<span class="db-flag">{}</span>', flag[0])]
        at = flag.end()
    return Markup("").join([*parts, html(text[at:])])


def _loose(text: str, language: str) -> frozenset[str]:
    """The names that stand outside of quotes somewhere: their values must be one word."""
    if language == "shell":
        return frozenset(each.name for each in shell.read(text).variables if each.split)
    return frozenset(environment.outside_quotes(text))


def stages(step: Step) -> tuple[str, ...]:
    """The values that ``${stage}`` takes, as one writes them."""
    return tuple(f"{each:g}" for each in step.ramp)
