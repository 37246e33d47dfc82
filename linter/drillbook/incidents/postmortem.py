"""Timeline, evidence and runbooks of an incident -> the draft of its report, and what is missing to close it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drillbook import duration
from drillbook.course import course
from drillbook.harmless import prose
from drillbook.incidents import evidence
from drillbook.incidents.entries import when
from drillbook.incidents.opening import STAND_IN
from drillbook.journal import Entry

Data = Mapping[str, Any]
GAP = "_Still to be written:"
"""How a sentence begins that asks for text; the incident does not close while one is left."""
SECTIONS = (
    (
        "Summary",
        "three sentences for a reader who is no engineer: what customers noticed, for how long, and what ended it._",
    ),
    ("Impact", "how many customers, payments or decisions were hit, and where each figure comes from._"),
    (
        "What happened and why",
        "the chain from the change to the harm. Name systems and decisions, and nobody's guilt._",
    ),
    ("What went well", "what shortened it._"),
    ("Where we were lucky", "what could have made it worse, and did not by chance._"),
    ("Lessons", "what is known now that was not known before._"),
)
_OBJECTIVES = (("detect", "started", "detected"), ("contain", "detected", "contained"),
               ("mitigate", "detected", "mitigated"), ("restore", "detected", "restored"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Review:
    """What a report is made of. ``books`` are the effective values of the runbooks that were used."""

    front: Data
    entries: Sequence[Entry]
    custody: Sequence[Entry]
    books: Sequence[Data]


def demanded(review: Review) -> bool:
    """Whether a runbook asks for a postmortem at this severity."""
    return any(
        review.front.get("severity") in (book.get("postmortem") or {}).get("required_for", ()) for book in review.books
    )


def functions(review: Review) -> list[str]:
    """The teams that have to take part in the review, each once."""
    found: dict[str, None] = {}
    for book in review.books:
        owner = str(book.get("owner", ""))
        for each in (book.get("postmortem") or {}).get("participants", ()):
            found[owner if each == "owner" else str(each)] = None
    return list(found)


def draft(review: Review) -> str:
    """The body of incident.md, as far as it can be told from what was recorded."""
    gaps = {name: f"## {name}\n\n{GAP} {words}" for name, words in SECTIONS}
    why = gaps["What happened and why"]
    supposed = "\n".join(_supposed(review))
    parts = (
        gaps["Summary"],
        gaps["Impact"] + "\n\n| what | figure | source |\n|---|---|---|",
        "## Times\n\n" + "\n".join(_times(review)),
        "## Timeline\n\n" + "\n".join(_timeline(review)),
        "## Decisions\n\n" + ("\n".join(_decisions(review)) or "None was recorded."),
        why + (f"\n\nSupposed then, and not proven by the timeline:\n\n{supposed}" if supposed else ""),
        "## Evidence\n\n" + ("\n".join(_evidence(review)) or "None was kept."),
        gaps["What went well"],
        gaps["Where we were lucky"],
        gaps["Lessons"],
    )
    return "\n\n".join(parts) + "\n"


def _times(review: Review) -> Iterator[str]:
    """What the phases took against the tightest objective of the runbooks."""
    times = review.front.get("times") or {}
    yield "| phase | took | objective | |"
    yield "|---|---|---|---|"
    for name, since, until in _OBJECTIVES:
        lengths = [duration.parse(str((book.get("objectives") or {}).get(name, ""))) for book in review.books]
        aim = min((each for each in lengths if each), default=None)
        took = when(times[until]) - when(times[since]) if since in times and until in times else None
        verdict = (
            "not recorded"
            if took is None
            else ""
            if aim is None
            else "met"
            if took <= aim
            else f"late by {duration.show(took - aim)}"
        )
        yield f"| {name} | {duration.show(took) if took is not None else ''} | {duration.show(aim) if aim else ''} | {verdict} |"


def _timeline(review: Review) -> Iterator[str]:
    void = course(review.entries).void
    yield "| UTC | what | by | line |"
    yield "|---|---|---|---|"
    for each in sorted(review.entries, key=lambda one: (str(one.value["at"]), one.number)):
        said = prose(str(each.value["text"]))
        if each.kind == "hypothesis":
            said = f"_Supposed:_ {said}"
        if each.kind == "decision":
            said = f"**Decided:** {said} {prose(str(each.value['choice']))}"
        if "milestone" in each.value:
            said = f"**{said}**"
        if each.digest in void:
            said = f"~~{said}~~ (corrected by line {void[each.digest].number})"
        at = str(each.value["at"])
        yield f"| {at[:10]} {at[11:16]} | {said}{''.join(_links(each))} | {each.value['by']} | {each.number} |"


def _links(each: Entry) -> Iterator[str]:
    for path in each.value.get("evidence") or ():
        name = str(path).removeprefix("evidence/")
        if evidence.NAME.fullmatch(name) and str(path).startswith("evidence/"):
            yield f" [{name}]({path})"


def _decisions(review: Review) -> Iterator[str]:
    void = course(review.entries).void
    for each in review.entries:
        if each.kind == "decision" and each.digest not in void:
            value = each.value
            others = [prose(str(one)) for one in value.get("options") or () if one != value["choice"]]
            instead = f" Instead of: {', '.join(others)}." if others else ""
            yield (
                f"- {prose(str(value['text']))} **{prose(str(value['choice']))}** "
                f"(line {each.number}, {value['authority']}), because {prose(str(value['because']))}.{instead}"
            )


def _supposed(review: Review) -> Iterator[str]:
    void = course(review.entries).void
    for each in review.entries:
        if each.kind == "hypothesis" and each.digest not in void:
            yield f"- {prose(str(each.value['text']))} (line {each.number})"


def _evidence(review: Review) -> Iterator[str]:
    for value in evidence.collected(review.custody):
        name = str(value["name"])
        where = (
            f"[{name}](evidence/{name})"
            if value.get("how") == "copied"
            else f"{name}, at {prose(str(value.get('reference')))}"
        )
        yield f"- {where}, {value['classification']}, SHA-256 `{value.get('sha256', 'unknown')}`"


def missing(review: Review, body: str) -> Iterator[str]:
    """What is not there yet of what the runbooks' postmortem demands: sentences without a dot."""
    front = review.front
    if front.get("status") != "restored" and front.get("hazard") is not True:
        yield f"the status is {front.get('status')}: drillbook incident milestone restored"
    for key, how in (
        ("cause", "type, component and fingerprint"),
        ("participants", "the teams of the review"),
        ("publish", "nothing or summary"),
    ):
        if key not in front:
            yield f'"{key}" is not in incident.md: {how}'
    if "started" not in (front.get("times") or {}):
        yield "nobody recorded when it began: drillbook incident milestone started --at TIME"
    absent = [each for each in functions(review) if each not in (front.get("participants") or ())]
    if demanded(review) and absent:
        yield f"the review lacks {', '.join(absent)} among its participants"
    if demanded(review):
        yield from _unwritten(body)
        if not front.get("actions"):
            yield '"actions" holds nothing: what is done about it, by whom, until when'
    elif "actions" not in front:
        yield '"actions" is not in incident.md: an empty list where nothing is to be done'
    yield from _unjudged(review)
    yield from _unkept(review)


