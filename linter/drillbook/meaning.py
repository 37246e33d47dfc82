"""Two states of a runbook, by their effective values -> what changed, in words, and how big a version that asks for. Pure.

Major: a threshold, a decision, an authority or the rollback. Minor: a step, or what surrounds one. Patch: wording. What a default
changes counts as much as what the runbook itself says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher
from typing import Any

from drillbook import phrases, words
from drillbook.document import Document
from drillbook.model import Rollback, Runbook, Signal, Step, Threshold
from drillbook.repository import COMPLETE, Repository

_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
_FEW = 3
"""So many changes are told in one sentence, each in so many characters:"""
_WORDS = 160
LEVELS = ("patch", "minor", "major")
_MAJOR = ("authority", "roles", "owner")
_MINOR = (
    *("components", "environments", "inputs", "objectives", "severity", "escalation", "communication"),
    *("evidence", "governance", "postmortem", "owners", "drills", "status"),
)
_APART = ("signals", "rollback", "version", "changelog", "review", "waivers", "schema", "id")
"""What is looked at by itself, or says nothing of what one does: that somebody reviewed it, that a rule is set aside."""
_SIGNAL_MAJOR = ("source", "query", "samples", "per", "unit", "tier", "no_data", "latched", "alert")
_STEP_MAJOR = ("changes", "approve_also", "moves_data", "passes", "auto")
_STEP_PATCH = ("title", "expect", "compensates", "takes")
_DOES = {
    "run": "runs other commands",
    "do": "says something else to do",
    "query": "asks another query",
}
"""What is different where the text of a step changed and its kind did not."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different: the ``level`` that it asks for, and the ``words`` for a reviewer."""

    level: str
    words: str


def changes(before: Runbook, after: Runbook) -> tuple[Change, ...]:
    """What is different, the biggest first, otherwise in the order of the runbook. Prose between the steps is not looked at."""
    found = [
        *_signals(before, after),
        *_rollback(before, after),
        *_steps(before, after),
        *_rest(before.data, after.data),
    ]
    return _sorted(found)


def _sorted(found: list[Change]) -> tuple[Change, ...]:
    return tuple(sorted(found, key=lambda change: -LEVELS.index(change.level)))


def level(found: tuple[Change, ...]) -> str:
    """The biggest level of some changes; a patch where there is none to name."""
    return max((change.level for change in found), key=LEVELS.index, default="patch")


