"""The YAML reader: never raises, agrees with another YAML 1.2 parser, and every place is the place that was meant."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from drillbook import yaml12
from drillbook.finding import Place, Span

QUICK = settings(
    max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
PARSERS = [parser for name in ("CSafeLoader", "SafeLoader") if (parser := getattr(yaml, name, None))]


@pytest.fixture(params=PARSERS, ids=lambda parser: parser.__name__)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Each of the two parsers that may be there."""
    monkeypatch.setattr(yaml12, "_Loader", request.param)
    return request.param


def kinds(text: str) -> list[str]:
    return [problem.kind for problem in yaml12.read(text).problems]


def told(text: str) -> list[tuple[str, str]]:
    """The kind of every problem and the text it marks."""
    return [(problem.kind, text[problem.span.start : problem.span.end]) for problem in yaml12.read(text).problems]


def sound(read: yaml12.Yaml, text: str, offset: int = 0) -> None:
    """What is true of every reading."""
    assert len(read.problems) <= 101
    for problem in read.problems:
        assert offset <= problem.span.start <= problem.span.end <= offset + len(text)
        assert problem.message
        assert "\n" not in problem.message
        assert len(problem.message) < 400
        assert not yaml12.CONTROL.search(problem.message)
    todo = [read.marks]
    while todo:
        mark = todo.pop()
        assert offset <= mark.span.start <= mark.span.end <= offset + len(text)
        for child in mark.children.values() if read.value is not None else ():
            assert mark.span.start <= child.span.start <= child.span.end <= mark.span.end
            if child.key:
                assert mark.span.start <= child.key.start <= child.key.end <= child.span.start
        todo += mark.children.values()


# Documents that are written together with what they mean.


@dataclass
class Written:
    """A text that grows, and where everything in it was put."""

    text: str = ""
    value: Any = None
    keys: dict[Place, Span] = field(default_factory=dict)
    values: dict[Place, Span] = field(default_factory=dict)


@dataclass(frozen=True)
class Word:
    """A scalar as it is written in one line, and its value."""

    written: str
    value: object


PLAIN = st.text(alphabet="abcxyz é😀ü-_./0123+", max_size=10).map(lambda text: "w" + text.strip())
ANY = st.text(alphabet="ab é😀'\"\\:#[]{},&*!|>%@`-?~\t", max_size=8)
NUMBERS = [("7", 7), ("-12", -12), ("0", 0), ("0x1F", 31), ("1.5", 1.5), ("-0.04", -0.04), ("1.5e+3", 1500.0)]
NUMBERS += [("true", True), ("False", False), ("null", None), ("~", None), ("2026-11-22", "2026-11-22")]
NUMBERS += [("2026-11-22T12:30:00Z", "2026-11-22T12:30:00Z"), ("1.2.3", "1.2.3"), ("30s", "30s"), ("x:y", "x:y")]
TEXTS: st.SearchStrategy[Word] = st.one_of(
    PLAIN.map(lambda text: Word(text, text)),
    ANY.map(lambda text: Word("'" + text.replace("'", "''") + "'", text)),
    ANY.map(lambda text: Word('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"', text)),
    st.just(Word('"\\u00e9\\t\\U0001F600"', "é\t😀")),
)
WORDS = TEXTS | st.sampled_from(NUMBERS).map(lambda pair: Word(*pair))
ITEMS = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(st.tuples(TEXTS, inner), max_size=4, unique_by=lambda pair: pair[0].value)
    ),
    max_leaves=10,
)
COMMENTS = ("", "", "", " # ü😀: [", "\n", "\n    # 😀\n\n")


def flow(out: Written, item: Any, place: Place) -> Any:
    start = len(out.text)
    if isinstance(item, Word):
        out.text += item.written
        value = item.value
    elif item and isinstance(item[0], tuple):
        value = {}
        for index, (key, inner) in enumerate(item):
            out.text += "{" if index == 0 else ", "
            below = (*place, key.value)
            out.keys[below] = Span(len(out.text), len(out.text) + len(key.written))
            out.text += key.written + ": "
            value[key.value] = flow(out, inner, below)
        out.text += "}"
    else:
        value = []
        out.text += "["
        for index, inner in enumerate(item):
            out.text += ", " if index else ""
            value.append(flow(out, inner, (*place, index)))
        out.text += "]"
    out.values[place] = Span(start, len(out.text))
    return value


