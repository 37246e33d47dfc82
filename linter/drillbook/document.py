"""A file's bytes -> a Document: its values, its body, the place of everything in it, and what reading found wrong.

Parsing never raises: what is wrong with a file is data on the document, for the rules to report.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath
from typing import Literal

from drillbook import alertfile, journal, yaml12
from drillbook import body as markdown
from drillbook.alertfile import AlertFile
from drillbook.finding import Place, Problem, Span
from drillbook.journal import Journal
from drillbook.suggest import nearest
from drillbook.yaml12 import Marks, Yaml

LIMIT = 1_000_000
"""Largest file that is read, in bytes."""
_MARKDOWN = 300_000
"""Largest Markdown file that is read: its parser can take a thousand times the memory."""
_MOST = 100
"""So many problems of one file are told."""
_CONTROLS = 20
"""So many control characters of one file are told."""
PHASES = ("Detect", "Contain", "Mitigate", "Restore", "Learn")
"""The H2 sections of a runbook, in their order."""
CATALOG = ("defaults", "teams", "components", "environments", "clocks", "dictionary")
"""The files of ``catalog/``."""

Kind = Literal[
    "runbook",
    "drill",
    "drill-record",
    "incident",
    "defaults",
    "teams",
    "components",
    "environments",
    "clocks",
    "dictionary",
    "page",
    "alerts",
    "drill-journal",
    "timeline",
    "custody",
]
JOURNALS: tuple[Kind, ...] = ("drill-journal", "timeline", "custody")
"""Files whose lines are chained by their hashes."""
BESIDE: tuple[Kind, ...] = ("page", "alerts", *JOURNALS)
"""Files without front matter: pages of the site and rule files of Prometheus, read for what leads where, and journals."""
_OF_INCIDENT: dict[str, Kind] = {"incident.md": "incident", "timeline.jsonl": "timeline", "custody.jsonl": "custody"}
Mapping = dict[str, object]
_INSTEAD = {".markdown": ".md", ".mdown": ".md", ".mkd": ".md", ".md": ".md", ".yml": ".yaml", ".yaml": ".yaml"}
"""How a file ends that was meant to end as the other."""
_NOWHERE = Marks(Span(0, 0))
_NO_RULES = AlertFile()


def kind_of(path: str) -> Kind | None:
    """What a file of the repository is, by the place where it lies; None where it is no business of ours.

    Rule files of Prometheus lie anywhere; only what they say tells them.
    """
    parts = PurePosixPath(path).parts
    folder, name = (parts[0] if parts else ""), (parts[-1] if parts else "")
    if any(part.startswith(".") for part in parts):
        return None
    if folder == "docs" and len(parts) > 1 and name.endswith(".md"):
        return "page"
    if name == "README.md":
        return None
    if folder == "runbooks" and len(parts) > 1 and name.endswith(".md"):
        return "runbook"
    if folder == "drills" and len(parts) == 2 and name.endswith(".md"):
        return "drill"
    if folder == "drills" and parts[1:2] == ("records",) and len(parts) == 3 and name.endswith(".yaml"):
        return "drill-record"
    if folder == "drills" and parts[1:2] == ("records",) and len(parts) == 3 and name.endswith(".jsonl"):
        return "drill-journal"
    if folder == "incidents" and len(parts) == 3 and name in _OF_INCIDENT:
        return _OF_INCIDENT[name]
    for catalog in CATALOG:
        if parts == ("catalog", f"{catalog}.yaml"):
            return catalog  # type: ignore[return-value]
    return None


def meant(path: str) -> str:
    """The path that a file of a content folder should have, where its own is nearly one that is read; else an empty text."""
    whole = PurePosixPath(path)
    parts, suffix = whole.parts, whole.suffix.lower()
    folder = parts[0] if len(parts) > 1 else ""
    if folder not in ("runbooks", "drills", "incidents", "catalog") or kind_of(path) or any(p[0] == "." for p in parts):
        return ""
    if folder == "catalog" and len(parts) == 2 and suffix in (".yaml", ".yml"):
        near = nearest(whole.stem, CATALOG)
        right = whole.with_name(f"{near}.yaml") if near else whole
    elif folder == "incidents":
        right = whole.with_name(whole.name.lower())
    elif suffix in _INSTEAD:
        right = whole.with_suffix(_INSTEAD[suffix])
    else:
        return ""
    return str(right) if kind_of(str(right)) else ""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of the contract, a step or an inject, and the YAML inside."""

    word: str
    yaml: Yaml
    span: Span
    section: str
    readable: bool

    @property
    def value(self) -> object:
        """What its YAML says."""
        return self.yaml.value

    @property
    def marks(self) -> Marks:
        """Where in the file it says it."""
        return self.yaml.marks


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: everything that grows with the file."""

    text: str = ""
    front: Mapping = field(default_factory=dict)
    yaml: Yaml | None = None
    body: markdown.Body = field(default_factory=markdown.Body)
    body_at: int = 0
    blocks: tuple[Block, ...] = ()
    problems: tuple[Problem, ...] = ()
    readable: bool = True
    alerts: AlertFile | None = None
    journal: Journal | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link to somewhere in the repository: the address as written; ``html`` where it stands in an HTML tag."""

    target: str
    span: Span
    html: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What other documents ask of this one, small enough to be kept of ten thousand.

    ``alerts`` are those that it claims, each with the number of its signal; ``paging`` those of them that page somebody.
    ``look_alikes`` are the runbooks that it names as such. ``rules`` is what a rule file of Prometheus says.
    ``classification`` is its own, without the defaults.
    """

    id: str = ""
    status: str = ""
    waivers: tuple[object, ...] = ()
    successor: str = ""
    alerts: tuple[tuple[int, str], ...] = ()
    owner: str = ""
    classification: str = ""
    components: tuple[str, ...] = ()
    paging: tuple[tuple[int, str], ...] = ()
    look_alikes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    rules: AlertFile = _NO_RULES


@dataclass(frozen=True)
class Document:
    """One file: ``path`` is relative to the repository, with ``/``; ``front`` is the front matter, or the whole of a YAML file.

    It is read when first asked, and anew after ``forget``, from the bytes that it holds: what it says never changes.
    """

    path: str
    kind: Kind
    data: bytes = b""
    given: Reading | None = None

    @cached_property
    def reading(self) -> Reading:
        """What the file says."""
        return self.given or _read(self.path, self.kind, self.data)

    @cached_property
    def card(self) -> Card:
        """What others ask of this document; it is kept."""
        front = self.reading.front
        waivers = front.get("waivers")
        governance = front.get("governance")
        return Card(
            id=_word(front.get("id")),
            status=_word(front.get("status")),
            waivers=tuple(waivers) if isinstance(waivers, list) else (),
            successor=_word(front.get("successor")),
            alerts=tuple(_alerts(front.get("signals"))),
            owner=_word(front.get("owner")),
            classification=_word(governance.get("classification")) if isinstance(governance, dict) else "",
            components=tuple(_components(front.get("components"))),
            paging=tuple(_alerts(front.get("signals"), tier="page")),
            look_alikes=tuple(_look_alikes(front.get("look_alikes"))),
            links=tuple(_links(self.reading.body)),
            rules=self.reading.alerts or _NO_RULES,
        )

    @property
    def in_memory(self) -> bool:
        """Whether somebody has read it, and reads it again for nothing."""
        return "reading" in self.__dict__

    def forget(self) -> None:
        """Give back the memory of everything but the card."""
        _ = self.card
        for name in ("reading", "steps", "injects", "_lines"):
            self.__dict__.pop(name, None)

    @property
    def text(self) -> str:
        """The whole file, without a byte order mark."""
        return self.reading.text

    @property
    def front(self) -> Mapping:
        """The values of the front matter."""
        return self.reading.front

    @property
    def body(self) -> markdown.Body:
        """The Markdown below the front matter."""
        return self.reading.body

    @property
    def body_at(self) -> int:
        """Where the body begins in the text."""
        return self.reading.body_at

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The steps and injects in the order of the file."""
        return self.reading.blocks

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What reading found wrong."""
        return self.reading.problems

    @property
    def journal(self) -> Journal | None:
        """The entries of a journal and where its chain breaks; None of any other file."""
        return self.reading.journal

    @property
    def readable(self) -> bool:
        """Whether there are values to check."""
        return self.reading.readable

    @property
    def foreign(self) -> bool:
        """Whether this is some other Markdown that only lies where a runbook, a drill or an incident would."""
        if self.kind not in ("runbook", "drill", "incident") or self.blocks:
            return False
        if any(problem.kind == "missing-front-matter" for problem in self.problems):
            return True
        return self.readable and "schema" not in self.front and "id" not in self.front

    @property
    def marks(self) -> Marks:
        """Where everything in the front matter stands."""
        yaml = self.reading.yaml
        return yaml.marks if yaml else _NOWHERE

    @cached_property
    def steps(self) -> tuple[Block, ...]:
        """The step blocks in the order of the file; a place in the n-th begins with ``("steps", n)``."""
        return tuple(block for block in self.blocks if block.word == "step")

    @cached_property
    def injects(self) -> tuple[Block, ...]:
        """The inject blocks in the order of the file; a place in the n-th begins with ``("injects", n)``."""
        return tuple(block for block in self.blocks if block.word == "inject")

    @property
    def id(self) -> str:
        """The document's own id, or an empty text."""
        return self.card.id

    def span(self, place: Place, key: bool = False, part: str = "") -> Span:
        """Where a place stands; of a place that is not there, the nearest thing around it."""
        marks, rest = self._root(place)
        while (mark := marks.find(rest)) is None:
            rest = rest[:-1]
            key = True  # something missing: mark the key that should hold it
        if not rest and key:
            return self._opening(place, marks)
        span = mark.key if key and mark.key else mark.span
        if part and (at := self.text.find(part, span.start, span.end)) >= 0:
            return Span(at, at + len(part))
        return span

    def _root(self, place: Place) -> tuple[Marks, Place]:
        if place and place[0] in ("steps", "injects") and len(place) > 1 and isinstance(place[1], int):
            blocks = self.steps if place[0] == "steps" else self.injects
            if 0 <= place[1] < len(blocks):
                return blocks[place[1]].marks, place[2:]
        return self.marks, place

    def _opening(self, place: Place, marks: Marks) -> Span:
        """The first line of a block or of the front matter: where a missing key of its own is reported."""
        start = min(marks.span.start, len(self.text))
        if place and place[0] in ("steps", "injects") and marks is not self.marks:
            start = (self.steps if place[0] == "steps" else self.injects)[int(place[1])].span.start
        end = self.text.find("\n", start)
        line = self.text[start : end if end >= 0 else len(self.text)].removesuffix("\r")
        return Span(start, start + len(line))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character offset; a column counts characters."""
        line = bisect.bisect_right(self._lines, offset) - 1
        return line + 1, offset - self._lines[line] + 1

    def line_span(self, number: int) -> Span:
        """Where a line stands, counted from 1, without its line break; of a line behind the last, the end."""
        if number > len(self._lines):
            return Span(len(self.text), len(self.text))
        start = self._lines[number - 1]
        return Span(start, start + len(self.line(number)))

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line break."""
        start = self._lines[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].removesuffix("\r")

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]


