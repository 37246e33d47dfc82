"""The name of a value, what it was and what it is -> the words for a reviewer. Pure; plain text, nothing escaped.

Words are printed, published and kept in changelogs: of a value that looks like a secret only that it changed is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from drillbook import credentials, duration, words
from drillbook.model import Signal, Threshold

_LONG = 100
"""So many characters of a value are shown; of a longer text the words that changed, of anything else only that it did."""
_AROUND = 30
"""So many characters are shown on each side of those that changed in a long text."""
_FEW = 4
"""Lists that hold no more entries together are shown as they are, of longer ones what came and went."""
_LABELS = {
    "authority.initiate": "who may begin",
    "authority.approve.reversible": "who approves a reversible step",
    "authority.approve.irreversible": "who approves an irreversible step",
    "authority.approve.data_movement": "who approves moving data",
    "authority.if_unreachable.after": "the wait for whoever cannot be reached",
    "authority.if_unreachable.to": "who decides where nobody can be reached",
    "communication.update_every": "the time between two updates",
    "governance.classification": "the classification",
    "objectives.detect": "the time to detect",
    "objectives.contain": "the time to contain",
    "objectives.mitigate": "the time to mitigate",
    "objectives.restore": "the time to restore",
    "review.every": "the time between two reviews",
    "severity.default": "the severity to begin with",
    "severity.raise": "what raises the severity",
    "postmortem.due": "the time until the postmortem is due",
    "postmortem.participants": "who takes part in the postmortem",
    "postmortem.required_for": "the severities that need a postmortem",
    "postmortem.confirm_fix.all": "what must stay clear before the fix counts",
    "postmortem.confirm_fix.clear_for": "how long it must stay clear before the fix counts",
    "communication.channel": "the channel",
    "communication.bridge": "the bridge",
    "communication.stakeholders": "who is kept informed",
    "owners.deputy": "the deputy owner",
    "owners.reviewers": "who reviews the runbook",
    "drills.tabletop": "the time between two tabletop drills",
    "drills.live": "the time between two live drills",
    "governance.clocks": "the legal clocks",
    "governance.constraints": "what constrains moving data",
    "governance.personal_data": "the personal data",
    "owner": "the owner, also wherever roles and authority say owner,",
    "signal source": "the source",
    "signal query": "the query",
    "signal samples": "the query of the samples",
    "signal per": "what it is looked at by",
    "signal unit": "the unit",
    "signal tier": "the tier",
    "signal no_data": "what no value at all counts as",
    "signal alert": "the alert",
    "signal by": "who hears of it first",
    "step title": "the title",
    "step phase": "the section",
    "step by": "who does it",
    "step source": "the source",
    "step state": "what the signal must do",
    "step passes": "what passes",
    "step until": "the signal to wait for",
    "step within": "the time limit",
    "step takes": "the time that it takes",
    "step needs": "what must have succeeded before",
    "step precondition": "the precondition",
    "step only_if": "where it applies",
    "step also": "what runs beside it",
    "step changes": "what it changes",
    "step blast_radius": "what it can hit",
    "step compensates": "what it makes good",
    "step approve_also": "who approves it besides",
    "step expect": "what one expects to see",
    "step success": "what must clear",
    "step then": "what comes next",
    "step outcome": "the outcome",
    "step if_not": "where to go if it did not work",
    "step if_unknown": "where to go if nobody can tell",
    "step at_most": "how often it is tried",
    "step undo": "the way to undo it",
    "step auto": "whether a machine may run it",
    "step sets": "the input that it fills in",
    "step ramp": "the ramp",
    "step hold": "how long each stage is held",
    "rollback to": "the target of the rollback",
    "rollback unless": "what forbids the rollback",
    "rollback by": "who decides on the rollback",
    "rollback decide_within": "the time to decide on the rollback",
    "rollback steps": "the list of rollback steps",
    "rollback verify": "what must clear after the rollback",
    "rollback hold": "how long it must stay clear after the rollback",
    "rollback give_up_after": "the time until the rollback counts as failed",
    "rollback later": "what is looked at later after the rollback",
    "rollback if_unavailable": "the step where no rollback is possible",
    "rollback if_inconclusive": "the step where nobody can tell whether the rollback worked",
    "rollback if_failed": "the step where the rollback failed",
}
"""Names that say nothing by themselves, and what they mean."""
_FLAGS = {
    "signal latched": ("stays until a step clears it now", "clears by itself now"),
    "step moves_data": ("moves data now", "moves no data any more"),
    "step keeps_visibility": ("leaves what happens visible now", "hides what happens from now on"),
    "step fallback": ("is reached by name only now", "is part of the usual way now"),
}
"""What is yes or no, and the words for both."""
_List = list[object] | tuple[object, ...]
_LIST = (list, tuple)
_IDS = ("id", "ref", "clock", "what", "to", "runbook", "rule", "title")
"""The keys that tell one entry of a list from another, the best first."""


def changed(name: str, was: object, now: object) -> str:
    """``unit is seconds, was ratio``; of long or secret values only that they changed, of lists of things what came and went."""
    label = _label(name)
    shown = [value(each) for each in (now, was)]
    if not all(harmless(each) for each in (*shown, str(was), str(now))):
        return f"{label} changed"
    if isinstance(was, Mapping) and isinstance(now, Mapping) and was and now:
        return f"{label}: {'; '.join(_keys(was, now))}"
    short = all(len(each) <= _LONG for each in shown)
    if isinstance(was, _LIST) and isinstance(now, _LIST) and was and now:
        things = any(isinstance(each, Mapping) for each in (*was, *now))
        told = _entries(was, now) if things or not short or len(was) + len(now) > _FEW else ""
        if told:
            return f"{label}: {told}"
    if not short and isinstance(was, str) and isinstance(now, str):
        shown = [_quoted(each) for each in contrast(now, was)]
        short = shown[0] != shown[1]  # else only where its lines break
    return f"{label} is {shown[0]}, was {shown[1]}" if short else f"{label} changed"


def contrast(one: str, other: str) -> tuple[str, str]:
    """Two texts with the words that differ and a few around them; a stretch that is long still ends in dots.

    >>> contrast("modelctl share model 5 --env prod", "modelctl share model 0 --env prod")
    ('modelctl share model 5 --env prod', 'modelctl share model 0 --env prod')
    """
    a, b = (" ".join(each.split()) for each in (one, other))
    if len(a) <= _LONG and len(b) <= _LONG:
        return a, b
    most = min(len(a), len(b))
    before = next((at for at in range(most) if a[at] != b[at]), most)
    after = next((at for at in range(most - before) if a[-1 - at] != b[-1 - at]), most - before)
    start, kept = max(0, before - _AROUND), max(0, after - _AROUND)
    start = a.rfind(" ", 0, start + 1) + 1 if start - a.rfind(" ", 0, start + 1) < _AROUND // 2 else start
    return _cut(a, start, len(a) - kept), _cut(b, start, len(b) - kept)


def _cut(text: str, start: int, end: int) -> str:
    """A stretch of a text, with dots where something was left out; what is too long still ends in dots."""
    shown = text[start : min(end, start + _LONG + 2 * _AROUND)]
    return f"{'…' if start else ''}{shown.strip()}{'…' if start + len(shown) < len(text) else ''}"


def flag(name: str, now: object) -> str:
    """What is different where a yes or no turned over; nothing where no words are known for it."""
    return _FLAGS[name][0 if now else 1] if name in _FLAGS else ""


def _label(name: str) -> str:
    if name.startswith("roles."):
        return f"the role {name.removeprefix('roles.').replace('_', ' ')}"
    return _LABELS.get(name, name.replace("_", " "))


def _keys(was: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    """The keys of two mappings whose values differ, with both where they are short."""
    for key in dict.fromkeys((*now, *was)):
        shown = [value(each.get(key)) for each in (now, was)]
        if was.get(key) != now.get(key):
            short = all(len(each) <= _LONG for each in shown)
            label = key.replace("_", " ")
            yield f"{label} is {shown[0]}, was {shown[1]}" if short else f"{label} changed"


def harmless(text: str) -> bool:
    """Whether a text may be repeated: no password, token or key is in it."""
    return not credentials.may_hold(text) or next(credentials.find(text), None) is None


def _entries(was: _List, now: _List) -> str:
    """What came into a list and what left it, by the names of the entries; nothing where they have none."""
    old, new = ({_name(each): each for each in entries} for entries in (was, now))
    if "" in old or "" in new or len(old) != len(was) or len(new) != len(now):
        return ""
    said = (
        ("adds", [_quoted(name) for name in new if name not in old]),
        ("drops", [_quoted(name) for name in old if name not in new]),
        ("changes", [_inside(name, old[name], new[name]) for name in new if name in old and new[name] != old[name]]),
    )
    return ", ".join(f"{how} {_few(names)}" for how, names in said if names) or "stands in another order"


def _inside(name: str, was: object, now: object) -> str:
    """An entry by its name, with what is different in it."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return f"{_quoted(name)} ({'; '.join(_keys(was, now))})"
    return _quoted(name)