def block(out: Written, item: Any, place: Place, indent: int, chance: random.Random) -> Any:
    """The lines of a collection; whoever calls has written what comes before its first line's content."""
    start, value, end = len(out.text), ({} if isinstance(item[0], tuple) else []), 0
    for index, entry in enumerate(item):
        if index:
            out.text += " " * indent
        if isinstance(entry, tuple):
            key, inner = entry
            below: Place = (*place, key.value)
            out.keys[below] = Span(len(out.text), len(out.text) + len(key.written))
            out.text += key.written + ":"
        else:
            below, inner = (*place, index), entry
            out.text += "-"
        mapping = isinstance(inner, list) and inner and isinstance(inner[0], tuple)
        if isinstance(inner, list) and inner and chance.random() < 0.7:
            deeper = indent + chance.choice((1, 2, 4))
            if isinstance(entry, tuple) or not mapping:
                out.text += chance.choice(COMMENTS).rstrip("\n") + "\n" + " " * deeper
            else:
                out.text += " " * (deeper - indent)
                deeper = indent + 1 + (deeper - indent)
            found = block(out, inner, below, deeper, chance)
        elif (
            isinstance(inner, Word)
            and isinstance(inner.value, str)
            and inner.value.strip("\t ")
            and chance.random() < 0.2
        ):
            words = inner.value.strip()
            out.text += " "
            span = Span(len(out.text), len(out.text) + len(f"|\n{' ' * (indent + 2)}{words}"))
            out.text += f"|\n{' ' * (indent + 2)}{words}\n"
            out.values[below], found = span, words + "\n"
        else:
            out.text += " "
            found = flow(out, inner, below)
            out.text += chance.choice(COMMENTS) + "\n"
        if isinstance(value, dict):
            value[below[-1]] = found
        else:
            value.append(found)
        end = out.values[below].end
    out.values[place] = Span(start, end)
    return value


@st.composite
def written(draw: st.DrawFn) -> Written:
    """A YAML mapping with everything that one can write a mapping with, in lines that end in one of two ways."""
    pairs = draw(st.lists(st.tuples(TEXTS, ITEMS), min_size=1, max_size=4, unique_by=lambda pair: pair[0].value))
    chance = random.Random(draw(st.integers(0, 10_000)))  # noqa: S311
    out = Written(text=chance.choice(("", "# ü😀\n", "\n\n")))
    out.value = block(out, pairs, (), 0, chance)
    return windows(out) if draw(st.booleans()) else out


def windows(out: Written) -> Written:
    """The same with CRLF at the end of every line."""
    shifted = [0]
    for character in out.text:
        shifted.append(shifted[-1] + (2 if character == "\n" else 1))

    def move(spans: dict[Place, Span]) -> dict[Place, Span]:
        return {place: Span(shifted[span.start], shifted[span.end]) for place, span in spans.items()}

    return Written(out.text.replace("\n", "\r\n"), out.value, move(out.keys), move(out.values))


def matches(found: Callable[[Place], yaml12.Marks | None], text: str, out: Written) -> None:
    """Every key and every value stands where it was put."""
    for place, span in out.values.items():
        mark = found(place)
        assert mark is not None, place
        assert text[mark.span.start : mark.span.end] == out.text[span.start : span.end], place
        assert (mark.key is None) == (place not in out.keys)
    for place, span in out.keys.items():
        mark = found(place)
        assert mark is not None
        assert mark.key is not None
        assert text[mark.key.start : mark.key.end] == out.text[span.start : span.end], place


