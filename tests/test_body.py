"""The Markdown reader: headings, links, fences and macro calls at their places, and no template but the known calls."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from drillbook import body
from drillbook.body import MACROS, Body
from drillbook.finding import Span

QUICK = settings(
    max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def at(text: str, span: Span) -> str:
    """The text at a place."""
    return text[span.start : span.end]


def told(text: str) -> list[tuple[str, str]]:
    """The kind of every problem and the text it marks."""
    return [(problem.kind, at(text, problem.span)) for problem in body.read(text).problems]


def sound(found: Body, text: str, offset: int = 0) -> None:
    """What is true of every reading."""
    assert len(found.problems) <= 200
    spans = [each.span for each in (*found.headings, *found.links, *found.fences, *found.calls, *found.problems)]
    spans += [heading.line for heading in found.headings]
    spans += [fence.inner for fence in found.fences]
    spans += [call.at for call in found.calls]
    for span in spans:
        assert offset <= span.start <= span.end <= len(text)
    for heading in found.headings:
        assert 1 <= heading.level <= 6
        assert at(text, heading.span) == heading.text
        assert "\n" not in heading.text
    for fence in found.fences:
        assert fence.span.start <= fence.inner.start <= fence.inner.end <= fence.span.end
    for call in found.calls:
        assert at(text, call.at) == call.argument
        assert at(text, call.span).startswith("[[[")
        assert at(text, call.span).endswith("]]]")


# Headings and links.


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_headings(end: str) -> None:
    lines = ["# Ä 😀", "", "## Detect", "## Contain ##", "##   Mitigate  ", "### a # b", "## Restore {#restore}"]
    lines += [
        "## Learn { .big #x }",
        "Two",
        "===",
        "",
        "#no",
        "",
        "####### seven",
        "",
        "> ## quoted",
        "",
        "##",
        "## #1 first",
        "",
    ]
    text = end.join(lines)
    found = body.read(text)
    sound(found, text)
    assert [(heading.level, heading.text) for heading in found.headings] == [
        (1, "Ä 😀"),
        (2, "Detect"),
        (2, "Contain"),
        (2, "Mitigate"),
        (3, "a # b"),
        (2, "Restore"),
        (2, "Learn"),
        (1, "Two"),
        (2, "quoted"),
        (2, ""),
        (2, "#1 first"),
    ]
    assert at(text, found.headings[5].line) == "## Restore {#restore}"
    assert found.problems == ()


def test_no_headings_in_code_and_comments() -> None:
    text = "```\n## a\n```\n\n    ## b\n\n<!--\n## c\n-->\n\n\\## d\n"
    assert body.read(text).headings == ()


def test_a_heading_with_a_variable_keeps_it() -> None:
    assert [heading.text for heading in body.read("## Go to ${stage}\n## Use {x}\n").headings] == [
        "Go to ${stage}",
        "Use {x}",
    ]


def test_links() -> None:
    text = 'é😀 [a](b.md "t") ![i](<c d.png>) <https://x.example> [r][q] [q] `[no](x)` \\[no](y)\n\n[q]: ../u.md#é\n'
    found = body.read(text)
    sound(found, text)
    assert [(link.target, link.image, at(text, link.span)) for link in found.links] == [
        ("b.md", False, '[a](b.md "t")'),
        ("c d.png", True, "![i](<c d.png>)"),
        ("https://x.example", False, "<https://x.example>"),
        ("../u.md#é", False, "[r][q]"),
        ("../u.md#é", False, "[q]"),
    ]


LINES = [
    "## H é",
    "# 😀 x",
    "text é",
    "",
    "- item [l](u.md)",
    "> quote",
    "```bash\nls\n```",
    "```step\nid: é\n```",
    "| a | b |",
    "***",
]
LINES += ['[[[ signal("a") ]]]', "![i](p.png) 😀", "~~~~\n```\n~~~~", "    code", "<div>", "Title\n---"]


@QUICK
@given(
    st.lists(st.sampled_from(LINES), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n", "é😀\n", "---\n- a\n"]),
)
def test_places_in_a_mixed_text(lines: list[str], end: str, before: str) -> None:
    text = before + "\n".join(lines).replace("\n", end)
    offset = len(before)
    found = body.read(text, offset)
    sound(found, text, offset)
    for link in found.links:
        assert at(text, link.span) in ("[l](u.md)", "![i](p.png)")
    for call in found.calls:
        assert at(text, call.span) == '[[[ signal("a") ]]]'
    for fence in found.fences:
        if fence.closed and fence.top:
            inner = at(text, fence.inner).replace("\r\n", "\n")
            assert inner == {"bash": "ls\n", "step": "id: é\n", "": "```\n"}[fence.word]
    assert found == shifted(body.read(text[offset:]), offset)


def shifted(value: Any, by: int) -> Any:
    """The same, so many characters further down."""
    if isinstance(value, Span):
        return Span(value.start + by, value.end + by)
    if isinstance(value, tuple):
        return tuple(shifted(each, by) for each in value)
    if hasattr(value, "__dataclass_fields__"):
        return type(value)(**{name: shifted(getattr(value, name), by) for name in value.__dataclass_fields__})
    return value


# Fences.

FENCES = [
    ("```step\nid: a\n```", "step", "id: a\n"),
    ("```step\r\nid: a\r\n```\r\n", "step", "id: a\r\n"),
    ("~~~step\nid: a\n~~~\n", "step", "id: a\n"),
    ("``` step \nid: a\n```", "step", "id: a\n"),
    ("```step extra\nid: a\n```", "step", "id: a\n"),
    ("`````step\n```\n````\n`````", "step", "```\n````\n"),
    ("~~~step\n```\n~~~", "step", "```\n"),
    ("```step\n~~~\n```", "step", "~~~\n"),
    ("```step\n```", "step", ""),
    ("```step\n\n\n```", "step", "\n\n"),
    ("```step\na\n   ```  ", "step", "a\n"),
    ("```step\na\n`````", "step", "a\n"),
    ("```step\na\n``` x\nb\n```", "step", "a\n``` x\nb\n"),
    ("```step\na\n    ```\nb\n```", "step", "a\n    ```\nb\n"),
    ("```step\nrun: |\n  ---\n  ```\n```", "step", "run: |\n  ---\n"),
    ("text\n```inject\na\n```\nmore", "inject", "a\n"),
    ("```bash\n[[ x ]]\n```", "bash", "[[ x ]]\n"),
    ("```\nx\n```", "", "x\n"),
    ("```step\né😀\n```", "step", "é😀\n"),
]


@pytest.mark.parametrize(("text", "word", "inner"), FENCES)
def test_fences(text: str, word: str, inner: str) -> None:
    text = "é😀\n\n" + text
    found = body.read(text)
    sound(found, text)
    fence = found.fences[0]
    assert (fence.word, at(text, fence.inner), fence.top, fence.closed) == (word, inner, True, True)
    assert at(text, fence.span)[:3] in ("```", "~~~")
    if "  ```\n```" not in text:  # an indented closing fence ends the block, and the next one opens another
        assert found.problems == ()


UNCLOSED = [
    "```step\nid: a\n",
    "```step",
    "~~~step\nid: a\n```",
    "```bash\nls\n",
    "```",
    "````step\na\n```",
    "```step\na\n``` x",
    "  ```bash\nls\n",
]
UNCLOSED += ["```step\na\n\t```", "```step\na\n    ```", "```step\na\n```\u00a0"]


@pytest.mark.parametrize("text", UNCLOSED)
def test_unclosed_fences(text: str) -> None:
    text = "é\n\n" + text
    found = body.read(text)
    sound(found, text)
    assert "unclosed-fence" in [problem.kind for problem in found.problems]
    assert not found.fences[0].closed
    marked = at(text, found.problems[0].span)
    assert marked.strip() == text.strip().splitlines()[2].strip()


@pytest.mark.parametrize("first", ["```bash\nls\n", "```step\nid: a\n", "```\nx\n\n## Contain\n"])
def test_a_fence_that_swallows_a_step(first: str) -> None:
    text = f"{first}\n```step\nid: b\n```\n"
    found = body.read(text)
    assert [(problem.kind, problem.span.start) for problem in found.problems] == [("unclosed-fence", 0)]
    assert not found.fences[0].closed


def test_a_longer_fence_may_show_a_step() -> None:
    text = "````markdown\n```step\nid: b\n```\n````\n\n~~~\n```step\n```\n~~~\n"
    found = body.read(text)
    assert found.problems == ()
    assert [(fence.word, fence.closed) for fence in found.fences] == [("markdown", True), ("", True)]


MISPLACED = [
    "   ```step\n   a\n   ```",
    " ~~~step\na\n~~~",
    "- ```step\n  a\n  ```",
    "1. x\n\n   ```step\n   a\n   ```",
    "> ```step\n> a\n> ```",
]
MISPLACED += [
    "    ```step\n    a\n    ```",
    "\t```step\n\ta\n\t```",
    "```steps\na\n```",
    "```Step\na\n```",
    "```STEP\na\n```",
    "```injects\na\n```",
]


@pytest.mark.parametrize("text", MISPLACED)
def test_misplaced_blocks(text: str) -> None:
    text = "é\n\n" + text + "\n"
    found = body.read(text)
    sound(found, text)
    assert [problem.kind for problem in found.problems] == ["misplaced-block"]
    assert 'expected "```' in found.problems[0].message
    assert at(text, found.problems[0].span)[:3] in ("```", "~~~")


def test_what_begins_like_a_step_is_one() -> None:
    assert told("```sted\nid: a\ntitle: b\n```\n\n```yaml\nid: a\ntitle: b\n```\n\n```pg\nid: a\nat: 0m\n```\n") == [
        ("misplaced-block", "```sted\n"),
        ("misplaced-block", "```pg\n"),
    ]


def test_misspelled_by_more_is_a_fence_like_any_other() -> None:
    assert told("```stop\na\n```\n\n```bash\nstep\n```\n\n```stepping\n```\n\n    step\n\n    step: `a`\n") == []


# Macro calls.

ALLOWED = [
    ('[[[ signal("a") ]]]', "signal", "a"),
    ("[[[signal('a')]]]", "signal", "a"),
    ('[[[\tstep( "restore-bundle" )\t]]]', "step", "restore-bundle"),
    ('[[[ component("model/fraud-scorer") ]]]', "component", "model/fraud-scorer"),
    ('[[[ team("Fraud ML 2.0_x") ]]]', "team", "Fraud ML 2.0_x"),
    ('[[[ runbook("' + "a" * 200 + '") ]]]', "runbook", "a" * 200),
]


@pytest.mark.parametrize(("call", "macro", "argument"), ALLOWED)
def test_allowed_calls(call: str, macro: str, argument: str) -> None:
    text = f"é😀 {call}, `{call}`] {call}\n\n```bash\n{call}\n```\n"
    found = body.read(text)
    sound(found, text)
    assert found.problems == ()
    assert [(each.macro, each.argument, at(text, each.span)) for each in found.calls] == [(macro, argument, call)] * 4


REFUSED = [
    "[[[",
    "[[%",
    "[[~",
    '[[[ signal("a") ]]',
    '[[[ signal("a" ]]]',
    "[[[ signal(a) ]]]",
    "[[[ signal() ]]]",
    "[[[ signal ]]]",
]
REFUSED += [
    '[[[ signal("a", "b") ]]]',
    '[[[ signal(id="a") ]]]',
    '[[[ signal("a") | upper ]]]',
    '[[[ signal("a").x ]]]',
    '[[[ "a" ]]]',
]
REFUSED += [
    '[[[ other("a") ]]]',
    '[[[ Signal("a") ]]]',
    '[[[ signal ("a") ]]]',
    '[[[- signal("a") ]]]',
    '[[[+ signal("a") ]]]',
]
REFUSED += [
    '[[[ signal("a") -]]]',
    '[[[ signal("a"\n) ]]]',
    '[[[\nsignal("a") ]]]',
    "[[[ signal(\"a') ]]]",
    '[[[ signal("") ]]]',
]
REFUSED += [
    '[[[ signal("a\\"b") ]]]',
    '[[[ signal("é") ]]]',
    '[[[ signal("a\u2028") ]]]',
    '[[[ signal("a"~"b") ]]]',
    '[[[ signal("a" "b") ]]]',
]
REFUSED += [
    '[[[ signal("' + "a" * 201 + '") ]]]',
    "[[[ 7*7 ]]]",
    "[[[ self.__init__.__globals__ ]]]",
    "[[% for x in y %]]",
    "[[%- set a=1 %]]",
]
REFUSED += [
    "[[% raw %]]x[[% endraw %]]",
    "[[~ comment ~]]",
    "[[[ {} ]]]",
    '[[[\u00a0signal("a") ]]]',
    '[[[ signal("a;b") ]]]',
    "[[[ lipsum ]]]",
]


@pytest.mark.parametrize("use", REFUSED)
def test_everything_else_is_refused_at_its_place(use: str) -> None:
    for text in (
        f"é😀 {use} after",
        f"```bash\n{use}\n```\n",
        f"`{use}`\n",
        f"<!-- {use} -->\n",
        f'[[[ step("ok") ]]]{use}',
    ):
        found = body.read(text)
        sound(found, text)
        first = found.problems[0]
        assert first.kind == "unsafe-template"
        assert first.span.start == (len(text) - len(use) if "ok" in text else text.index(use))
        assert at(text, first.span) == use.split("\n")[0][:80] or at(text, first.span).startswith(
            use.split("\n")[0][:80]
        )
        assert [call.argument for call in found.calls] == (["ok"] if "ok" in text else [])


@pytest.mark.parametrize(
    "text",
    [
        "[[ x ]]",
        "[[ $a == b ]]",
        "{{ x }}",
        "{% x %}",
        "[ [[a]] ]",
        "]]]",
        "%]]",
        "~]]",
        "[[\n[",
        "[ [ [",
        "a[[1]]",
        "\\[\\[\\[",
    ],
)
def test_other_brackets_are_text(text: str) -> None:
    assert body.template(text) == ([], [])


def test_four_brackets_are_no_call() -> None:
    calls, refused = body.template('[[[[ signal("a") ]]]]')
    assert calls == []
    assert refused


def test_templates_in_a_step_block_are_nobodys_business_but_outside_of_one() -> None:
    text = "```step\nrun: echo [[[ x ]]]\n```\n\n```bash\necho [[[ y ]]]\n```\n- ```step\n  [[[ z\n"
    found = body.read(text)
    assert [at(text, problem.span)[:5] for problem in found.problems if problem.kind == "unsafe-template"] == [
        "[[[ y",
        "[[[ z",
    ]


def test_skipped_parts_may_come_in_any_order_and_the_rest_is_read_from_an_offset() -> None:
    text = '[[[ a [[[ b [[[ c [[[ signal("d") ]]] [[[ e'
    calls, refused = body.template(text, 4, [Span(18, 37), Span(12, 17)])
    assert calls == []
    assert [at(text, problem.span)[4] for problem in refused] == ["b", "e"]


# Jinja as the judge.

JINJA = Environment(
    block_start_string="[[%",
    block_end_string="%]]",
    variable_start_string="[[[",
    variable_end_string="]]]",
    comment_start_string="[[~",
    comment_end_string="~]]",
    autoescape=False,  # noqa: S701 - only parsed, never rendered
)
BITS = [
    "[",
    "]",
    "[[[",
    "]]]",
    "[[%",
    "%]]",
    "[[~",
    "~]]",
    "[[",
    "]]",
    "%",
    "~",
    "-",
    "+",
    "(",
    ")",
    '"',
    "'",
    '("a")',
    "('b c')",
    " ",
]
BITS += [
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\\",
    "|",
    ".",
    "_",
    "x",
    "é",
    "😀",
    "\u2028",
    "\x0b",
    "\x0c",
    "\x85",
    "\x1c",
    "\u00a0",
    "raw",
    "endraw",
]
BITS += [
    "signal",
    "step",
    "team",
    "component",
    "runbook",
    "self",
    "{{",
    "}}",
    "{%",
    "{#",
    "#",
    "##",
    ",",
    "=",
    "if",
    "endif",
    "\0",
    "\ufeff",
]
BITS += ['[[[ signal("a") ]]]', "[[[step('b')]]]", '[[[ team("c d/e.f-g_h") ]]]', '[[[\t runbook( "r" )]]]'] * 3


def only_calls(text: str) -> list[tuple[str, str]]:
    """The macro calls that Jinja finds; fails on anything else but text."""
    found = []
    tree = JINJA.parse(text)
    for node in tree.body:
        assert isinstance(node, nodes.Output), node
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                continue
            assert isinstance(part, nodes.Call), part
            assert isinstance(part.node, nodes.Name)
            assert part.node.name in MACROS
            assert (part.kwargs, part.dyn_args, part.dyn_kwargs) == ([], None, None)
            assert len(part.args) == 1
            argument = part.args[0]
            assert isinstance(argument, nodes.Const)
            assert isinstance(argument.value, str)
            found.append((part.node.name, argument.value))
    return found


@settings(QUICK, max_examples=500)
@given(st.lists(st.sampled_from(BITS), max_size=14).map("".join))
def test_what_passes_is_nothing_but_calls_of_the_known_macros(text: str) -> None:
    calls, refused = body.template(text)
    if not refused:
        assert only_calls(text) == [(call.macro, call.argument) for call in calls]


@QUICK
@given(st.sampled_from([call for call, _, _ in ALLOWED]), st.integers(0, 40), st.sampled_from(BITS))
def test_a_call_with_something_in_it_passes_only_when_it_is_still_a_call(call: str, place: int, bit: str) -> None:
    for text in (call[:place] + bit + call[place:], call[:place] + call[place + 1 :], bit + call + bit):
        calls, refused = body.template(text)
        if not refused:
            assert only_calls(text) == [(each.macro, each.argument) for each in calls]


@pytest.mark.parametrize(
    "use", ["[[[ 7*7 ]]]", "[[[ lipsum ]]]", "[[% set a=1 %]]", '[[[ signal("a", "b") ]]]', "[[[ signal(a) ]]]"]
)
def test_the_judge_is_awake(use: str) -> None:
    with pytest.raises(AssertionError):
        only_calls(use)


# Anything at all.


@settings(QUICK, max_examples=150)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*BITS, *LINES, "\n", "```step\n", "```", "> ", "- "]), max_size=15).map("".join)
)
def test_never_raises(text: str) -> None:
    sound(body.read(text), text)


HOSTILE = [
    "[",
    "`",
    "`\n",
    "[[[",
    "[[[\n",
    "```steps\n```\n",
    "```step\n```\n[[[ x\n",
    "- ",
    "*a ",
    "![",
    "[a](",
    "<",
    "<!--",
    "|",
]


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hundred_thousand_of_them(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    found = body.read(text)
    sound(found, text)
    assert len(found.headings) == (text.count("\n") if piece.startswith("#") else 0)


@pytest.mark.slow
def test_a_hundred_thousand_headings() -> None:
    text = "# é\n" * 100_000
    assert len(body.read(text).headings) == 100_000


@pytest.mark.parametrize("piece", ["[", "`"])
def test_a_million(piece: str) -> None:
    text = piece * 1_000_000
    sound(body.read(text), text)
