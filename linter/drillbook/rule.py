"""What a rule is: a pure generator with a code, found by the engine where it lies. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from drillbook.document import Document, Kind
from drillbook.finding import Fix, Found, Place, Severity
from drillbook.repository import Repository
from drillbook.suggest import hint, only
from drillbook.validation import Violation, is_date, is_id


@dataclass(frozen=True, slots=True)
class Context:
    """All that a rule may look at besides the document: the repository now and before the change, and the day.

    ``rules`` are those that run, by name; ``known`` all there are, and whether each may be waived. ``found`` is for closing
    rules: what the others found, by path.
    """

    repository: Repository
    as_of: date
    before: Repository | None = None
    rules: Mapping[str, Rule] = field(default_factory=dict)
    known: Mapping[str, bool] = field(default_factory=dict)
    found: Mapping[str, frozenset[str]] = field(default_factory=dict)


Check = Callable[[Document, Context], Iterator[Found]]


READING = ("unreadable-file", "invalid-utf8", "reading-limit", "missing-front-matter", "broken-yaml")
"""The rules that say why a file, or a part of it, was not checked."""


class Turn(Enum):
    """When a rule runs: while a file is in memory, when the cards of all files are known, or behind all other rules."""

    NEAR = 0
    ACROSS = 1
    CLOSING = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """``name`` is what people allow, select and search for; ``code`` is ``DBnnn``, a hundred a family, never reused."""

    name: str
    code: str
    severity: Severity
    summary: str
    help: str
    check: Check
    turn: Turn = Turn.NEAR

    def meant(self, word: str) -> bool:
        """Whether somebody who selects or ignores a word means this rule: its name, its code, or how the code begins."""
        return word == self.name or (word != "" and self.code.startswith(word.upper()))

    @property
    def waivable(self) -> bool:
        """Whether a runbook may set the rule aside: never one about the contract, unsafe text, versions or waivers."""
        return not self.code.startswith(("DB0", "DB1", "DB60", "DB64", "DB71", "DB74"))

    @property
    def hides(self) -> bool:
        """Whether what it finds must not be shown: a report is read by more people than the file."""
        return self.code.startswith("DB63")


def file_rule(
    code: str, help: str, severity: Severity = Severity.ERROR
) -> Callable[[Callable[[Document], Iterator[Found]]], Rule]:
    """A rule that looks at one file and nothing else."""

    def wrap(check: Callable[[Document], Iterator[Found]]) -> Rule:
        return _rule(check, code, help, severity, lambda document, _: check(document), Turn.NEAR)

    return wrap


def repository_rule(code: str, help: str, severity: Severity = Severity.ERROR) -> Callable[[Check], Rule]:
    """A rule that looks at one file beside the catalog."""

    def wrap(check: Check) -> Rule:
        return _rule(check, code, help, severity, check, Turn.NEAR)

    return wrap


def across_rule(code: str, help: str, severity: Severity = Severity.ERROR) -> Callable[[Check], Rule]:
    """A rule that compares files by their cards; it may look into any of them, but reading one again takes its time."""

    def wrap(check: Check) -> Rule:
        return _rule(check, code, help, severity, check, Turn.ACROSS)

    return wrap


def closing_rule(code: str, help: str, severity: Severity = Severity.ERROR) -> Callable[[Check], Rule]:
    """A rule about what the other rules found; it runs after them."""

    def wrap(check: Check) -> Rule:
        return _rule(check, code, help, severity, check, Turn.CLOSING)

    return wrap


def _rule(
    function: Callable[..., Iterator[Found]],
    code: str,
    help: str,
    severity: Severity,
    check: Check,
    turn: Turn,
) -> Rule:
    summary = (function.__doc__ or "").strip().split("\n")[0]
    return Rule(function.__name__.replace("_", "-"), code, severity, summary, help, check, turn)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One entry of a document's ``waivers``: a rule that does not count there until the end of a day."""

    rule: str
    until: date | None
    at: Place

    def counts(self, as_of: date) -> bool:
        """Whether it is still in force."""
        return self.until is not None and as_of <= self.until


def waivers(document: Document) -> Iterator[Waiver]:
    """The waivers of a document that can be read; what is wrong with their form has its own findings."""
    for index, entry in enumerate(document.card.waivers):
        if isinstance(entry, dict) and isinstance(entry.get("rule"), str):
            until = entry.get("until")
            day = date.fromisoformat(until) if isinstance(until, str) and is_date(until) else None
            yield Waiver(entry["rule"], day, ("waivers", index))


def reported(name: str, document: Document) -> Iterator[Found]:
    """What reading the file found wrong under a rule's public name."""
    for problem in document.problems:
        if problem.kind == name:
            yield Found(problem.span, problem.message)


def broken(document: Document, context: Context, *keywords: str) -> Iterator[Violation]:
    """What in the document breaks its schemas by one of the JSON Schema keywords."""
    for violation in context.repository.violations(document):
        if violation.keyword in keywords:
            yield violation


def not_listed(to: str, catalog: Kind, document: Document, context: Context) -> Iterator[Found]:
    """The names of a kind that a catalog file does not list; silent while that file itself cannot be read."""
    repository = context.repository
    if any(not file.readable for file in repository.of(catalog)):
        return
    known = repository.entries(catalog)
    for reference, at in repository.references(document, to):
        if reference.name not in known:
            if not repository.of(catalog):
                yield Found(
                    at,
                    f'{to} "{reference.name}" cannot be looked up: there is no catalog/{catalog}.yaml',
                    key=reference.on_key,
                )
                return
            words = f'{to} "{reference.name}" is not in catalog/{catalog}.yaml, {hint(reference.name, known)}'
            yield Found(at, words, key=reference.on_key, fix=meant(reference.name, known))


def meant(word: str, known: Iterable[str]) -> Fix | None:
    """The mend of a misspelt name: the one that can have been meant, where there is just one."""
    near = only(word, known)
    return Fix(near) if near else None


def lost_blocks(document: Document) -> bool:
    """Whether a block of the file could not be read as one, so that nobody can say what it would have held."""
    lost = any(problem.kind in ("unclosed-fence", "misplaced-block") for problem in document.problems)
    return lost or not all(block.readable for block in document.blocks)


def shown(value: object) -> str:
    """What stands at a place, as the beginning of a sentence; lists and mappings come as their type."""
    if value is None:
        return "nothing stands here"
    if value in (dict, list):
        return "a list stands here" if value is list else "keys with values stand here"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()} stands here"
    if isinstance(value, (int, float)):
        return f"the number {value} stands here"
    return f'the text "{str(value)[:60]}" stands here'


def told(document: Document, context: Context, what: str) -> tuple[str, ...] | None:
    """The ids of the ``steps`` or ``signals`` that a runbook has, or a drill's runbook; None where that cannot be known."""
    if document.kind == "drill":
        named = context.repository.runbook(str(document.front.get("runbook")))
        if named is None:
            return None  # the runbook's name has its own finding
        document = named
    if not document.readable or document.kind != "runbook":
        return None
    if what == "steps":
        entries: list[object] = [step.value for step in document.steps]
        if lost_blocks(document) or not all(isinstance(each, dict) and is_id(each.get("id")) for each in entries):
            return None  # a step that cannot be read, or has no name yet, may be the one that is meant
    else:
        found = document.front.get("signals")
        entries = found if isinstance(found, list) else []
    return tuple(dict.fromkeys(str(entry["id"]) for entry in entries if isinstance(entry, dict) and "id" in entry))
