"""A link of a document -> where it leads: a page and its anchor, a file, nowhere, or out of the repository. Pure.

A runbook and a page of ``docs/`` are read on the site, so their links count there. A drill and an incident are read where they
lie, so there the folders of the repository count, as everywhere in a repository without a site.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote, urlsplit

from drillbook import anchors, resources, suggest
from drillbook.document import Document, Kind, Link
from drillbook.repository import Repository

_HELD: dict[Kind, tuple[str, ...]] = {
    "drill": ("drills/{}.md", "drills/{}/facilitator.md"),
    "drill-record": ("drills/records/{}.md",),
    "incident": ("incidents/{}.md",),
}
"""The pages of each kind of document, by its id."""
AXES = ("alert", "symptom", "component", "severity", "team")
"""The indexes that the site makes below ``by/``."""
_FEW = 400
"""Among more names than these, looking for one that is alike takes too long."""
_OWN = ("", "top")
_ELSE = ("fn:", "fnref:", "__", ":~:")
"""How anchors begin that extensions and browsers make."""


class End(Enum):
    """How a link ends."""

    FOUND = "found"
    NOWHERE = "nowhere"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a link leads: ``document`` where it is one that was read, ``anchor`` the part behind the hash."""

    end: End
    document: Document | None = None
    anchor: str = ""


@dataclass(frozen=True)
class _Site:
    """The addresses of the site: its Markdown pages, each with the document it is made from, and its other files."""

    pages: dict[str, Document | None]
    files: frozenset[str]


def uri(document: Document) -> str:
    """The address of a document's page in the site, empty where it has none."""
    if document.kind == "runbook":
        return f"runbooks/{PurePosixPath(document.path).stem}.md"
    return document.path.removeprefix("docs/") if document.kind == "page" else ""


def made(repository: Repository, rules: Collection[str]) -> Iterator[str]:
    """The addresses of the pages that the site makes and nobody writes; ``rules`` are the names of all rules."""
    yield from (
        "index.md",
        "runbooks/index.md",
        "changes.md",
        "changes.xml",
        "coverage.md",
        "dependencies.md",
        "runbooks.json",
        "llms.txt",
        "rules/index.md",
        "schema/index.md",
    )
    yield from ("summaries/index.md", "glossary.md", "dictionary.md")
    yield from (
        "drills/index.md",
        "drills.ics",
        "actions.md",
        "incidents/index.md",
        "incidents.json",
        "incidents.csv",
        "incident-figures.csv",
    )
    for each in (each for kind in _HELD for each in repository.of(kind)):
        if each.id and each.readable and not each.foreign and not repository.violations(each):
            yield from (address.format(each.id) for address in _HELD[each.kind])
    books = (each for each in repository.of("runbook") if repository.is_complete(each))
    yield from (f"summaries/{PurePosixPath(each.path).stem}.md" for each in books)
    kept = (each for each in repository.of("runbook") if each.card.status != "retired")
    yield from (f"runbooks/{PurePosixPath(each.path).stem}.txt" for each in kept)
    yield from (f"by/{axis}.md" for axis in AXES)
    yield from (f"components/{name}.md" for name in repository.entries("components"))
    yield from (f"teams/{name}.md" for name in repository.entries("teams"))
    yield from (f"rules/{name}.md" for name in rules)
    yield from (f"schema/{name}.md" for name in resources.schemas() if name != "common")


def _addresses(repository: Repository, rules: Collection[str]) -> _Site:
    pages: dict[str, Document | None] = dict.fromkeys(made(repository, rules))
    pages |= {uri(each): each for kind in ("page", "runbook") for each in reversed(repository.of(kind))}
    files = (path.removeprefix("docs/") for path in repository.paths if path.startswith("docs/"))
    return _Site(pages, frozenset(files))


def _folders(repository: Repository) -> frozenset[str]:
    return frozenset(str(parent) for path in repository.paths for parent in PurePosixPath(path).parents)