def _alerts(signals: object, tier: str = "") -> Iterator[tuple[int, str]]:
    for index, signal in enumerate(signals if isinstance(signals, list) else ()):
        if isinstance(signal, dict) and isinstance(signal.get("alert"), str) and tier in ("", signal.get("tier")):
            yield index, signal["alert"]


def _components(components: object) -> Iterator[str]:
    for entry in components if isinstance(components, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("ref"), str):
            yield entry["ref"]


def _look_alikes(entries: object) -> Iterator[str]:
    for each in entries if isinstance(entries, list) else ():
        if isinstance(each, dict) and isinstance(each.get("runbook"), str):
            yield each["runbook"]


_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|\\|[^/\s@]+@[^/\s@]+$")
"""Addresses of other hosts and of mail, which may stand between angle brackets by itself."""
_POINTS = {"a": "href", "img": "src", "source": "src", "video": "src", "audio": "src", "image": "href"}


def _links(body: markdown.Body) -> Iterator[Link]:
    """The links and pictures of a text that lead to no other host, in the order of the text."""
    found = [Link(each.target, each.span) for each in body.links]
    tags = ((tag, tag.get(_POINTS.get(tag.name, ""))) for tag in body.tags)
    found += [Link(target, tag.span, html=True) for tag, target in tags if target]
    for link in sorted(found, key=lambda each: each.span) if body.tags else found:
        if not _ELSEWHERE.match(link.target.strip()):
            yield link


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def unreadable(path: str, kind: Kind, why: str) -> Document:
    """The document of a file that could not be read."""
    problem = Problem("unreadable-file", Span(0, 0), why)
    return Document(path, kind, given=Reading(problems=(problem,), readable=False))


