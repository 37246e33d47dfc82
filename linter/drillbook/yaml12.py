"""YAML text -> plain values, a mark for every key and value, and problems. Pure, never raises, no recursion.

YAML 1.2 core values, read from the events of PyYAML's parser (libyaml where it is there, else its Python twin): no
nodes are built and no alias is followed, so nothing a stranger wrote can grow. Dates and times stay text.

Most texts are sound, and of most values nobody asks the place. So a text is first read for its values alone; where anything
in it is unusual, or somebody asks for a place, it is read again with a mark for everything. A test holds the two together.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import yaml

from drillbook.finding import Place, Problem, Span

DEPTH = 64
"""Deepest nesting that is read."""
_DIGITS = 400
_TAGS = "tag:yaml.org,2002:"
"""Longest whole number that is read; more is no quantity that anybody measures."""
_MOST = 100
"""After so many problems the rest of a text is not read."""

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_V11 = yaml.SafeLoader("")  # YAML 1.1 as most tools read it: only its resolver and constructors are used
_V11_FIRST = frozenset(str(first) for first in yaml.SafeLoader.yaml_implicit_resolvers if first)
"""How anything begins that is no text, in YAML 1.1 or in 1.2."""
_LONGEST_NAME = len("false")
"""The longest word of letters that is no text."""
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]|\r(?!\n)"
)
"""Characters that move a cursor, break a line where no editor shows one, or cannot be written."""
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NON_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


_SKIP = object()
_BEGAN = re.compile(r"quoted scalar|could not find expected ':'|expected ',' or")
"""Words of the parser about something that began on an earlier line and was never ended."""
_DOING = re.compile(r"^while (parsing|scanning) ")
_LEAF: dict[str | int, Marks] = {}  # shared by all that have no children; replaced before anything is put in


class Marks:
    """Where a value stands, and its key when it is a mapping's; ``children`` by key or index."""

    __slots__ = ("children", "key", "span")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.key: Span | None = None
        self.children = _LEAF

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Marks) and self._all() == other._all()

    def _all(self) -> tuple[object, ...]:
        return self.span, self.key, self.children

    __hash__ = None  # type: ignore[assignment]

    def find(self, place: Place) -> Marks | None:
        """The mark at a place below this one, or None."""
        mark: Marks | None = self
        for step in place:
            mark = mark.children.get(step) if mark else None
        return mark


@dataclass(frozen=True)
class Yaml:
    """A text as read: ``value`` is None when there is nothing to check, and then a problem says why."""

    value: object
    problems: tuple[Problem, ...]
    text: str = field(repr=False)
    offset: int

    @cached_property
    def marks(self) -> Marks:
        """Where everything stands."""
        return _marked(self.text, self.offset)[1]


def read(text: str, offset: int = 0) -> Yaml:
    """Read one YAML document. Spans count from ``offset`` on, the place of ``text`` in its file."""
    value = _quickly(text)
    if value is not _SKIP:
        return Yaml(value, (), text, offset)
    value, _, problems = _marked(text, offset)
    return Yaml(value, problems, text, offset)


def _quickly(text: str) -> object:
    """The value of a text in which nothing is unusual, or _SKIP where ``_marked`` must look."""
    try:
        return _sound(_Loader(text).get_event)
    except (yaml.YAMLError, ValueError, RecursionError, MemoryError):
        return _SKIP  # the careful reader says where and why