def _few(names: list[str]) -> str:
    return _all(names if len(names) <= _FEW else [*names[: _FEW - 1], f"{len(names) - _FEW + 1} more"])


def _all(names: list[str]) -> str:
    """``a, b and c``."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _name(entry: object) -> str:
    """What people call an entry of a list: nothing where it has no short name."""
    if isinstance(entry, Mapping):
        entry = next((entry[key] for key in _IDS if key in entry), "")
    shown = entry if isinstance(entry, str) else ""
    return shown if len(shown) <= _LONG else ""


def value(found: object) -> str:
    """A value as people read it."""
    if found is None or found in ("", (), [], {}):
        return "none"
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, timedelta):
        return duration.show(found)
    if isinstance(found, Threshold):
        return " ".join(words.threshold(Signal(""), found).replace(" ,", ",").split())
    if isinstance(found, Mapping):
        return ", ".join(f"{name}: {value(each)}" for name, each in found.items())
    if isinstance(found, (list, tuple)):
        return _all([value(each) for each in found])
    if isinstance(found, (int, float)):
        return words.number(found)
    return _quoted(" ".join(str(found).split()))


def leaves(was: object, now: object, path: str) -> Iterator[tuple[str, object, object]]:
    """Where two values differ, as deep as mappings reach."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*now, *was)):
            if was.get(key) != now.get(key):
                yield from leaves(was.get(key), now.get(key), f"{path}.{key}")
    else:
        yield path, was, now