def bumped(version: str, size: str) -> str:
    """The next version of a size: ``2.1.3`` and minor is ``2.2.0``."""
    major, minor, patch = (int(part) for part in version.split("."))
    return {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0"}.get(size, f"{major}.{minor}.{patch + 1}")


def step_of(old: str, new: str) -> str:
    """How big the step between two versions is; empty where the new one is not larger."""
    a, b = ([int(part) for part in each.split(".")] for each in (old, new))
    if b <= a:
        return ""
    return "major" if b[0] > a[0] else "minor" if b[1] > a[1] else "patch"


def _signals(before: Runbook, after: Runbook) -> Iterator[Change]:
    old = {signal.id: signal for signal in before.signals}
    for signal in after.signals:
        was = old.pop(signal.id, None)
        if was is None:
            fires = f", fires {words.fires(signal)}" if signal.fires else ""
            yield Change("major", f"{signal.id} is a new signal{fires}")
        else:
            yield from _signal(was, signal)
    yield from (Change("major", f"{name} is no signal any more") for name in old)


def _signal(was: Signal, now: Signal) -> Iterator[Change]:
    yield from (Change("major", f"{now.id} {each}") for each in _thresholds(was, now))
    for key in _SIGNAL_MAJOR:
        a, b = getattr(was, key), getattr(now, key)
        if a != b:
            yield Change("major", _part(now.id, f"signal {key}", a, b))
    if was.by != now.by:
        yield Change("minor", _part(now.id, "signal by", was.by, now.by))
    if was.leads_to != now.leads_to:
        yield Change("minor", f"{now.id} leads to {now.leads_to or 'nothing'}, was {was.leads_to or 'nothing'}")
    if was.title != now.title:
        yield Change("patch", _part(now.id, "title", was.title, now.title))
    if was.links != now.links:
        yield Change("patch", _part(now.id, "the links", was.links, now.links))
    if was.set_by != now.set_by:
        yield Change("patch", f"{now.id}: who set the thresholds, when and why, is told otherwise")


def _part(of: str, name: str, was: object, now: object) -> str:
    """What is different in a signal or a step."""
    said = phrases.flag(name, now)
    return f"{of} {said}" if said else f"{of}: {phrases.changed(name, was, now)}"


def _thresholds(was: Signal, now: Signal) -> Iterator[str]:
    """What is different in when a signal fires and clears: the number, how long, how often, over how many samples."""
    if was.latched and now.latched and was.cleared_by != now.cleared_by:
        yield f"is cleared by the step {now.cleared_by or 'nothing'}, was by the step {was.cleared_by or 'nothing'}"
    for verb in ("fires", "clears"):
        old, new = getattr(was, verb), getattr(now, verb)
        if old == new:
            continue
        if old is None or new is None:
            a, b = (words.threshold(each, side) if side else "never" for each, side in ((was, old), (now, new)))
            yield f"{verb} {b}, was {a}"
            continue
        if (a := words.comparison(was, old)) != (b := words.comparison(now, new)):
            yield f"{verb} {b}, was {a}"
        if (old.hold, old.times) != (new.hold, new.times):
            yield f"{verb} {_lasting(new)}, was {_lasting(old)}"
        if old.min_samples != new.min_samples:
            least = [
                words.number(each) if each is not None else "any number of"
                for each in (new.min_samples, old.min_samples)
            ]
            yield f"{verb} with at least {least[0]} samples, was {least[1]}".replace("at least any", "any")


def _lasting(side: Threshold) -> str:
    """How long, or how often in a row, a threshold must hold."""
    if side.times:
        return f"after {side.times} times in a row"
    return f"after {words.length(side.hold)}" if side.hold else "at once"


def _rollback(before: Runbook, after: Runbook) -> Iterator[Change]:
    was, now = before.rollback, after.rollback
    if was is None or now is None:
        why = [str((each.data.get("rollback") or {}).get("reason", "")) for each in (before, after)]
        reason = f", because: {why[1]}" if why[1] and phrases.harmless(why[1]) else ""
        if (was is None) != (now is None):
            yield Change("major", "there is a rollback now" if now else f"there is no rollback any more{reason}")
        elif why[0] != why[1]:
            yield Change("patch", phrases.changed("the reason why there is no rollback", *why))
        return
    if (was.when_all, was.when) != (now.when_all, now.when):
        yield Change("major", f"the rollback is to be decided {_deciding(now)}, was {_deciding(was)}")
    for each in fields(Rollback):
        a, b = getattr(was, each.name), getattr(now, each.name)
        if a != b and not each.name.startswith("when"):
            yield Change("major", phrases.changed(f"rollback {each.name}", a, b))


def _deciding(rollback: Rollback) -> str:
    how = "all" if rollback.when_all else "any"
    return f"when {how} of {phrases.value(rollback.when)} fire"


def _steps(before: Runbook, after: Runbook) -> Iterator[Change]:
    old = {step.id: step for step in before.steps}
    new = [step.id for step in after.steps]
    above = dict(zip(new, ["", *new], strict=False))
    yield from (Change("minor", f"step {name} stands {_behind(above[name])} now") for name in _moved([*old], new))
    for step in after.steps:
        was = old.pop(step.id, None)
        if was is None:
            title = f": {step.title}" if phrases.harmless(step.title) else ""
            yield Change("minor", f"{step.id} is a new step, {_behind(above[step.id])}{title}")
        else:
            yield from _step(was, step)
    yield from (Change("minor", f"{name} is no step any more") for name in old)


def _behind(name: str) -> str:
    return f"behind {name}" if name else "before all others"


def _moved(old: list[str], new: list[str]) -> list[str]:
    """The steps that changed their place among those that stayed, as few as tell it."""
    a, b = [name for name in old if name in new], [name for name in new if name in old]
    kept = {
        b[at]
        for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
        for at in range(block.b, block.b + block.size)
    }
    return [name for name in b if name not in kept]


def _step(was: Step, now: Step) -> Iterator[Change]:
    yield from _action(was, now)
    for key in dict.fromkeys((*now.answers, *was.answers)) if was.action == now.action else ():
        a, b = was.answers.get(key, "nothing"), now.answers.get(key, "nothing")
        if a != b:
            yield Change("major", f"step {now.id}: the answer {key} leads to {b}, was {a}")
    for each in fields(Step):
        a, b = getattr(was, each.name), getattr(now, each.name)
        if a != b and each.name not in ("action", "text", "answers"):
            size = "major" if each.name in _STEP_MAJOR else "patch" if each.name in _STEP_PATCH else "minor"
            shown = [value or "the next step" if each.name == "then" else value for value in (a, b)]
            yield Change(size, _part(f"step {now.id}", f"step {each.name}", *shown))


def _action(was: Step, now: Step) -> Iterator[Change]:
    """What is different in the one thing that a step does."""
    size = "major" if "decide" in (was.action, now.action) else "minor"
    if was.action != now.action:
        yield Change(size, f"step {now.id} is to {now.action}, was to {was.action}")
    elif was.text != now.text and now.action in ("check", "decide"):
        asks = "checks" if now.action == "check" else "asks"
        said = phrases.changed("", was.text, now.text).removeprefix(" is ")
        yield Change(size, f"step {now.id} {asks} {said if said != ' changed' else 'something else'}")
    elif was.text != now.text and now.action in _DOES:  # how long one waits is told as the time limit
        a, b = phrases.contrast(now.text, was.text)
        told = a != b and all(phrases.harmless(each) for each in (was.text, now.text))
        yield Change(size, f"step {now.id} {_DOES[now.action]}{f': {a}; was: {b}' if told else ''}")


def _rest(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*after, *before)):
        if key in _APART or before.get(key) == after.get(key):
            continue
        size = "major" if key in _MAJOR else "minor" if key in _MINOR else "patch"
        for path, a, b in phrases.leaves(before.get(key), after.get(key), key):
            yield Change(size, phrases.changed(path, a, b))
    a, b = ((each.get("review") or {}).get("every") for each in (before, after))
    if a != b:
        yield Change("patch", phrases.changed("review.every", a, b))