def _sound(event_of: Callable[[], Any]) -> object:  # noqa: C901  one loop, for here linting spends its time
    scalar, mapping_start, mapping_end = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.MappingEndEvent
    sequence_start, sequence_end = yaml.SequenceStartEvent, yaml.SequenceEndEvent
    event_of()
    start = event_of()
    if type(start) is not yaml.DocumentStartEvent or start.version or start.tags:
        return _SKIP
    outer: list[tuple[Any, str | None]] = []
    top: Any = []
    key: str | None = None
    value: Any
    mapping = False
    while True:
        event = event_of()
        kind = type(event)
        if kind is scalar:
            if event.anchor is not None or event.tag is not None:
                return _SKIP
            value, style = event.value, event.style
            if not style:
                value, problem, _ = _plain(value)
                if problem:
                    return _SKIP
            elif style == '"' and CONTROL.search(value):
                return _SKIP
        elif kind is mapping_end or kind is sequence_end:
            top, key = outer.pop()
            mapping = type(top) is dict
            continue
        elif kind is mapping_start or kind is sequence_start:
            if event.anchor is not None or event.tag is not None or len(outer) >= DEPTH or (mapping and key is None):
                return _SKIP
            value = {} if kind is mapping_start else []
            if mapping:
                top[key] = value
            else:
                top.append(value)
            outer.append((top, None))
            top, key, mapping = value, None, kind is mapping_start
            continue
        elif kind is yaml.DocumentEndEvent:
            break
        else:
            return _SKIP
        if not mapping:
            top.append(value)
        elif key is not None:
            top[key] = value
            key = None
        elif type(value) is str and value not in top:
            key = value
        else:
            return _SKIP
    return top[0] if type(event_of()) is yaml.StreamEndEvent else _SKIP


def _marked(text: str, offset: int) -> tuple[object, Marks, tuple[Problem, ...]]:
    builder = _Builder(text, offset)
    try:
        for event in _events(text):
            builder.take(event)
            if builder.stopped:
                return None, builder.root, tuple(builder.problems)
    except yaml.MarkedYAMLError as error:
        builder.broken(error)
    except yaml.YAMLError:
        found = CONTROL.search(text)  # the error's own position may count bytes
        at = found.start() if found else 0
        builder.problem("broken-yaml", Span(at, at + 1), "a character that YAML does not allow")
    except (ValueError, RecursionError, MemoryError) as error:  # a parser's own limit: still a finding
        builder.problem("broken-yaml", Span(0, 1), f"cannot be read as YAML: {type(error).__name__}")
    if any(problem.kind == "broken-yaml" for problem in builder.problems):
        return None, builder.root, tuple(builder.problems)
    return builder.value, builder.root, tuple(builder.problems)


def _events(text: str) -> Iterator[yaml.Event]:
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


@dataclass(slots=True)
class _Open:
    """A collection that is being filled; ``key`` is the mapping key that waits for its value."""

    value: dict[str, object] | list[object]
    marks: Marks
    key: str | None = None
    key_span: Span | None = None


