"""The text of a site's ``mkdocs.yml`` -> what it says about addresses. Pure: nothing that it names is run or looked up."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import yaml

SITE = "mkdocs.yml"
OTHERS = ("node_modules", "site", "venv", "__pycache__", "site-packages")
"""Folders that hold what no one of the repository wrote, or what was built from it."""


@dataclass(frozen=True, slots=True)
class Site:
    """``address``: where it will stand, with a slash at the end; empty where that is not said.

    ``nav``: the pages that its menu names, None where it has none. ``left_out``: patterns of pages that are not in the menu on
    purpose. ``others_list``: whether a plugin may list pages that no menu names. ``own_anchors``: whether headings get other
    anchors than MkDocs gives them.
    """

    address: str = ""
    nav: tuple[str, ...] | None = None
    left_out: tuple[str, ...] = ()
    others_list: bool = False
    own_anchors: bool = False
    directory_urls: bool = True

    def leaves_out(self, uri: str) -> bool:
        """Whether a page is out of the menu on purpose; the patterns are read like those of a ``.gitignore``, roughly."""
        for pattern in self.left_out:
            plain = pattern.strip("/")
            anywhere = "/" not in plain
            if fnmatchcase(uri, plain) or fnmatchcase(uri, f"{plain}/*"):
                return True
            if anywhere and any(fnmatchcase(part, plain) for part in uri.split("/")):
                return True
        return False


class _Loader(yaml.SafeLoader):
    """Reads what names a program, or a variable of the environment, as the plain values that stand there."""


def _plain(loader: _Loader, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.SequenceNode):
        values = loader.construct_sequence(node, deep=True)
        return values[-1] if values and node.tag == "!ENV" and len(values) > 1 else None
    return None


_Loader.add_multi_constructor("", _plain)


def read(text: str) -> Site | None:
    """What ``mkdocs.yml`` says; None where it is no site of ours: with other plugins than ours, or not readable."""
    try:
        found: Any = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        return None
    if not isinstance(found, dict):
        return None
    plugins = _names(found.get("plugins"))
    if (plugins and "drillbook" not in plugins) or found.get("docs_dir", "docs") != "docs":
        return None
    address = found.get("site_url")
    nav = found.get("nav")
    toc = _names(found.get("markdown_extensions")).get("toc")
    return Site(
        address=f"{address.rstrip('/')}/" if isinstance(address, str) and address else "",
        nav=tuple(_pages(nav)) if isinstance(nav, list) else None,
        left_out=tuple(
            _lines(found.get("not_in_nav")) + _lines(found.get("exclude_docs")) + _lines(found.get("draft_docs"))
        ),
        others_list=any(
            word in name for name in plugins for word in ("nav", "pages", "blog", "index", "gen-files", "tags")
        ),
        own_anchors=isinstance(toc, dict) and "slugify" in toc,
        directory_urls=found.get("use_directory_urls", True) is not False,
    )


def _names(entries: object) -> dict[str, Any]:
    """The names in a list of plugins or extensions, each with its settings."""
    if isinstance(entries, dict):
        return {str(name): value for name, value in entries.items()}
    found: dict[str, Any] = {}
    for each in entries if isinstance(entries, list) else ():
        found |= {str(name): value for name, value in each.items()} if isinstance(each, dict) else {str(each): None}
    return found


def _pages(nav: object, deep: int = 20) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    inner = nav if isinstance(nav, list) else [*nav.values()] if isinstance(nav, dict) else []
    return [page for each in inner for page in _pages(each, deep - 1)] if deep else []


def _lines(text: object) -> list[str]:
    lines = text.splitlines() if isinstance(text, str) else []
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith(("#", "!"))]