def misnamed(path: str, right: str, kind: Kind) -> Document:
    """The document of a file that nobody reads for its name."""
    problem = Problem("misnamed-file", Span(0, 0), f'nothing reads a file of this name, expected "{right}"')
    return Document(path, kind, given=Reading(problems=(problem,), readable=False))


def parse(path: str, kind: Kind, data: bytes) -> Document:
    """The document of a file's bytes. Reading them never raises; its time and memory grow with the bytes, at most LIMIT."""
    return Document(path, kind, data)


def _read(path: str, kind: Kind, data: bytes) -> Reading:
    limit = _MARKDOWN if path.endswith(".md") else LIMIT
    if len(data) > limit:
        problem = Problem("reading-limit", Span(0, 0), f"larger than {limit:,} bytes, the most that is read")
        return Reading(problems=(problem,), readable=False)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        problem = Problem(
            "invalid-utf8",
            Span(len(before), len(before) + 1),
            f"byte 0x{data[error.start]:02x} is not UTF-8 text; save the file as UTF-8",
        )
        shown = data.decode("utf-8", "replace")
        return Reading(text=shown, problems=(problem,), readable=False)
    problems: list[Problem] = []
    if text.startswith("\ufeff"):
        text = text[1:]
        problems.append(
            Problem(
                "byte-order-mark", Span(0, min(1, len(text))), "begins with a byte order mark, expected plain UTF-8"
            )
        )
    clean, control = _without_control(text)
    problems += control
    reading = Reading(text=text, problems=tuple(problems))
    if kind in BESIDE:
        reading = _beside(kind, text, clean, control, data)
    elif path.endswith(".md"):
        reading = _parse_markdown(reading, clean, kind)
    else:
        reading = _with_front(reading, yaml12.read(clean), "file")
    if len(reading.problems) <= _MOST:
        return reading
    rest = f"more than {_MOST} problems in this file, the rest is not told"
    last = Problem("reading-limit", reading.problems[_MOST].span, rest)
    return replace(reading, problems=(*reading.problems[:_MOST], last))


