"""Whatever a document holds, each format stays what it is, and nothing in it commands a terminal or a CI service."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from importlib import import_module
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from drillbook.harmless import visible
from drillbook.report import Summary, formats
from tests.report.example import finding, summary

BAD = (
    "::error::x",
    " ::add-mask::x",
    "a ##[add-mask]b",
    "##vso[task.setvariable variable=x]y",
    "%0A::error::x",
    "a\n::error::b",
    "a\r::error::b",
    "a\x85b\u2028::error::c",
    "\x1b]0;title\x07\x1b[2J",
    "]]><script>alert(1)</script>",
    "</failure></testcase>",
    "&lt;&#x0;&bogus;",
    "|a|b|",
    "`|` ``` ``",
    "\\| \\",
    "[a](https://evil.example)",
    "![a](https://evil.example/x.png)",
    "<https://evil.example> https://evil.example www.evil.example a@evil.example",
    "@everyone #1 :tada:",
    "</code><img src=x onerror=alert(1)>",
    "<!-- -->",
    "\u202egnp.exe\u2066",
    "\U0001f600 \u4e2d\u6587 \U000e0041",
    "\ud800 \udc80 \ufffe \uffff",
    "$x$ ${y} {{ z }} {0}",
    "",
)
TEXT = st.one_of(st.sampled_from(BAD), st.text(), st.lists(st.sampled_from(BAD)).map("".join))

NO_NAME = re.compile("[\0\ud800-\udc7f\udd00-\udfff]")
"""What no file's name can hold; the surrogates that are left stand for bytes that are no UTF-8."""


def render(form: str, seen: Summary) -> str:
    return str(import_module(f"drillbook.report.{form}").render(seen))


def hostile(words: str) -> Summary:
    path = f"runbooks/{NO_NAME.sub('', words)}.md"
    return summary(finding(words, path, excerpt=words), finding(words, path, excerpt=words), within="a b/")


def test_the_formats_are_the_modules_of_the_folder() -> None:
    assert formats() == ("github", "gitlab", "json", "junit", "markdown", "sarif", "text")


@pytest.mark.parametrize("form", formats())
@pytest.mark.parametrize("words", BAD)
def test_only_visible_characters_and_our_own_line_ends(form: str, words: str) -> None:
    out = render(form, hostile(words))
    out.encode("utf-8")
    out = json.dumps(json.loads(out), ensure_ascii=False) if out[0] in "[{" and form != "text" else out
    assert [character for character in out if character != "\n" and visible(character) != character] == []
    assert not re.search(r"##(\[|vso\[|teamcity\[)", out)


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """What GitHub's runner makes of a log, by its ActionCommand.cs: white space before a command does not count."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        if match := re.match(r"::([a-z-]+)(?: (.*?))?::(.*)", line.strip()):
            pairs = [pair.split("=", 1) for pair in (match[2] or "").split(",") if pair]
            found.append((match[1], {key: unescaped(value) for key, value in pairs}, unescaped(match[3])))
    return found


def unescaped(words: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        words = words.replace(code, character)
    return words


@given(TEXT)
@example("a,b:c%d%0A\n,title=x::error::")
def test_github_reads_two_annotations_and_nothing_else(words: str) -> None:
    seen = hostile(words)
    found = commands(render("github", seen))
    assert [name for name, _, _ in found] == ["error", "error"]
    for _, properties, message in found:
        assert list(properties) == ["file", "line", "col", "endLine", "endColumn", "title"]
        assert properties["file"] == visible("a b/" + seen.findings[0].path)
        assert message == f"{visible(words)}\nhelp: name a team"


@given(TEXT)
def test_text_gives_github_no_command(words: str) -> None:
    assert commands(render("text", hostile(words))) == []


@given(TEXT)
def test_junit_is_xml_with_the_sentence_in_it(words: str) -> None:
    root = ET.fromstring(render("junit", hostile(words)).encode("ascii"))  # noqa: S314 - our own
    [case] = root.iter("testcase")
    [failure] = case
    assert failure.get("message") == "2 errors"
    assert (failure.text or "").count("error: " + visible(words) + " [unknown-team]") >= 2


@given(TEXT)
def test_json_formats_are_utf8_json(words: str) -> None:
    seen = hostile(words)
    for form in ("json", "gitlab", "sarif"):
        json.dumps(json.loads(render(form, seen)), ensure_ascii=False).encode("utf-8")


class Tags(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


@given(TEXT)
def test_markdown_stays_two_tables_of_plain_words(words: str) -> None:
    page = Tags()
    page.feed(
        MarkdownIt("commonmark", {"html": True})
        .enable(["table", "strikethrough"])
        .render(render("markdown", hostile(words)))
    )
    assert set(page.tags) == {"h2", "p", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert page.tags.count("tr") == 5
    assert set(page.attributes) <= {"style"}
    assert len(page.cells) == 2 * 4 + 3
    assert page.cells[2].strip() == visible(words).strip() or len(words) > 300


@given(TEXT)
def test_markdown_holds_nothing_that_a_service_links_or_mentions(words: str) -> None:
    source = render("markdown", hostile(words))
    inside = "".join(re.findall(r"<code>(.*?)</code>", source))
    assert not re.search(r"[@#:.](?![0-9]+;)|\[|\]|www\.|://", re.sub(r"&#[0-9]+;", "", inside))