def _prose(was: Document, now: Document) -> Iterator[Change]:
    """The sections whose text between the steps has other words; where a line breaks says nothing."""
    old, new = _sections(was), _sections(now)
    for name in dict.fromkeys((*new, *old)):
        if old.get(name) != new.get(name):
            where = f"under {name}" if name else "before the steps"
            yield Change("patch", f"the text {where} changed")


def _sections(document: Document) -> dict[str, list[str]]:
    """The paragraphs of each section, by its heading, without the step blocks."""
    found: dict[str, list[str]] = {}
    edges = [(0, document.body_at, "")]
    edges += [(1, each.line.start, each.text) for each in document.body.headings if each.level == 2]
    cuts = [block.span for block in document.blocks]
    starts = sorted((at, name) for _, at, name in edges)
    ends = [*(at for at, _ in starts[1:]), len(document.text)]
    for (start, name), end in zip(starts, ends, strict=True):
        kept, at = [], start
        for cut in cuts:
            if start <= cut.start < end:
                kept.append(document.text[at : cut.start])
                at = cut.end
        text = "\n\n".join([*kept, document.text[at:end]])
        found.setdefault(name, []).extend(words for part in _PARAGRAPH.split(text) if (words := " ".join(part.split())))
    return found


def model(document: Document, repository: Repository) -> Runbook | None:
    """The typed runbook, also of one that lacks what only a finished one needs; None where its shape is wrong."""
    found = repository.model(document)
    if found is not None or document.kind != "runbook" or not document.readable:
        return found
    own: dict[str, Any] = {key: document.front[key] for key in ("status", "successor") if key in document.front}
    if own.get("status") not in COMPLETE:
        return None
    front = {**{key: each for key, each in document.front.items() if key != "successor"}, "status": "draft"}
    draft = replace(document, given=replace(document.reading, front=front))
    found = Repository((*repository.of("defaults"), draft)).model(draft)
    return replace(found, status=str(own["status"]), data={**found.data, **own}) if found else None


@dataclass(frozen=True, slots=True)
class Compared:
    """A runbook in use before and after a change: its versions, and what changed between them.

    ``inherited`` is true where its own file says what it said, and only the defaults changed.
    """

    was: str
    now: str
    changes: tuple[Change, ...]
    inherited: bool


def compared(document: Document, before: Repository | None, now: Repository) -> Compared | None:
    """A runbook beside what it was; None where versions do not count: a new one, a draft, a retired or a broken one.

    A draft is in nobody's hands, so its version counts from the day on which it becomes active.
    """
    was = before.was(document) if before and document.kind == "runbook" else None
    if was is None or before is None or not (before.is_complete(was) and now.is_complete(document)):
        return None
    old, new = model(was, before), model(document, now)
    if old is None or new is None:
        return None
    inherited = was.front == document.front and was.text[was.body_at :] == document.text[document.body_at :]
    found = Compared(old.version, new.version, between(was, before, document, now), inherited)
    before.forget(was)
    return found


def summary(found: tuple[Change, ...]) -> str:
    """A few changes on one line, the biggest first, and how many more there are."""
    said = [each.words if len(each.words) <= _WORDS else f"{each.words[: _WORDS - 4]} ..." for each in found[:_FEW]]
    rest = f"; and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return "; ".join(said) + rest


def of(name: str, before: Repository, now: Repository) -> tuple[Change, ...]:
    """What changed in a runbook between two repositories, that it came or went included."""
    here = now.runbook(name)
    was = before.was(here) if here else before.runbook(name)
    if here is None and was is not None:
        new = {old: path for path, old in before.renamed.items()}
        here = _nameless(new.get(was.path, was.path), now)
    elif was is None and here is not None:
        was = _nameless(before.renamed.get(here.path, here.path), before)
    if was is None or here is None:
        return (Change("major", "a new runbook" if here else "the runbook is gone"),) if was or here else ()
    return between(was, before, here, now)


def _nameless(path: str, repository: Repository) -> Document | None:
    """The runbook of a path whose id cannot be read, as in the middle of a merge: it is there, and broken."""
    found = repository.by_path.get(path)
    return found if found and found.kind == "runbook" and not found.id else None


def between(was: Document, before: Repository, here: Document, now: Repository) -> tuple[Change, ...]:
    """What changed between two states of a runbook, each in its repository; whether its text changed, too."""
    if was.data == here.data and before.effective(was) == now.effective(here):
        return ()
    old, new = model(was, before), model(here, now)
    if old is None or new is None:
        broken = "it breaks the contract now" if new is None else "it broke the contract before"
        return (Change("major", f"{broken}: what changed cannot be told"),)
    renamed = f"the name is {here.id}, was {was.id}: what leads to the old one, alerts too, leads nowhere now"
    named = [Change("minor", renamed)] if was.id != here.id else []
    return _sorted([*named, *changes(old, new), *_prose(was, here)])