def _beside(kind: Kind, text: str, clean: str, control: list[Problem], data: bytes) -> Reading:
    if kind in JOURNALS:
        return Reading(text, problems=tuple(control), journal=journal.read(data))
    return _page(text, clean, control) if kind == "page" else Reading(text, alerts=alertfile.read(clean))


def _without_control(text: str) -> tuple[str, list[Problem]]:
    if text.replace("\n", "").isprintable() or not yaml12.CONTROL.search(text):
        return text, []
    clean, count = yaml12.CONTROL.subn(" ", text)
    found: list[Problem] = []
    for match in islice(yaml12.CONTROL.finditer(text), _CONTROLS):
        message = f"control character {yaml12.name(match[0])}, expected visible text"
        if len(found) == _CONTROLS - 1 < count - 1:
            message += f"; {count - _CONTROLS:,} more follow"
        found.append(Problem("control-character", Span(*match.span()), message))
    return clean, found


def _with_front(reading: Reading, read: Yaml, where: str) -> Reading:
    problems = (*reading.problems, *read.problems)
    if isinstance(read.value, dict):
        return replace(reading, front=read.value, yaml=read, problems=problems)
    if not read.problems:
        what = "is empty" if read.value is None else "holds no keys"
        problem = Problem(
            "missing-front-matter", read.marks.span, f'the {where} {what}, expected lines like "id: name"'
        )
        problems = (*problems, problem)
    return replace(reading, yaml=read, problems=problems, readable=False)