@QUICK
@given(written(), st.integers(0, 50))
def test_every_key_and_value_stands_where_it_was_written(out: Written, offset: int) -> None:
    before = "é" * offset
    read = yaml12.read(out.text, offset)
    assert read.problems == ()
    assert read.value == out.value
    sound(read, out.text, offset)
    matches(read.marks.find, before + out.text, out)
    assert read.marks.find((*next(iter(out.keys)), "no such key", 7)) is None


@settings(QUICK, max_examples=60)
def twins(text: str) -> None:
    """The quick reader either leaves a text to the careful one or gives the very value in which that finds nothing wrong."""
    value = yaml12._quickly(text)
    if value is not yaml12._SKIP:
        careful, _, problems = yaml12._marked(text, 0)
        assert problems == ()
        assert same(value, careful)


@given(written())
def test_the_quick_reader_agrees_on_what_was_written(out: Written) -> None:
    twins(out.text)


@given(written())
def test_both_parsers_read_the_same(out: Written) -> None:
    with pytest.MonkeyPatch.context() as patch:
        found = []
        for loader in PARSERS:
            patch.setattr(yaml12, "_Loader", loader)
            found.append(yaml12.read(out.text))
    assert all(each == found[0] for each in found)


# Agreement with ruamel.yaml.


class AsText(SafeConstructor):
    """Dates and times stay as they are written."""


AsText.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def ruamel(text: str) -> Any:
    """The value by another YAML 1.2 parser."""
    other = YAML(typ="safe", pure=True)
    other.Constructor = AsText
    return other.load(text)