class Links:
    """Follows links in one repository."""

    def __init__(self, repository: Repository, rules: Collection[str]) -> None:
        self.repository = repository
        kept = repository.once(_sites)
        if not kept:
            kept.append(_addresses(repository, rules))
        self.site = kept[0]

    def follow(self, document: Document, link: Link) -> Landing | None:
        """Where a link leads; None where nobody can say: a link from the top of the host, or made by a template."""
        path, anchor = _split(link.target)
        if path.startswith("/") or "[[[" in path or "{{" in path or "\x00" in path:
            return None
        if not path:
            return Landing(End.FOUND, document, anchor)
        lies = posixpath.normpath(posixpath.join(posixpath.dirname(document.path), path))
        here = uri(document) if self.repository.site else ""
        if not here:
            return Landing(End.OUTSIDE) if _climbs(lies) else self._in_folders(lies, anchor)
        found = self._on_site(here, path, anchor, link.html)
        if found is not None:
            return found
        if _climbs(lies):
            return Landing(End.OUTSIDE)
        return Landing(End.NOWHERE)

    def meant(self, document: Document, link: Link) -> str:
        """The way to what somebody may have meant: the same path read another way, or a name much like it; or nothing."""
        if self.repository.site is None:
            return ""
        path, here, html = _split(link.target)[0], uri(document), link.html
        lies = posixpath.normpath(posixpath.join(posixpath.dirname(document.path), path))
        by_file = posixpath.normpath(posixpath.join(posixpath.dirname(here), path))
        other = lies.removeprefix("docs/") if lies.startswith("docs/") else lies
        for each in (by_file, f"{by_file}.md", f"{by_file}/index.md", other, f"{other}.md", f"{other}/index.md"):
            if each in self.site.pages or each in self.site.files:
                return self._way(here, each, html)
        names = {posixpath.basename(each): each for each in sorted((*self.site.pages, *self.site.files), reverse=True)}
        near = suggest.nearest(posixpath.basename(path.rstrip("/")), names) if len(names) < _FEW else ""
        return self._way(here, names[near], html) if near else ""

    def _way(self, here: str, there: str, html: bool) -> str:
        if not html:
            return posixpath.relpath(there, posixpath.dirname(here) or ".")
        directories = self.repository.site.directory_urls if self.repository.site else True
        page = there.endswith(".md")
        address = (
            _address(there, True) if page and directories else f"{there.removesuffix('.md')}.html" if page else there
        )
        return posixpath.relpath(address or ".", _address(here, directories) or ".") + (
            "/" if page and directories else ""
        )

    def _lies(self, path: str) -> bool:
        return (
            path in self.repository.paths or path in self.repository.once(_folders) or path in self.repository.by_path
        )

    def _in_folders(self, path: str, anchor: str) -> Landing:
        if self._lies(path):
            return Landing(End.FOUND, self.repository.by_path.get(path), anchor)
        return Landing(End.NOWHERE)

    def _on_site(self, here: str, path: str, anchor: str, html: bool) -> Landing | None:
        """MkDocs resolves what Markdown says from the file; what HTML says is resolved by the browser, from the address."""
        if not html:
            there = posixpath.normpath(posixpath.join(posixpath.dirname(here), path))
            if there.endswith(".md") or there in self.site.files:
                return self._page(there, anchor)
        site = self.repository.site
        base = _address(here, site.directory_urls if site else True)
        there = posixpath.normpath(posixpath.join(base, path))
        if _climbs(there):
            return None
        return self.at(there, anchor)

    def at(self, address: str, anchor: str) -> Landing | None:
        """What stands at an address of the built site, ``runbooks/x/`` or ``x.html``; None where nothing does."""
        plain = address.strip("/").removesuffix("index.html").removesuffix(".html").strip("/")
        plain = "" if plain == "." else plain
        candidates = (f"{plain}.md", f"{plain}/index.md".lstrip("/"), f"{plain}/README.md".lstrip("/"), address)
        return next((found for each in candidates if (found := self._page(each, anchor))), None)

    def _page(self, there: str, anchor: str) -> Landing | None:
        if there in self.site.pages:
            return Landing(End.FOUND, self.site.pages[there], anchor)
        return Landing(End.FOUND) if there in self.site.files else None

    def lacks(self, landing: Landing) -> bool:
        """Whether the page is there and its anchor is not. Of pages that are not read nobody can say."""
        if landing.document is None or landing.anchor in _OWN or landing.anchor.startswith(_ELSE):
            return False
        known = self.anchors(landing.document)
        return known is not None and landing.anchor not in known

    def anchors(self, document: Document) -> frozenset[str] | None:
        """The anchors of a page, kept."""
        kept = self.repository.once(_kept)
        if document.path not in kept:
            kept[document.path] = anchors.anchors(document, self.repository) if document.path.endswith(".md") else None
        return kept[document.path]


def _sites(_: Repository) -> list[_Site]:
    return []


def _kept(_: Repository) -> dict[str, frozenset[str] | None]:
    return {}


def _climbs(path: str) -> bool:
    return path == ".." or path.startswith("../")


def _split(target: str) -> tuple[str, str]:
    path, _, anchor = target.strip().partition("#")
    return unquote(path.partition("?")[0]).replace("\\", "/"), unquote(anchor)


def _address(here: str, directories: bool) -> str:
    """The folder from which a browser resolves the links of a page."""
    folder, name = posixpath.split(here)
    index = name in ("index.md", "README.md")
    return folder if index or not directories else posixpath.join(folder, name.removesuffix(".md"))


@dataclass(frozen=True, slots=True)
class Led:
    """Where the ``runbook_url`` of an alert rule leads: to a runbook's page and an anchor on it, or elsewhere on the site.

    ``missing``: to an address of the site at which nothing stands.
    """

    document: Document | None = None
    anchor: str = ""
    missing: bool = False


def led(url: str, links: Links) -> Led | None:
    """Where an address leads; None where nobody can say: on another host without a runbook's name, or made by a template."""
    if "{{" in url:
        return None
    site = links.repository.site
    host, home = _parts(url), _parts(site.address if site else "")
    anchor = unquote(host.fragment)
    if home.netloc and host.netloc.lower() == home.netloc.lower() and f"{host.path}/".startswith(home.path):
        landing = links.at(unquote(host.path)[len(home.path) :], anchor)
        return Led(missing=True) if landing is None else Led(landing.document, anchor)
    document = links.repository.by_file.get(named(url))
    if document is None:
        return None
    of_file = unquote(host.path).rstrip("/").endswith(".md")  # a Git host has anchors of its own
    return Led(document, "" if of_file else anchor)


def named(url: str) -> str:
    """The runbook that an address on any host names, by its file: a folder ``runbooks`` and a name in it; or nothing."""
    parts = [part for part in unquote(_parts(url).path).split("/") if part and part != "index.html"]
    return PurePosixPath(parts[-1]).stem if "runbooks" in parts[:-1] else ""


def _parts(url: str) -> SplitResult:
    """An address taken apart; nothing of one that no browser can read, such as ``http://[x``."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")
