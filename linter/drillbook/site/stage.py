"""Repository + a site's configuration -> a folder that any engine for Markdown sites can build. Pure: paths and bytes out.

The pages are those that MkDocs gets. Macro calls are expanded here, so that the other engine needs neither plugin.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files as package_files
from typing import Any

from ruamel.yaml import YAML

from drillbook import body, document
from drillbook.finding import Span
from drillbook.repository import Repository
from drillbook.site import macros, pages
from drillbook.site.history import NONE, History

STYLE = "assets/drillbook.css"
SCRIPTS = ("assets/drillbook-page.js", "assets/drillbook-incident.js", "assets/drillbook-find.js")
WORKER = "drillbook-sw.js"
"""It keeps what was opened; it stands at the top of the site, since a worker serves only what lies below it."""
_OURS = ("drillbook", "macros")


class Refused(ValueError):
    """A page that calls anything but the known macros, or would run something, with its file and line."""


def staged(
    repository: Repository,
    written: Mapping[str, bytes],
    config: str,
    as_of: date,
    address: str = "",
    ignore: Collection[str] = (),
    history: History = NONE,
) -> Iterator[tuple[str, bytes]]:
    """Every file of the staged folder: ``mkdocs.yml`` and ``docs/…``. ``written`` is what people wrote into docs, by path."""
    yield "mkdocs.yml", configuration(config).encode()
    yield from ((f"docs/{uri}", text.encode()) for uri, text in assets().items())
    made = {page.uri: page for page in pages.pages(repository, as_of, address, ignore, history)}
    for uri, content in written.items():
        if uri in made and made[uri].yields:
            del made[uri]
        if uri in made:
            raise Refused(f"docs/{uri}: this page is made by Drillbook; give yours another name")
        _must_not_script(uri, content)
        yield f"docs/{uri}", _expanded(uri, content, repository)
    for uri, page in made.items():
        yield f"docs/{uri}", _expanded(uri, page.markdown.encode(), repository)


def assets() -> dict[str, str]:
    """The style sheet and the scripts of the pages, by their address in the site."""
    return {uri: theme(uri.rpartition("/")[2]) for uri in (STYLE, *SCRIPTS, WORKER)}


@cache
def theme(name: str) -> str:
    """A file of the theme."""
    return (package_files("drillbook.site") / "theme" / name).read_text(encoding="utf-8")


def configuration(text: str) -> str:
    """The site's ``mkdocs.yml`` without our plugins and without edit links, which lead to files that are not there."""
    yaml = YAML()
    yaml.width = 4096
    found: Any = yaml.load(text)
    found["plugins"] = [each for each in found.get("plugins", ["search"]) if _name(each) not in _OURS]
    found["extra_css"] = [STYLE, *found.get("extra_css", [])]
    found["extra_javascript"] = [*SCRIPTS, *found.get("extra_javascript", [])]
    for key in ("edit_uri", "edit_uri_template", "docs_dir", "site_dir", "hooks", "strict"):
        found.pop(key, None)
    out = io.StringIO()
    yaml.dump(found, out)
    return out.getvalue()


def _name(plugin: Any) -> str:
    return next(iter(plugin)) if isinstance(plugin, dict) else str(plugin)


def _must_not_script(uri: str, content: bytes) -> None:
    """What the other engine makes of a page nobody checks, so a page that would run something does not get there."""
    text = content.decode("utf-8", "replace") if uri.endswith(".md") else ""
    for problem in body.read(text).problems:
        if problem.kind in pages.SCRIPTING:
            raise Refused(f"docs/{uri}:{_line(text, problem.span)}: {problem.message}")


def _expanded(uri: str, content: bytes, repository: Repository) -> bytes:
    if not uri.endswith(".md") or document.parse(uri, "runbook", content).front.get("render_macros") is False:
        return content
    text = content.decode("utf-8", "replace")
    calls, refused = body.template(text)
    if refused:
        raise Refused(f"docs/{uri}:{_line(text, refused[0].span)}: {refused[0].message}")
    on_page = macros.on_page(uri, repository)
    parts, at = [], 0
    for call in calls:
        if why := on_page.unknown(call):
            raise Refused(f"docs/{uri}:{_line(text, call.span)}: {why}")
        parts += [text[at : call.span.start], getattr(on_page, call.macro)(call.argument)]
        at = call.span.end
    return "".join([*parts, text[at:]]).encode()


def _line(text: str, span: Span) -> int:
    return text.count("\n", 0, span.start) + 1