def same(one: object, other: object) -> bool:
    """Equal, and of the same types at every depth."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@settings(QUICK, max_examples=60)
@given(written())
def test_agrees_with_ruamel_on_what_was_written(out: Written) -> None:
    assert same(yaml12.read(out.text).value, ruamel(out.text))


PIECES = [
    "a",
    "b: ",
    "- ",
    "\n",
    "\n  ",
    " ",
    "1",
    ".5",
    "0x1",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    ", ",
    "#",
    " # c",
    "|\n  ",
    ">\n  ",
]
PIECES += [
    "é",
    "😀",
    "null",
    "true",
    "2026-11-22",
    "on",
    "1e3",
    "~",
    "?",
    ": ",
    "-",
    "x",
    "\t",
    "\r\n",
    "a: b\n",
    "c: ",
    "%",
    "@",
]


@settings(QUICK, max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_the_quick_reader_agrees_on_whatever_it_takes(text: str) -> None:
    twins(text)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_agrees_with_ruamel_on_whatever_passes(text: str) -> None:
    read = yaml12.read(text)
    sound(read, text)
    if read.problems or "\t" in text:
        return
    try:
        other = ruamel(text)
    except (YAMLError, ValueError):
        return  # stricter in places where YAML 1.1 and 1.2 parsers differ; what both read, they read alike
    assert same(read.value, other)


# What YAML 1.1 and 1.2 read differently.

AMBIGUOUS = [
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "yes",
    "Yes",
    "YES",
    "no",
    "No",
    "NO",
    "010",
    "0777",
    "09.5e1",
    "09",
    "12:30",
    "1:30.5",
]
AMBIGUOUS += [
    "190:20:30",
    "-12:30",
    "1e3",
    "1E3",
    "1.5e3",
    "1_000",
    "1_000.5",
    "0o17",
    "0b1",
    "0b1010",
    "0_1",
    "=",
    "<<",
    "+.5",
    "-0x1F",
]
AMBIGUOUS += ["0x_1F", "1__0", "-.5", "0b_"]
CLEAR = [
    '"on"',
    "'yes'",
    '"010"',
    "'12:30'",
    "10",
    "-3",
    "+3",
    "0",
    "0x1F",
    "1.5",
    "-0.04",
    "1.",
    ".5",
    "1.5e+3",
    "true",
    "false",
    "True",
]
CLEAR += [
    "FALSE",
    "null",
    "~",
    "Null",
    "2026-11-22",
    "2026-11-22T12:30:00Z",
    "2026-11-22 12:30:00 +01:00",
    "12:30:00Z",
    "1.2.3",
    "v1.10",
]
CLEAR += [
    "1.2.3-rc.1",
    "30s",
    "5m",
    "1h30m",
    "once",
    "y",
    "n",
    "onto",
    "no-data",
    "nothing",
    "yes please",
    "offset",
    "e3",
    "0.35..0.75",
]
CLEAR += [
    "12:60",
    "a",
    "127.0.0.1",
    "a=b",
    "==",
    "<",
    "<<<",
    "_1",
    "0o8",
    "0b2",
    "1,000",
    "50 %",
    "infinity",
    "nan",
    "Inf",
    "inf",
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("word", AMBIGUOUS)
def test_ambiguous_as_value_item_and_key(word: str) -> None:
    for text in (
        f"a: {word}",
        f"é😀: {{b: [x, {word}]}}\n",
        f"- {word}  # comment\n",
        f"{word}: x\n",
        f"a:\n  {word}: x\n",
    ):
        assert told(text) == [("ambiguous-value", word)], text
    message = yaml12.read(f"a: {word}").problems[0].message
    assert message.startswith(f'"{word}" is ')
    assert message.endswith(" to YAML 1.1 tools")


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("word", CLEAR)
def test_near_misses_are_silent(word: str) -> None:
    text = f"a: {word}\nb:\n  - {word}\n"
    read = yaml12.read(text)
    assert read.problems == ()
    assert same(read.value, ruamel(text))


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026-11-22T12:30:00Z", "2026-11-22T12:30:00Z"),
        ("2026-11-22 12:30:00", "2026-11-22 12:30:00"),
        ("2026-13-45", "2026-13-45"),
        ("0x1F", 31),
        ("1.10", 1.1),
        ("1.5", 1.5),
        ("10", 10),
        ("true", True),
        ("~", None),
        ("", None),
    ],
)
def test_values(word: str, value: object) -> None:
    read = yaml12.read(f"a: {word}")
    assert read.problems == ()
    assert same(read.value, {"a": value})


def test_an_ambiguous_word_is_what_yaml_12_makes_of_it() -> None:
    read = yaml12.read("a: 010\nb: 12:30\nc: 1e3\nd: 0o17\ne: on\nf: 1_000\n")
    assert read.value == {"a": 10, "b": "12:30", "c": 1000.0, "d": 15, "e": "on", "f": "1_000"}
    assert yaml12.read("on: 1\n010: 2").value == {"on": 1, "010": 2}
    assert yaml12.read("a: 12:30").problems[0].message == '"12:30" is text here and the number 750 to YAML 1.1 tools'
    assert yaml12.read("a: on").problems[0].message == '"on" is text here and the truth value true to YAML 1.1 tools'


@pytest.mark.parametrize(
    "word",
    [
        "1:" * 199 + "1.5",
        "1:" * 150 + "1",
        "1:" * 100_000 + "1",
        "0b" + "1" * 20_000,
        "0" * 5_000 + "_",
        "1" * 300 + "_1.5e+400",
    ],
)
def test_a_number_that_grows_in_yaml_11(word: str) -> None:
    read = yaml12.read(f"a: {word}\nb: c")
    assert [problem.kind for problem in read.problems] == ["ambiguous-value"]
    assert read.problems[0].span == Span(3, 3 + len(word))
    assert read.value == {"a": word, "b": "c"}
    sound(read, f"a: {word}\nb: c")


@pytest.mark.parametrize("word", [".inf", "-.inf", "+.Inf", ".nan", ".NaN", "1e400", "-1e999", "9" * 350 + ".0e300"])
def test_not_finite(word: str) -> None:
    text = f"a: 1\nb: {word}\n"
    assert told(text) == [("non-finite-number", word)]
    assert yaml12.read(text).value == {"a": 1, "b": None}


def test_long_numbers() -> None:
    assert yaml12.read("a: " + "9" * 308).value == {"a": int("9" * 308)}
    for word in ("9" * 309, "-" + "9" * 399, "0x" + "f" * 300):  # no number that Prometheus or JSON could hold
        assert told(f"a: {word}\n") == [("non-finite-number", word)]
    for word in ("9" * 401, "-" + "9" * 400, "9" * 100_000, "0x" + "f" * 400, "1." + "0" * 400):
        assert told(f"a: {word}\n") == [("reading-limit", word)]
        assert yaml12.read(f"a: {word}\nb: 1").value == {"a": None, "b": 1}


# What the contract has no use for.


def test_duplicates() -> None:
    text = "é: 1\nb:\n  x: 1\n  x: {y: 2}\né: [3]\n'b': 4\nc: {d: 1, d: 2}\n"
    read = yaml12.read(text)
    assert told(text) == [
        ("duplicate-key", "x"),
        ("duplicate-key", "é"),
        ("duplicate-key", "'b'"),
        ("duplicate-key", "d"),
    ]
    for problem, word in zip(read.problems, "xébd", strict=True):
        assert problem.message.startswith(f'key "{word}" stands here again, first ')
    assert "4 lines above" in read.problems[1].message
    assert "on this line" in read.problems[3].message
    assert read.value == {"é": 1, "b": {"x": 1}, "c": {"d": 1}}
    assert read.marks.find(("b", "x", "y")) is None
    sound(read, text)


REFERENCES = [
    ("&a x", "&a x"),
    ("*a", "*a"),
    ("!!python/object:os.system x", "!!python/object:os.system x"),
    ("! 12", "! 12"),
]
REFERENCES += [
    ("!!str 12", "!!str 12"),
    ("!local x", "!local x"),
    ('!!binary "aGk="', '!!binary "aGk="'),
    ("!<tag:x,1:y> z", "!<tag:x,1:y> z"),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("word", "marked"), REFERENCES)
def test_references(word: str, marked: str) -> None:
    assert told(f"é: {word}\nb: 1\n") == [("yaml-reference", marked)]
    assert yaml12.read(f"é: {word}\nb: 1\n").marks.find(("b",)) is not None


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "word", ["&a {b: 1}", "&a [1]", "!!map {b: 1}", "!!python/object/apply:os.system [ls]", "! {b: 1}"]
)
def test_references_on_collections(word: str) -> None:
    assert kinds(f"a: {word}\n") == ["yaml-reference"]
    assert kinds(f"{word[:2]} a: 1\n" if word.startswith("&") else f"? {word}\n: 1\n") in (
        ["yaml-reference"],
        ["yaml-reference", "key-not-text"],
    )


def test_aliases_as_keys_and_merge_keys() -> None:
    assert kinds("a: &x {b: 1}\nc: {<<: *x, d: 2}\n") == ["yaml-reference", "ambiguous-value", "yaml-reference"]
    read = yaml12.read("a: &x b\n*x : 2\n")
    assert {problem.kind for problem in read.problems} == {"yaml-reference"}
    assert kinds("a: &x [*x]") == ["yaml-reference", "yaml-reference"]


def test_a_thousand_million_laughs() -> None:
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    read = yaml12.read("\n".join(lines))
    assert {problem.kind for problem in read.problems} == {"yaml-reference"}
    assert len(repr(read.value)) < 2_000
    sound(read, "\n".join(lines))


@pytest.mark.parametrize(
    ("text", "marked"), [("%YAML 1.1\n---\na: 1\n", "%YAML 1.1\n---"), ("%TAG ! x,1:\n---\na: 1", "%TAG ! x,1:\n---")]
)
def test_directives(text: str, marked: str) -> None:
    assert told(text) == [("yaml-reference", marked)]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "text", ["a: 1\n---\nb: 2\n", "--- \na: 1\n--- \nb: 2\n", "a: 1\n...\n---\nb: 2", "---\n---\n", "a\n--- b"]
)
def test_several_documents(text: str) -> None:
    read = yaml12.read(text)
    assert [problem.kind for problem in read.problems] == ["broken-yaml"]
    assert text[read.problems[0].span.start :].startswith("---")
    assert read.problems[0].span.start > 0
    assert read.value is None


DEEP = [
    ("[" * 1_000, 64),
    ("[" * 1_000 + "]" * 1_000, 64),
    ("{a: " * 1_000 + "1" + "}" * 1_000, 64 * 4),
    ("- " * 1_000 + "x", 64 * 2),
    ("".join(f"{' ' * depth}a:\n" for depth in range(1_000)), None),
    ("a: [" * 3 + "[" * 100_000, None),
]


@pytest.mark.slow
@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "at"), DEEP, ids=["open", "flow", "mappings", "lists", "block", "long"])
def test_nested_a_thousand_deep(text: str, at: int | None) -> None:
    read = yaml12.read(text)
    assert [problem.kind for problem in read.problems] == ["reading-limit"]
    assert "64 levels" in read.problems[0].message
    assert at is None or read.problems[0].span.start == at
    assert read.value is None


def test_nested_as_deep_as_allowed() -> None:
    assert kinds("[" * 64 + "]" * 64) == []
    assert kinds("[" * 65 + "]" * 65) == ["reading-limit"]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("10: x", "10"),
        ("a: {1.5: x}", "1.5"),
        ("true: x", "true"),
        ("null: x", "null"),
        ("~: x", "~"),
        ("? [a]\n: x", "["),
        ("? {a: b}\n: x", "{"),
        ("a:\n  ? - b\n  : x", "-"),
        ("{[a]: x}", "["),
    ],
)
def test_keys_that_are_no_text(text: str, marked: str) -> None:
    (problem,) = yaml12.read(text).problems
    assert problem.kind == "key-not-text"
    assert text.startswith(marked, problem.span.start)


def test_keys_that_are_text_in_another_way() -> None:
    assert yaml12.read("? a\n: b\n").value == {"a": "b"}
    assert yaml12.read("2026-11-22: b\n").value == {"2026-11-22": "b"}
    assert yaml12.read("'10': b\n\"true\": c").value == {"10": "b", "true": "c"}
    assert kinds("? a\n: b\n'10': c\n12:30:00Z: d\n") == []


@pytest.mark.parametrize(
    "escape",
    ["\\x1b", "\\0", "\\u0007", "\\x9b", "\\u2028", "\\L", "\\P", "\\e", "\\a", "\\r", "\\uFEFF", "\\N", "\\x7f"],
)
def test_an_escape_that_makes_a_control_character(escape: str) -> None:
    text = f'a: "é{escape}[31m"\n'
    assert told(text) == [("control-character", f'"é{escape}[31m"')]
    value = yaml12.read(text).value
    assert value == {"a": "é [31m"}
    key = f'"é{escape}k": 1\n'
    assert told(key) == [("control-character", f'"é{escape}k"')]
    assert yaml12.read(key).value == {"é k": 1}
    assert kinds('a: "\\t\\n\\u00e9\\u00a0"') == []


@pytest.mark.parametrize("text", ["é: \x01", "é: \x00", "é: \ufffe", "a: \ud800", "é: \x9b", "\ufeffé: 1", "\x00"])
@pytest.mark.usefixtures("parser")
def test_characters_that_yaml_does_not_have(text: str) -> None:
    read = yaml12.read(text)
    sound(read, text)
    if read.value is None and read.problems[0].message == "a character that YAML does not allow":
        assert told(text)[0] == ("broken-yaml", yaml12.CONTROL.findall(text)[0])


BROKEN = [
    ("a: b: c\n", 1),
    ("é:\n\tb: 1\n", 2),
    ("a: 'x\n", 2),
    ("a: [1, 2\nb: 3\n", 2),
    ("a: {b\n", 1),
    ("a: @x\n", 1),
    ("a: `x`\n", 1),
]
BROKEN += [
    ("a: 1\n b: 2\n", 2),
    ("- a\nb: 1\n", 2),
    ("a: %x\n", 1),
    ('a: "\\q"\n', 1),
    ("a\nb: 1\n", 2),
    ("a: |x\n  y\n", 1),
    ("a: ]\n", 1),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "line"), BROKEN)
def test_broken(text: str, line: int) -> None:
    read = yaml12.read("x: 1\n" + text, 1000)
    assert [problem.kind for problem in read.problems] == ["broken-yaml"]
    assert read.value is None
    (problem,) = read.problems
    whole = "x: 1\n" + text
    assert problem.span.end == problem.span.start + 1
    at = problem.span.start - 1000
    assert abs(whole.count("\n", 0, at) - line) <= 1
    assert whole[at] not in "\r\n"


def test_problems_before_a_break_are_kept() -> None:
    assert kinds("a: on\na: 1\nb: [\n") == ["ambiguous-value", "duplicate-key", "broken-yaml"]
    many = "- on\n" * 150 + "- ["
    assert kinds(many) == ["ambiguous-value"] * 100 + ["reading-limit"]
    assert kinds("- on\n" * 100 + "- [")[-1] == "broken-yaml"
    assert yaml12.read(many).value is None


@pytest.mark.parametrize("text", ["", "\n", "\n\n\n", "# only a comment", "---", "---\n...", "   ", "~", "null"])
def test_nothing(text: str) -> None:
    read = yaml12.read(text, 7)
    assert (read.value, read.problems) == (None, ())
    sound(read, text, 7)


def test_blocks_end_with_their_last_thing() -> None:
    text = "a:\n  b:\n    - 1\n\n\n# comment\n\nc:\n\nd: |\n  one\n\n  two\n\n# e\nf: >-\n  x\n"
    marks = yaml12.read(text).marks
    shown = {
        place: text[mark.span.start : mark.span.end]
        for place in [(), ("a",), ("a", "b"), ("c",), ("d",), ("f",)]
        if (mark := marks.find(place))
    }
    assert shown == {
        (): text.strip(),
        ("a",): "b:\n    - 1",
        ("a", "b"): "- 1",
        ("c",): "",
        ("d",): "|\n  one\n\n  two",
        ("f",): ">-\n  x",
    }


# Anything at all.


@settings(QUICK, max_examples=200)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*PIECES, "&a ", "*a", "!!x ", "---\n", "...\n", "<<", "010"]), max_size=15).map("".join)
)
def test_never_raises(text: str) -> None:
    sound(yaml12.read(text), text)


@QUICK
@given(st.text(alphabet="0123456789_:.eE+-xobXinfa", max_size=12))
def test_words_like_numbers(word: str) -> None:
    text = f"a: {word}"
    read = yaml12.read(text)
    sound(read, text)
    if not read.problems and isinstance(read.value, dict):
        node = yaml.compose(text, yaml.SafeLoader).value[0][1]
        if node.tag == "tag:yaml.org,2002:timestamp":
            assert read.value["a"] == word  # the contract reads days and times as text
        else:
            assert same(read.value, yaml.safe_load(text))  # not ambiguous: YAML 1.1 reads the same
            assert "_" in word or same(read.value, ruamel(text))  # ruamel trips over its own underscores


@pytest.mark.parametrize(
    "text",
    [
        "a:\n" * 300_000,
        "- on\n" * 180_000,
        "- &a a\n" * 120_000,
        "- *a\n" * 180_000,
        "[" * 900_000,
        "? " * 400_000,
        "#\n" * 450_000,
    ],
    ids=["duplicates", "ambiguous", "anchors", "aliases", "brackets", "keys", "comments"],
)
def test_large_texts_are_bounded(text: str) -> None:
    sound(yaml12.read(text), text)


def test_what_nobody_takes_for_anything_but_text_is_told_by_how_it_begins() -> None:
    for word in ("0", "-1", "+1", ".5", ".inf", "-.inf", ".nan", "0o7", "0x1F", "1e3"):
        assert word[0] in yaml12._V11_FIRST, word
    for word in ("yes", "No", "on", "OFF", "true", "False", "null", "Null", "~"):
        assert len(word) <= yaml12._LONGEST_NAME, word
    v11 = yaml.SafeLoader("")
    for word in ("yesterday", "offline", "nullable", "trueish", "falsehood", "onward", "noon", "the", "Yes, it is"):
        assert v11.resolve(yaml.ScalarNode, word, (True, False)) == "tag:yaml.org,2002:str", word
