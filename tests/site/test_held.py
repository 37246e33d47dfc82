"""Blocks of HTML wait outside while Markdown, macros and search read a page: nothing of it is lost or changed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook import files
from drillbook.site import held, pages

ROOT = Path(__file__).parents[2]
PIECES = [
    "<div>",
    "</div>",
    "<div class='a'>",
    "<p>",
    "</p>",
    "<table>",
    "</table>",
    "\n\n",
    "\n",
    "```\n",
    "~~~~\n",
    "## A\n",
]
PIECES += [
    "[[[ x ]]]",
    "&lt;",
    " ",
    "\\1",
    "words " * 50,
    '<div data-held="0">x</div>',
    "<divs>",
    "<svg>",
    "</svg>",
    "<!-- -->",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_what_is_held_comes_back_to_the_letter(pieces: list[str]) -> None:
    text = "".join(pieces)
    rest, blocks = held.hold(text)
    assert held.give_back(rest, blocks) == text
    assert not any("[[[" in block for block in blocks), "macros are read by their engine"


def test_a_long_block_leaves_its_words_for_the_search() -> None:
    block = (
        f"<div>\n<p>Take &lt;b&gt; <code>flagctl</code></p>\n<svg><text>no</text></svg>\n{'<p>more</p>' * 30}\n</div>"
    )
    rest, blocks = held.hold(f"# One\n\n{block}\n\nText\n\n```html\n\n{block}\n\n```\n")
    assert blocks == (block,)
    assert rest.startswith('# One\n\n<div data-held="0">Take &lt;b&gt; flagctl more more')
    assert rest.endswith(f"</div>\n\nText\n\n```html\n\n{block}\n\n```\n")


@pytest.mark.slow
def test_every_page_is_what_markdown_would_have_made_of_it() -> None:
    made, saved = 0, 0
    for page in pages.pages(files.load(ROOT), date(2026, 11, 22)):
        rest, blocks = held.hold(page.markdown)
        made, saved = made + len(page.markdown), saved + sum(map(len, blocks))
        assert _read(held.give_back(_html(rest), blocks)) == _read(_html(page.markdown)), page.uri
    assert saved > made / 2, "most of the pages is held"


def _html(text: str) -> str:
    return markdown.markdown(text, extensions=["attr_list", "def_list", "tables", "toc", "fenced_code", "admonition"])


def _read(html: str) -> str:
    """What a browser sees: Markdown puts a stray paragraph around some blocks, which no browser keeps there."""
    return re.sub(r"\s+", " ", re.sub(r"</?p>", "", html)).replace("> <", "><").strip()
