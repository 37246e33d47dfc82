"""An incident, its runbooks and the clocks of the catalog at a time -> what every update says, as text or Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drillbook import duration
from drillbook.course import course
from drillbook.deadlines import due
from drillbook.harmless import prose
from drillbook.incidents.entries import when
from drillbook.journal import Entry

Data = Mapping[str, Any]
_AIMS = {"detected": "detect", "contained": "contain", "mitigated": "mitigate", "restored": "restore"}
_KINDS = {"fact": "known", "hypothesis": "supposed", "decision": "decided", "action": "done"}


@dataclass(frozen=True, slots=True)
class Update:
    """What an update is made of: the front matter of the incident, its timeline, the runbooks' values, the catalog's clocks."""

    front: Data
    entries: Sequence[Entry]
    books: Sequence[Data]
    clocks: Mapping[str, Data]
    now: datetime


def lines(update: Update) -> Iterator[tuple[str, str]]:
    """The minimum of every update: what it is about, and what there is to say."""
    front, times = update.front, dict(update.front.get("times") or {})
    yield "Incident", f"{front.get('name')} ({front.get('id')})"
    yield "Severity", str(front.get("severity"))
    since = times.get(str(front.get("status")), times.get("detected"))
    yield "Status", f"{front.get('status')}{f', since {_utc(when(since), update.now)}' if since else ''}"
    for phase, at in times.items():
        if phase != front.get("status"):
            yield phase.capitalize(), _utc(when(at), update.now)
    yield "Affected", ", ".join(front.get("components") or ())
    void = course(update.entries).void
    for kind, word in _KINDS.items():
        last = [
            each for each in update.entries if each.kind == kind and each.digest not in void and "pin" not in each.value
        ]
        if last:
            yield f"Last {word}", _said(last[-1].value)
    coming = front.get("next_milestone") or {}
    if coming and front.get("status") != "closed":
        yield "Next milestone", f"{coming['what']}, {_due(when(coming['due']), update.now)}"
    every = _shortest(book.get("communication", {}).get("update_every") for book in update.books)
    if every and front.get("status") not in ("restored", "closed"):
        yield "Next update", f"{update.now + every:%Y-%m-%d %H:%M} UTC"
    yield from (("Clock", each) for each in _clocks(update))
    yield from (("To tell", each) for each in _told(update.books))


def text(update: Update) -> str:
    """An update for the chat."""
    return "\n".join(f"{name}: {_plain(said)}" for name, said in lines(update)) + "\n"


def markdown(update: Update) -> str:
    """An update as Markdown; nothing that somebody wrote becomes a link or a mention."""
    found = [*lines(update)]
    head = f"## {prose(_plain(found[0][1]))}\n\n"
    return head + "".join(f"- **{name}:** {prose(_plain(said))}\n" for name, said in found[1:])


def _clocks(update: Update) -> Iterator[str]:
    judged = {str(each.get("clock")): each for each in update.front.get("clocks") or () if isinstance(each, dict)}
    for name, each in judged.items():
        entry = update.clocks.get(name, {})
        what = f"{name} ({entry.get('title', 'not in catalog/clocks.yaml')})"
        if not each.get("applies"):
            yield f"{what}: does not run, says {each.get('decided_by')}: {each.get('because')}"
        elif "met" in each:
            yield f"{what}: met {_utc(when(each['met']), update.now)}"
        else:
            end = due(when(each["started"]), entry.get("within"))
            until = _due(end, update.now) if end else "nobody knows until when"
            yield f"{what}: runs since {_utc(when(each['started']), update.now)}, {until}; {_advice(entry)}"
    for book in update.books:
        for each in (book.get("governance") or {}).get("clocks") or ():
            name = str(each.get("clock"))
            if name not in judged:
                judged[name] = each
                entry = update.clocks.get(name, {})
                yield f"{name} ({entry.get('title', '')}): not decided yet; it runs if: {each.get('if')}; {_advice(entry)}"


def _advice(entry: Data) -> str:
    verified = str(entry.get("verified", "to be verified"))
    return "not legal advice, " + (verified if verified == "to be verified" else f"verified on {verified}")


def _told(books: Sequence[Data]) -> Iterator[str]:
    for book in books:
        said = book.get("communication") or {}
        owner = str(book.get("owner", ""))
        teams = [owner if each == "owner" else str(each) for each in said.get("stakeholders") or ()]
        places = [str(said[key]) for key in ("channel", "bridge") if key in said]
        if teams or places:
            where = f" ({', '.join(places)})" if places else ""
            yield f"{', '.join(teams) or owner}{where}"


def _said(value: Data) -> str:
    chosen = (
        f" {value['choice']}, because {value['because']} ({value['authority']})" if value["kind"] == "decision" else ""
    )
    return f"{value['at'][11:16]} UTC {value['text']}{chosen}"


def _shortest(texts: Iterator[object] | Any) -> timedelta | None:
    lengths = [length for each in texts if isinstance(each, str) and (length := duration.parse(each))]
    return min(lengths, default=None)


def _utc(at: datetime, now: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC ({_length(now - at)} ago)" if at <= now else f"{at:%Y-%m-%d %H:%M} UTC"


def _due(at: datetime, now: datetime) -> str:
    rest = f"in {_length(at - now)}" if at >= now else f"{_length(now - at)} LATE"
    return f"due {at:%Y-%m-%d %H:%M} UTC ({rest})"


def _length(length: timedelta) -> str:
    return duration.show(timedelta(minutes=length // timedelta(minutes=1)))


def _plain(said: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in said).split())