class _Builder:
    def __init__(self, text: str, offset: int) -> None:
        self.text, self.offset = text, offset
        self.value: object = None
        self.root = Marks(Span(offset, offset))
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.documents = 0
        self.stopped = False
        self.last = 0

    def problem(self, kind: str, span: Span, message: str) -> None:
        end = min(span.end, len(self.text))
        start = min(span.start, end)
        span = Span(start + self.offset, end + self.offset)
        if len(self.problems) == _MOST and kind != "broken-yaml":
            kind, message, self.stopped = "reading-limit", f"more than {_MOST} problems, the rest is not read", True
        if len(self.problems) <= _MOST:
            self.problems.append(Problem(kind, span, message))

    def broken(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        words = (error.problem or "cannot be read").strip()
        if error.context_mark and _BEGAN.search(f"{error.context} {words}"):
            mark = error.context_mark  # what was never closed is mended where it began
            words += f", in {_DOING.sub('', str(error.context))} that begins here"
        at = min(mark.index if mark else 0, len(self.text))
        while at and self.text[at : at + 1] in ("", "\r", "\n"):  # at the end of a line: mark its last character
            at -= 1
        context = error.context_mark
        if error.context and context and context.index != at:
            words += f" {error.context.strip()}"
        self.problem("broken-yaml", Span(at, at + 1), f"broken YAML: {words}")

    def take(self, event: yaml.Event) -> None:
        start, end = event.start_mark, event.end_mark
        span = Span(start.index if start else 0, end.index if end else 0)
        if isinstance(event, yaml.ScalarEvent):
            self.reference(event, span)
            self.scalar(event, self.inner(event, span))
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.problem("broken-yaml", span, "a second YAML document begins here, expected one")
                self.stopped = True
            elif event.version or event.tags:
                self.problem("yaml-reference", span, "a YAML directive, expected plain YAML 1.2 without one")
        elif isinstance(event, yaml.AliasEvent):
            self.problem(
                "yaml-reference", span, f'alias "*{_short(str(event.anchor))}", expected the value written out'
            )
            self.last = span.end
            self.add(_SKIP, span)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self.reference(event, span)
            self.last = max(self.last, span.end)
            self.open({} if isinstance(event, yaml.MappingStartEvent) else [], span)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            if span.start < span.end:  # a flow collection; a block one ends with the last thing in it
                self.last = span.end
            done = self.stack.pop()
            done.marks.span = Span(done.marks.span.start, self.last + self.offset)

    def reference(self, event: yaml.NodeEvent, span: Span) -> None:
        if event.anchor:
            self.problem("yaml-reference", span, f'anchor "&{_short(event.anchor)}", expected plain YAML without one')
        tag = getattr(event, "tag", None)
        if tag:
            self.problem(
                "yaml-reference", span, f'tag "{_short(tag.replace(_TAGS, "!!"))}", expected plain YAML without one'
            )

    def open(self, value: dict[str, object] | list[object], span: Span) -> None:
        if self.waiting_for_key():
            self.problem("key-not-text", span, "a key that is a list or a mapping, expected a word")
            self.stopped = True
            return
        if len(self.stack) >= DEPTH:
            self.problem("reading-limit", span, f"nested deeper than {DEPTH} levels")
            self.stopped = True
            return
        marks = self.add(value, span)
        marks.children = {}
        self.stack.append(_Open(value, marks))

    def waiting_for_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def scalar(self, event: yaml.ScalarEvent, span: Span) -> None:
        plain = event.style in (None, "") and (event.implicit[0] or not event.tag)
        word = event.value if plain else self.text_value(event.value, span)
        self.last = span.end
        if self.waiting_for_key():
            self.key(word, span, plain)
        else:
            self.add(self.plain(word, span) if plain else word, span)

    def text_value(self, value: str, span: Span) -> str:
        """A quoted text without the control characters that an escape put into it."""
        found = CONTROL.search(value)
        if found:
            self.problem("control-character", span, f"an escape for the control character {name(found[0])}")
        return CONTROL.sub(" ", value) if found else value

    def inner(self, event: yaml.ScalarEvent, span: Span) -> Span:
        """A block text's event ends where the next thing starts: leave out the empty lines."""
        if event.style not in ("|", ">"):
            return span
        end = min(span.end, len(self.text))
        while end > span.start and self.text[end - 1].isspace():
            end -= 1
        return Span(span.start, end)

    def key(self, word: str, span: Span, plain: bool) -> None:
        top = self.stack[-1]
        value = self.plain(word, span) if plain else word
        if not isinstance(value, str) and value is not _SKIP and not self.said(span):
            self.problem("key-not-text", span, f'key "{_short(word)}" is not text, expected a word')
        if isinstance(top.value, dict) and word in top.value:
            first = top.marks.children[word].key or span
            line = self.text.count("\n", 0, first.start - self.offset) - self.text.count("\n", 0, span.start)
            self.problem("duplicate-key", span, f'key "{_short(word)}" stands here again, {_lines_up(-line)}')
        top.key, top.key_span = word, Span(span.start + self.offset, span.end + self.offset)

    def said(self, span: Span) -> bool:
        return bool(self.problems) and self.problems[-1].span.start == span.start + self.offset

    def add(self, value: object, span: Span) -> Marks:
        marks = Marks(Span(span.start + self.offset, span.end + self.offset))
        if not self.stack:
            self.value, self.root = (None if value is _SKIP else value), marks
            return marks
        top = self.stack[-1]
        if isinstance(top.value, list):
            top.marks.children[len(top.value)] = marks
            top.value.append(None if value is _SKIP else value)
        elif top.key is None:  # an alias where a key should be
            top.key, top.key_span = "*", marks.span
        else:
            marks.key = top.key_span
            if top.key not in top.value:
                top.value[top.key] = None if value is _SKIP else value
                top.marks.children[top.key] = marks
            top.key = None
        return marks

    def plain(self, word: str, span: Span) -> object:
        """The YAML 1.2 core value of an unquoted word; a problem where YAML 1.1 reads another one."""
        value, kind, message = _plain(word)
        if kind:
            self.problem(kind, span, message)
        return value


@lru_cache(maxsize=4096)  # the same keys and words stand in every document
def _plain(word: str) -> tuple[object, str, str]:
    """The value of an unquoted word, and the kind and the words of the problem with it, where there is one."""
    if word in _WORDS:
        return _WORDS[word], "", ""
    if word[0] not in _V11_FIRST or (len(word) > _LONGEST_NAME and word[0].isalpha()):
        return word, "", ""  # text to everybody: most is
    if _NON_FINITE.fullmatch(word):
        return _SKIP, "non-finite-number", f'"{word}" is no number that can be compared, expected a finite one'
    value = _core(word)
    if value is _SKIP:
        return _SKIP, "reading-limit", f"a number of more than {_DIGITS} digits, expected a shorter one"
    if isinstance(value, (int, float)) and abs(value) > sys.float_info.max:
        return _SKIP, "non-finite-number", f'"{_short(word)}" is too large a number, expected a finite one'
    other = _v11(word) if word[0] in _V11_FIRST else _SKIP
    if other is not _SKIP and (type(other) is not type(value) or other != value):
        return value, "ambiguous-value", f'"{_short(word)}" is {_kind(value)} here and {_kind(other)} to YAML 1.1 tools'
    return value, "", ""


def name(character: str) -> str:
    """What to call a character that must not be printed: ``U+001B``."""
    return f"U+{ord(character):04X}"


def _core(word: str) -> object:
    if _INT.fullmatch(word):
        if len(word) > _DIGITS:
            return _SKIP
        return int(word, 0) if word[:2] in ("0o", "0x") else int(word)
    if _FLOAT.fullmatch(word):
        return float(word) if len(word) <= _DIGITS else _SKIP
    return word


def _v11(word: str) -> object:
    """The value of a plain word in YAML 1.1, or _SKIP for dates and times, which the contract reads as text."""
    tag = str(_V11.resolve(yaml.ScalarNode, word, (True, False)))  # type: ignore[no-untyped-call]
    if tag == "tag:yaml.org,2002:timestamp":
        return _SKIP
    if tag in ("tag:yaml.org,2002:merge", "tag:yaml.org,2002:value"):
        return object()
    if tag != "tag:yaml.org,2002:str" and len(word) > _DIGITS:
        return object()  # 1:1:1:… grows with every part
    try:
        construct = _V11.yaml_constructors[tag]  # construct_object() would keep every node that it was ever given
        result: object = construct(_V11, yaml.ScalarNode(tag, word))
    except (ValueError, OverflowError, yaml.YAMLError):
        return object()
    return result


def _kind(value: object) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {_short(repr(value))}"
    return "something else"


def _short(word: str) -> str:
    return word if len(word) <= 24 else word[:20] + "…"


def _lines_up(lines: int) -> str:
    if lines == 0:
        return "first earlier on this line, expected it once"
    return f"first {lines} lines above, expected it once" if lines != 1 else "first in the line above, expected it once"