_META = re.compile(r"---[ \t]*\r?\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_PAGE = ("scripting-html", "scripting-link", "unsafe-template")


def _page(text: str, clean: str, control: list[Problem]) -> Reading:
    """A page of the site: any Markdown, whose front matter is MkDocs' business. Only what is unsafe is a problem."""
    meta = _META.match(clean)
    at = meta.end() if meta else 0
    said = yaml12.read(meta[1]).value if meta else None
    asleep = isinstance(said, dict) and said.get("render_macros") is False
    body = markdown.read(clean, at)
    told = tuple(
        each for each in body.problems if each.kind in _PAGE and not (asleep and each.kind == "unsafe-template")
    )
    return Reading(text, body=replace(body, calls=()) if asleep else body, body_at=at, problems=(*control, *told))


_FENCE_LINE = re.compile(r"^---\r?$", re.MULTILINE)


def _parse_markdown(reading: Reading, text: str, kind: Kind) -> Reading:
    opening = _FENCE_LINE.match(text)
    closing = _FENCE_LINE.search(text, opening.end() + 1) if opening and opening.end() < len(text) else None
    first = Span(0, len(text.split("\n", 1)[0].removesuffix("\r")))
    if not opening:
        words = f'no front matter, so this is no {kind}; expected a first line that is exactly "---"'
        problem = Problem("missing-front-matter", first, words)
        reading = replace(reading, problems=(*reading.problems, problem), readable=False)
        at = 0
    elif not closing:
        problem = Problem(
            "missing-front-matter", first, 'the front matter is never closed, expected a line that is exactly "---"'
        )
        return replace(reading, problems=(*reading.problems, problem), readable=False)
    else:
        start, at = opening.end() + 1, closing.end()
        reading = _with_front(reading, yaml12.read(text[start : closing.start()], start), "front matter")
    body = markdown.read(text, at)
    blocks = tuple(_blocks(body, text))
    inner = tuple(problem for block in blocks for problem in block[1])
    return replace(
        reading,
        body=body,
        body_at=at,
        blocks=tuple(block for block, _ in blocks),
        problems=(*reading.problems, *body.problems, *inner),
    )


def _blocks(body: markdown.Body, text: str) -> Iterator[tuple[Block, tuple[Problem, ...]]]:
    sections = [heading for heading in body.headings if heading.level == 2]
    starts = [heading.line.start for heading in sections]
    for fence in body.fences:
        if fence.word not in markdown.BLOCKS or not fence.top or not fence.closed:
            continue
        read = yaml12.read(text[fence.inner.start : fence.inner.end], fence.inner.start)
        before = bisect.bisect_right(starts, fence.span.start) - 1
        section = sections[before].text if before >= 0 else ""
        readable = not any(
            problem.kind in ("broken-yaml", "reading-limit", "key-not-text") for problem in read.problems
        )
        yield Block(fence.word, read, fence.span, section, readable), read.problems
