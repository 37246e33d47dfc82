"""Texts of strangers in Markdown: they form nothing, link nowhere and call nobody."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from drillbook.harmless import code, prose

READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
PIECES = [*"@#:/<>!-=_*`~|[](){}&;.\\'\" \n\t1a", "www.", "https://", "\u202e"]
SIGNS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(SIGNS)
@example("@everybody")
@example("- a\n# b\n> c\n| d |")
@example("![x](y) <img src=x> &lt; **b** ~~c~~ `d` [e]: f")
def test_prose_is_text_behind_other_text(text: str) -> None:
    [opening, inline, closing] = READER.parse(f"said: {prose(text)}")
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    kinds = {(each.type, each.content if each.type == "html_inline" else "") for each in inline.children or ()}
    assert kinds <= {("text", ""), ("text_special", ""), ("html_inline", "<!-- -->")}
    html = READER.render(f"said: {prose(text)}")
    shown = unescape(re.sub(r"<!-- -->|</?p>", "", html))
    assert "".join(shown.split()) == "".join(f"said:{text}".replace("\u202e", "\ufffd").split())
    assert not re.search(r"@\w|://|www\.\w", unescape(html))


@pytest.mark.parametrize("text", ["@everybody", "https://evil.example.com", "a`b`", "</code><img>", "#1", "|"])
def test_code_is_a_code_element(text: str) -> None:
    [_, inline, _] = READER.parse(code(text))
    assert {each.type for each in inline.children or ()} <= {"html_inline", "text", "text_special"}
    assert re.fullmatch(r"<code>[A-Za-z0-9/ ;&#]*</code>", code(text))
