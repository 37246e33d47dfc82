"""A file's bytes as a Document: whatever they are, an answer with places in the file, as a person counts them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillbook import document
from drillbook.document import LIMIT, Document, Reading, kind_of, parse
from drillbook.finding import Span
from tests.test_yaml12 import Written, matches, written

QUICK = settings(
    max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
ROOT = Path(__file__).resolve().parents[1]
FILES = [path for folder in ("runbooks", "drills", "catalog") for path in sorted((ROOT / folder).glob("*.*"))]
REAL = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in FILES if path.suffix in (".md", ".yaml")}
RUNBOOK = "runbooks/fraud-accuracy-drop.md"


def runbook(data: bytes | str) -> Document:
    """A runbook that holds this; whatever it is, it is sound."""
    read = parse("runbooks/x.md", "runbook", data.encode("utf-8") if isinstance(data, str) else data)
    sound(read)
    return read


def front(text: str) -> Document:
    """A runbook with this front matter."""
    return runbook(f"---\n{text}---\n")


def at(read: Document, span: Span) -> str:
    return read.text[span.start : span.end]


def told(read: Document) -> list[tuple[str, int, int, str]]:
    """Every problem with line, column and the text it marks."""
    return [(each.kind, *read.position(each.span.start), at(read, each.span)) for each in read.problems]


def kinds(read: Document) -> list[str]:
    return [problem.kind for problem in read.problems]


def sound(read: Document) -> None:
    """What is true of every document."""
    assert len(read.problems) <= 101
    assert isinstance(read.front, dict)
    size = len(read.text)
    for problem in read.problems:
        assert 0 <= problem.span.start <= problem.span.end <= size
        assert problem.message
        assert "\n" not in problem.message
        line, column = read.position(problem.span.start)
        assert 1 <= column <= len(read.line(line)) + 2
    assert read.readable or read.problems
    for block in read.blocks:
        assert 0 <= block.span.start <= block.marks.span.start <= block.marks.span.end <= block.span.end <= size
    for place in [
        (),
        ("id",),
        ("steps", 0),
        ("steps", 0, "id"),
        ("steps", 99, "id"),
        ("signals", 0, "fires", "value"),
        ("no", 1, "x"),
    ]:
        for key in (False, True):
            span = read.span(place, key)
            assert 0 <= span.start <= span.end <= size
    assert read.span(("id",), part="no such text") == read.span(("id",))


# Real documents are read without a word.


@pytest.mark.parametrize("path", REAL)
def test_real_documents(path: str) -> None:
    kind = kind_of(path)
    assert kind is not None
    read = parse(path, kind, REAL[path])
    sound(read)
    assert read.problems == ()
    assert read.readable
    assert read.text.encode("utf-8") == REAL[path]
    assert all(block.readable and isinstance(block.value, dict) for block in read.blocks)


def test_places_in_the_real_runbook() -> None:
    read = parse(RUNBOOK, "runbook", REAL[RUNBOOK])
    assert read.id == "fraud-accuracy-drop"
    for place, text in {
        ("id",): "fraud-accuracy-drop",
        ("version",): '"2.1.1"',
        ("signals", 0, "fires", "value", 1): "0.04",
        ("rollback", "decide", "by"): "incident_commander",
        ("steps", 0, "within"): "5m",
        ("steps", 1, "then"): "end",
    }.items():
        span = read.span(place)
        assert at(read, span) == text
        line, column = read.position(span.start)
        assert read.line(line)[column - 1 :].startswith(text)
    assert at(read, read.span(("signals", 0, "query"), part="decline")) == "decline"
    assert at(read, read.span(("signals", 0, "fires", "for"), key=True)) == "for"
    assert at(read, read.span(("signals", 0, "fires", "missing"))) == "fires"
    assert at(read, read.span(("missing",))) == "schema: runbook/1"
    assert at(read, read.span(("steps", 2, "missing"))) == "```step"
    assert at(read, read.span(("steps", 0, "answers", "nobody"))) == "answers"
    assert [block.section for block in read.steps[:4]] == ["Detect", "Detect", "Detect", "Contain"]
    assert read.injects == ()


# Places.


@settings(QUICK, max_examples=80)
@given(written(), st.sampled_from(["", "é😀 text\n\n", "# H\r\n"]))
def test_every_key_and_value_in_front_matter_step_and_file(out: Written, before: str) -> None:
    def found(place: tuple[str | int, ...]) -> document.Marks | None:
        return read.marks.find(place)

    read = parse("catalog/teams.yaml", "teams", out.text.encode("utf-8"))
    sound(read)
    assert (read.front, read.problems) == (out.value, ())
    matches(found, read.text, out)
    end = "\r\n" if "\r\n" in out.text else "\n"
    read = runbook(f"---{end}{out.text}---{end}")
    assert (read.front, read.problems) == (out.value, ())
    matches(found, read.text, out)
    if "```" in out.text:
        return
    read = runbook(f"---{end}id: é{end}---{end}{before}```step{end}{out.text}```{end}")
    assert kinds(read) == []
    (step,) = read.steps
    assert step.value == out.value
    matches(lambda place: step.marks.find(place), read.text, out)
    for place in out.keys:
        assert read.span(("steps", 0, *place), key=True) == step.marks.find(place).key  # type: ignore[union-attr]


def naive(text: str, offset: int) -> tuple[int, int]:
    """Line and column by counting character by character."""
    line = column = 1
    for character in text[:offset]:
        line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
    return line, column


@QUICK
@given(st.text(alphabet="aé😀\n\r\t", max_size=40))
def test_line_and_column(text: str) -> None:
    read = Document("runbooks/x.md", "runbook", given=Reading(text=text))
    for offset in range(len(text) + 1):
        assert read.position(offset) == naive(text, offset)
        line = read.position(offset)[0]
        assert read.line(line) == text.split("\n")[line - 1].removesuffix("\r")


def test_a_step_that_lacks_a_key_is_marked_at_its_fence() -> None:
    read = front("id: x\n")
    for inner in ("id: a\n", "\n\nid: a\n", "# why\n# so\nid: a\n", "", "- a\n"):
        read = runbook(f"---\nid: x\n---\ntext\n```step\nid: first\n```\n\n````step\n{inner}````\n")
        span = read.span(("steps", 1, "title"), key=True)
        assert at(read, span) == "````step", inner
        assert read.position(span.start)[0] == 9


# Front matter.


def test_no_front_matter() -> None:
    read = runbook("# Title\n\n```step\nid: a\n```\n")
    assert told(read) == [("missing-front-matter", 1, 1, "# Title")]
    assert [step.value for step in read.steps] == [{"id": "a"}]
    assert not read.readable
    for text in (
        "",
        "\n",
        "\n\n\n",
        " ---\na: b\n---\n",
        "----\na: b\n----\n",
        "\n---\na: b\n---\n",
        "--- \na: b\n---\n",
        "---a\n",
    ):
        read = runbook(text)
        assert kinds(read) == ["missing-front-matter"], text
        assert read.position(read.problems[0].span.start) == (1, 1)
        assert not read.readable


@pytest.mark.parametrize(
    "text",
    [
        "---\nid: x\n",
        "---",
        "---\n",
        "---\nid: x\n--- \n",
        "---\nid: x\n ---\n",
        "---\nid: x\n----\n",
        "---\nid: |\n  ---\n",
    ],
)
def test_front_matter_that_is_never_closed(text: str) -> None:
    assert told(runbook(text)) == [("missing-front-matter", 1, 1, "---")]


@pytest.mark.parametrize("inner", ["", "\n", "# only a comment\n", "~\n"])
def test_empty_front_matter(inner: str) -> None:
    read = front(inner)
    assert kinds(read) == ["missing-front-matter"]


@pytest.mark.parametrize("inner", ["- a\n", "word\n", "7\n", "'text'\n", "[a]\n"])
def test_front_matter_that_is_no_mapping(inner: str) -> None:
    read = front(inner)
    assert told(read) == [("missing-front-matter", 2, 1, inner.strip())]


def test_lines_of_dashes_elsewhere() -> None:
    text = '---\nid: |\n  ---\n  x\na: "--- "\n---\n---\nb: c\n---\n\n```bash\n---\n```\n\nTitle\n---\n'
    read = runbook(text)
    assert read.problems == ()
    assert read.front == {"id": "---\nx\n", "a": "--- "}
    assert [heading.text for heading in read.body.headings][-1] == "Title"
    assert [at(read, fence.inner) for fence in read.body.fences] == ["---\n"]


def test_dashes_with_a_space_begin_another_yaml_document() -> None:
    assert told(front("id: x\n--- \nb: c\n")) == [("broken-yaml", 3, 1, "---")]


def test_windows_lines() -> None:
    text = "---\r\nid: x\r\ntitle: é\r\nb: on\r\n---\r\n\r\n## Detect\r\n\r\n```step\r\nid: a\r\nx: yes\r\n```\r\n[[[ bad\r\n"
    read = runbook(text)
    assert read.front == {"id": "x", "title": "é", "b": "on"}
    assert told(read) == [
        ("ambiguous-value", 4, 4, "on"),
        ("unsafe-template", 13, 1, "[[[ bad"),
        ("ambiguous-value", 11, 4, "yes"),
    ]
    assert read.steps[0].section == "Detect"
    assert read.line(4) == "b: on"


# Bytes that are no text.


def test_byte_order_mark() -> None:
    read = runbook(b"\xef\xbb\xbf---\nid: x\nb: on\n---\n")
    assert told(read) == [("byte-order-mark", 1, 1, "-"), ("ambiguous-value", 3, 4, "on")]
    assert (read.readable, read.id) == (True, "x")
    assert kinds(runbook(b"\xef\xbb\xbf")) == ["byte-order-mark", "missing-front-matter"]
    assert kinds(parse("catalog/teams.yaml", "teams", b"\xef\xbb\xbfa: b")) == ["byte-order-mark"]
    assert kinds(front("a: b\ufeffc\n")) == ["control-character"]


@pytest.mark.parametrize(
    ("data", "byte"),
    [
        (b"\xff", "ff"),
        (b"\xc3(", "c3"),
        (b"\xed\xa0\x80", "ed"),
        (b"\xc0\x80", "c0"),
        (b"\xf0\x9f\x98", "f0"),
        (b"\xe4", "e4"),
    ],
)
def test_invalid_utf8(data: bytes, byte: str) -> None:
    read = runbook("---\nid: é😀x".encode() + data + b"\n---\n")
    assert [each[:3] for each in told(read)] == [("invalid-utf8", 2, 8)]
    assert f"0x{byte}" in read.problems[0].message
    assert not read.readable
    assert read.line(2).startswith("id: é😀x")


CONTROLS = [
    "\0",
    "\x01",
    "\x07",
    "\x08",
    "\x0b",
    "\x0c",
    "\x1b",
    "\x1f",
    "\x7f",
    "\x80",
    "\x85",
    "\x9b",
    "\x9f",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\ufffe",
    "\uffff",
]


@pytest.mark.parametrize("character", [*CONTROLS, "\r"])
def test_control_characters(character: str) -> None:
    read = runbook(f"---\nid: é{character}y\n---\n\nété {character} x\n\n```step\nid: a{character}b\n```\n")
    assert told(read) == [
        ("control-character", 2, 6, character),
        ("control-character", 5, 5, character),
        ("control-character", 8, 6, character),
    ]
    assert f"U+{ord(character):04X}" in read.problems[0].message
    assert character not in read.problems[0].message
    assert read.front == {"id": "é y"}
    assert read.steps[0].value == {"id": "a b"}


def test_visible_characters_are_none() -> None:
    assert front("a: é😀\u00a0\u200d\ufffd\U0010ffff\n").problems == ()


def test_many_control_characters_are_told_once() -> None:
    read = front("a: " + "\0" * 5_000 + "\n")
    assert kinds(read) == ["control-character"] * 20
    assert read.problems[-1].message.endswith("4,980 more follow")
    assert len(front("a: " + "\0" * 20 + "\n").problems) == 20
    assert "follow" not in front("a: " + "\0" * 20 + "\n").problems[-1].message


def test_an_escape_that_makes_a_control_character() -> None:
    read = front('a: "x\\e[31m"\n')
    assert told(read) == [("control-character", 2, 4, '"x\\e[31m"')]
    assert read.front == {"a": "x [31m"}


@pytest.mark.parametrize("size", [3_000_000, LIMIT + 1])
@pytest.mark.parametrize("path", ["runbooks/x.md", "catalog/teams.yaml"])
def test_too_large(path: str, size: int) -> None:
    kind = kind_of(path)
    assert kind is not None
    read = parse(path, kind, b"a: b\n" * (size // 5) + b"#" * 5)
    sound(read)
    assert kinds(read) == ["reading-limit"]
    assert (read.text, read.front, read.readable) == ("", {}, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        b"[",
        b"`",
        b"## x\n",
        b"[[[\n",
        b"```step\n```\n",
        b"```step\n- on\n- on\n```\n",
        b"\0",
        b"\n",
        b"- ",
        b"> x\n",
        b"---\n",
    ],
)
def test_thousands_of_them(piece: bytes) -> None:
    read = runbook(b"---\nid: x\n---\n" + piece * (60_000 // len(piece)))
    assert read.id == "x"
    if piece == b"[[[\n":
        assert kinds(read) == ["unsafe-template"] * 100
    if piece.startswith(b"```step\n- on"):
        assert kinds(read) == ["ambiguous-value"] * 100 + ["reading-limit"]


# Step blocks.


def test_problems_in_a_step_count_in_the_file() -> None:
    text = "---\nid: é😀\n---\n\n## Detect\n\n```step\nid: a\ntitle: on\ntitle: é 😀 010\nx: &a 1\n```\n\n"
    text += "```step\nid: b\nrun: 'open\n```\n"
    read = runbook(text)
    assert told(read)[:3] == [
        ("ambiguous-value", 9, 8, "on"),
        ("duplicate-key", 10, 1, "title"),
        ("yaml-reference", 11, 4, "&a 1"),
    ]
    assert kinds(read)[3:] == ["broken-yaml"]
    assert read.position(read.problems[3].span.start)[0] in (16, 17)
    assert [step.readable for step in read.steps] == [True, False]
    assert read.readable


@pytest.mark.parametrize(
    ("inner", "value", "readable"),
    [
        ("", None, True),
        ("\n", None, True),
        ("- a\n", ["a"], True),
        ("word\n", "word", True),
        ("10: x\n", {"10": "x"}, False),
        ("a: [\n", None, False),
    ],
)
def test_blocks_that_are_no_mapping(inner: str, value: object, readable: bool) -> None:
    read = runbook(f"---\nid: x\n---\n```step\n{inner}```\n")
    (step,) = read.steps
    assert (step.value, step.readable) == (value, readable)
    assert at(read, step.span) == f"```step\n{inner}```"


def test_blocks_that_are_none() -> None:
    text = (
        "---\nid: x\n---\n```steps\nid: a\n```\n\n- ```step\n  id: b\n  ```\n\n```bash\nid: c\n```\n\n```step\nid: d\n"
    )
    read = runbook(text)
    assert read.blocks == ()
    assert sorted(kinds(read)) == ["misplaced-block", "misplaced-block", "unclosed-fence"]


def test_steps_and_injects() -> None:
    text = "---\nid: x\n---\n## A\n```step\nid: a\n```\n```inject\nid: b\n```\n### sub\n```step\nid: c\n```\n"
    text += "## B\n```step two words\nid: d\n```\n"
    read = runbook(text)
    assert [(step.value, step.section) for step in read.steps] == [
        ({"id": "a"}, "A"),
        ({"id": "c"}, "A"),
        ({"id": "d"}, "B"),
    ]
    assert [(inject.value, inject.section) for inject in read.injects] == [({"id": "b"}, "A")]
    assert at(read, read.span(("injects", 0, "id"))) == "b"
    assert at(read, read.span(("steps", 1, "id"))) == "c"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("runbooks/x.md", "runbook"),
        ("runbooks/.x.md", None),
        ("runbooks/README.md", None),
        ("runbooks", None),
        ("x.md", None),
        ("", None),
        ("drills/x.md", "drill"),
        ("drills/y/x.md", None),
        ("drills/records/x.yaml", "drill-record"),
        ("drills/x.yaml", None),
        ("incidents/x/incident.md", "incident"),
        ("catalog/clocks.yaml", "clocks"),
        ("catalog/clocks.yml", None),
        ("catalog/dictionary.yaml", "dictionary"),
        ("catalog/dictionary.part-dict.yaml", None),
        ("../runbooks/x.md", None),
    ],
)
def test_what_a_path_means(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind


def test_what_could_not_be_read() -> None:
    read = document.unreadable("runbooks/x.md", "runbook", "because")
    sound(read)
    assert (kinds(read), read.problems[0].message, read.readable) == (["unreadable-file"], "because", False)
    assert (read.position(0), read.line(1), read.id) == ((1, 1), "", "")


# Anything at all.

INSERTED = [
    b"\0",
    b"\xff",
    b"\xc3",
    b"\r",
    b"\n",
    b"---\n",
    b"```",
    b"```step\n",
    b"[[[",
    b"'",
    b'"',
    b"\t",
    b": ",
    b"- ",
    b"[",
    b"}",
    b"&a ",
    b"*a",
    b"!!x ",
    b"\xe2\x80\xa8",
    "😀".encode(),
    b"on",
    b"? ",
]


@settings(QUICK, max_examples=80)
@given(st.sampled_from(sorted(REAL)), st.integers(0, 10**9))
def test_real_documents_cut_doubled_and_mixed_up(path: str, seed: int) -> None:
    chance, data = random.Random(seed), REAL[path]  # noqa: S311
    for _ in range(chance.randint(1, 4)):
        low, high = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
        high = min(high, low + chance.choice((1, 20, 2_000)))
        part, kind = data[low:high], chance.randrange(5)
        middle = (
            b"",
            part + part,
            part[::-1],
            part + chance.choice(INSERTED),
            bytes(chance.randrange(256) for _ in part[:9]),
        )[kind]
        data = data[:low] + middle + data[high:]
    kind_here = kind_of(path)
    assert kind_here is not None
    read = parse(path, kind_here, data)
    sound(read)
    assert read == parse(path, kind_here, data)


@settings(QUICK, max_examples=150)
@given(
    st.binary(max_size=80)
    | st.lists(st.sampled_from([*INSERTED, b"id: x\n", b"a", b"\n---\n", b"## H\n"]), max_size=12).map(b"".join),
    st.booleans(),
)
def test_never_raises(data: bytes, matter: bool) -> None:
    runbook(b"---\n" + data if matter else data)
    sound(parse("catalog/teams.yaml", "teams", data))