def _unwritten(body: str) -> Iterator[str]:
    if STAND_IN in body:
        yield "the report is not written: drillbook incident postmortem --write drafts it"
        return
    parts = re.split(r"^## +(.+?) *$", body, flags=re.MULTILINE)
    texts = dict(zip(parts[1::2], parts[2::2], strict=True))
    for name, _ in SECTIONS:
        text = re.sub(r"<!--.*?-->", "", texts.get(name, ""), flags=re.DOTALL).strip()
        if not text or GAP in text:
            yield f'the section "{name}" of the report is {"still to be written" if name in texts else "not there"}'


def _unjudged(review: Review) -> Iterator[str]:
    judged = {str(each.get("clock")) for each in review.front.get("clocks") or () if isinstance(each, dict)}
    named = {
        str(each.get("clock")) for book in review.books for each in (book.get("governance") or {}).get("clocks") or ()
    }
    for each in sorted(named - judged):
        yield f"nobody said whether the clock {each} ran: drillbook incident clock {each} not --because TEXT"
    if not named and "clocks" not in review.front:
        yield '"clocks" is not in incident.md: an empty list where none was in question'


def _unkept(review: Review) -> Iterator[str]:
    """Evidence that a runbook names; that it could not be kept is as good, where an entry says so."""
    kept = {str(each.get("item")) for each in evidence.collected(review.custody)}
    words = " ".join(str(each.value["text"]) for each in review.entries)
    wanted: Iterable[str] = (str(each["id"]) for book in review.books for each in book.get("evidence") or ())
    for each in wanted:
        if each not in kept and each not in words:
            yield f'the evidence "{each}" was not kept, and no entry of the timeline names it and says why'
