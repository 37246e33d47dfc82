"""HTML in Markdown: what a browser would run is found, whatever it hides behind, and in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook import body, rawhtml

RUNS = [
    "<script>x()</script>",
    "<SCRIPT SRC=https://x.example.com/x.js></SCRIPT>",
    "text <b onclick='x()'>b</b>",
    "<img src=x onerror=x()>",
    "<img/onerror=x() src=x>",
    "<img\nsrc=x\nonerror=x()>",
    "<a href='javascript:x()'>a</a>",
    '<a href=" java&#x73;cript:x()">a</a>',
    '<a href="jav\tascript:x()">a</a>',
    '<a href="java&NewLine;script&colon;x()">a</a>',
    '<form action="https://x.example.com"><input name=password></form>',
    "<details open ontoggle=x()>",
    "<!--><img src=x onerror=x()>-->",
    "<!-- a --!><img src=x onerror=x()><!-- b -->",
    "<![CDATA[><img src=x onerror=x()>]]>",
    "<?x ><img src=x onerror=x()>?>",
    "<svg><style><img src=x onerror=x()></style></svg>",
    "<svg><set onbegin=x()></svg>",
    "<svg><a><animate attributeName=href values=javascript:x()></animate></a></svg>",
    "<math><a xlink:href=javascript:x()>a</a></math>",
    '<noscript><p title="</noscript><img src=x onerror=x()>"></noscript>',
    "<textarea><!--</textarea><img src=x onerror=x()>-->",
    "<iframe srcdoc='<script>x()</script>'></iframe>",
    "<object data='data:text/html,x'></object>",
    "<meta http-equiv=refresh content='0; url=https://x.example.com'>",
    "<base href='https://x.example.com/'>",
    "<p style='background: URL(https://x.example.com/x)'>p</p>",
    "<p style='b\\61 ckground: u\\72l(x)'>p</p>",
    "<div>\n\n<script>x()</script>\n\n</div>",
    "> <script>x()</script>",
    "- <script>x()</script>",
    "# Heading {onclick=x()}",
    "[a](list.md){: onmouseover='x()' }",
    "![a](a.png){ onerror=x() }",
    "[a](list.md){href=javascript:x()}",
    "<a " + "b " * 60 + "onclick=x()>a</a>",
    "[a](javascript:x())",
    "[a](java&#115;cript:x())",
    "[a][b]\n\n[b]: VBSCRIPT:x()",
    "<javascript:x()>",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
]
IS_TEXT = [
    "a < b > c, 3 <4, x<y, `<script>` and \\<script>",
    "```html\n<script>x()</script>\n```",
    "~~~\n<img onerror=x()>\n~~~",
    "Press <kbd>Ctrl</kbd>,<br> see <a id='here'></a><a href='list.md' class='x' title='on=1'>list</a>",
    "<details><summary>More</summary>\n\ntext\n\n</details>",
    "![a](data:image/png;base64,iVBORw0KGgo=) <img src='data:image/gif;base64,R0lGOD' alt=x>",
    "<p style='color: red'>p</p> <!-- <script>x()</script> -->",
    "## Heading {#here .wide} and {a: 1, one: 2}",
    "`{onclick=x()}` ${environment} ${once}=1",
    "https://example.com/?javascript:x <https://example.com/>",
]


@pytest.mark.parametrize("text", RUNS)
def test_what_runs_is_found(text: str) -> None:
    found = [each for each in body.read(text).problems if each.kind.startswith("scripting-")]
    assert found, text
    assert all(text[each.span.start : each.span.end].strip() for each in found)


@pytest.mark.parametrize("text", IS_TEXT)
def test_what_is_text_is_left_alone(text: str) -> None:
    assert [each.message for each in body.read(text).problems] == []


def test_places_are_those_of_the_tags() -> None:
    text = "é 𝒳 `<b>` <i class=a>x</i>\r\n\r\n<p\nid=x>\n"
    assert [text[tag.span.start : tag.span.end] for tag in body.read(text).tags] == ["<i class=a>", "<p\nid=x>"]


HOSTILE = [
    '<x a="',
    "<!--",
    "<x ",
    "<",
    "<a b=c>",
    "<a &amp",
    "<![CDATA[",
    "{onclick=`",
    "{: a ",
    "<a\n",
    "&a",
    "[a](javascript:",
]


@pytest.mark.slow
@pytest.mark.parametrize("part", HOSTILE)
def test_time_grows_with_the_text_and_no_faster(part: str) -> None:
    def seconds(size: int) -> float:
        text = (part * (size // len(part) + 1))[:size]
        begin = time.perf_counter()
        rawhtml.tags(text)
        list(rawhtml.listed(text))
        return time.perf_counter() - begin

    small, large = max(seconds(20_000), 0.005), seconds(160_000)
    assert large < small * 8 * 4, f"{small:.3f} s for 20 kB, {large:.3f} s for 160 kB"


PIECES = (
    *(
        "<a ",
        "<img ",
        "<p ",
        "<script",
        "<SCRIPT>",
        "<svg><set ",
        "<form>",
        ">",
        "/>",
        "</a>",
        " ",
        "\t",
        "\n",
        "/",
        '"',
        "'",
        "=",
        "&",
        ";",
    ),
    *(
        "href=",
        "HREF =",
        "src=",
        'style="',
        "onclick=",
        "OnLoad =",
        " on",
        "only=",
        "srcdoc=",
        "http-equiv",
        "url(",
        "x",
        "\x00",
        "\xad",
    ),
    *(
        "javascript:",
        "java\nscript:",
        "&#106;avascript:",
        "javascript&colon;",
        "&#x6A;avascript&#58;",
        "data:",
        "data:image/png,",
        "https://a/",
    ),
)


@pytest.mark.parametrize(
    "text", [each for each in RUNS if each.startswith("<") and any(rawhtml.faults(rawhtml.tags(each)))]
)
def test_the_fast_look_lets_nothing_of_these_pass(text: str) -> None:
    assert not rawhtml.quiet(text)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_the_fast_look_misses_nothing(text: str) -> None:
    if rawhtml.quiet(text):
        assert [why for _, why in rawhtml.faults(rawhtml.tags(text)) if "attributes" not in why] == []


def test_the_fast_look_spares_what_the_site_is_made_of() -> None:
    assert rawhtml.quiet(
        '<p class="db-card" data-only="prod">SELECT a FROM b JOIN c ON c.id = b.id</p><a href="../x/#y">the data: all</a>'
    )
    assert not rawhtml.quiet('<a href="&#106;avascript:alert(1)">x</a>')
