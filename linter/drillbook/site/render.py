"""Templates and values -> HTML for the inside of a Markdown page. Pure; everything that is not markup is escaped."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from drillbook import words
from drillbook.site.escape import html, markdown


@cache
def environment() -> Environment:
    """Templates whose every value passes through ``escape.html``, attributes and defaults included."""
    found = Environment(
        loader=PackageLoader("drillbook.site"),
        autoescape=True,
        finalize=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(
        length=words.length,
        number=words.number,
        fires=words.fires,
        clears=words.clears,
        no_data=words.NO_DATA,
        address=address,
        code=code,
        h2=lambda text, name: heading(2, text, name),
    )
    return found


def render(template: str, **values: object) -> str:
    """A template of ``site/templates`` as HTML."""
    return environment().get_template(template).render(**values)


def heading(level: int, text: str, name: str) -> Markup:
    """A Markdown heading with its address, on lines of its own."""
    return Markup(  # noqa: S704 - the text is escaped for Markdown, the name is one of ours
        f"\n\n{'#' * level} {markdown(text)} {{#{name}}}\n\n"
    )


_FLAG = re.compile(r"(?<!\S)--?[A-Za-z][A-Za-z0-9-]*")


def code(text: str) -> Markup:
    """A block to copy. Flags such as ``--out`` are kept whole where a narrow screen breaks the line."""
    parts, at = [], 0
    for flag in _FLAG.finditer(text):
        parts += [html(text[at : flag.start()]), Markup('<span class="db-flag">{}</span>').format(html(flag[0]))]
        at = flag.end()
    inside = Markup("").join([*parts, html(text[at:])])
    return Markup('<div class="highlight"><pre><code>{}</code></pre></div>').format(inside)


def address(url: object, text: str) -> Markup:
    """A link to a web page; of any other address only the text, so that no page can run what a stranger wrote."""
    if not isinstance(url, str) or urlsplit(url).scheme not in ("https", "http"):
        return html(text)
    return Markup('<a href="{}">{}</a>').format(html(url), html(text))
