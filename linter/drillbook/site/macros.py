"""The macros that a runbook's text may call -> words with a link. ``signal step component team runbook``, one name each."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from drillbook import words
from drillbook.body import Call
from drillbook.model import Runbook
from drillbook.repository import Repository
from drillbook.site import source
from drillbook.site.escape import markdown


class UnknownName(ValueError):
    """A macro was called with a name that the repository does not have."""


class Macros:
    """Each method is a macro: it takes one name and gives one piece of Markdown that holds no delimiter."""

    def __init__(self, repository: Repository, runbook: Runbook | None) -> None:
        self.repository, self.book = repository, runbook

    def signal(self, name: str) -> str:
        """A signal of this runbook with both thresholds, linked to its card."""
        found = self.book.signal(name) if self.book else None
        if found is None:
            raise UnknownName(f'signal "{name}" is not in this runbook')
        sides = [("fires", words.fires(found)), ("clears", words.clears(found))]
        said = "; ".join(f"{word} {side}" for word, side in sides if side)
        link = f"[{markdown(found.title or name)}](#signal-{name})"
        return f"{link} ({markdown(said)})" if said else link

    def step(self, name: str) -> str:
        """A step of this runbook by its title, linked to its card."""
        found = self.book.step(name) if self.book else None
        if found is None:
            raise UnknownName(f'step "{name}" is not in this runbook')
        return f"[{markdown(found.title)}](#step-{name})"

    def component(self, name: str) -> str:
        """A component of the catalog by its title."""
        return markdown(str(self._entry("components", name).get("title", name)))

    def team(self, name: str) -> str:
        """A team of the catalog by its title, with its channel where it has one."""
        entry = self._entry("teams", name)
        contact = entry.get("contact")
        channel = contact.get("channel") if isinstance(contact, dict) else None
        said = f"{entry.get('title', name)} ({channel})" if channel else str(entry.get("title", name))
        return markdown(said)

    def runbook(self, name: str) -> str:
        """Another runbook by its title, linked to its page."""
        found = self.repository.runbook(name)
        if found is None:
            raise UnknownName(f'runbook "{name}" is not in runbooks/')
        where = "" if self.book else "runbooks/"
        return f"[{markdown(str(found.front.get('title', name)))}]({where}{name}.md)"

    def unknown(self, call: Call) -> str:
        """Why a call names nothing, in one sentence; empty where it names something."""
        try:
            getattr(self, call.macro)(call.argument)
        except UnknownName as error:
            return str(error)
        return ""

    def _entry(self, catalog: Any, name: str) -> dict[str, Any]:
        entries = self.repository.entries(catalog)
        if name not in entries:
            raise UnknownName(f'"{name}" is not in catalog/{catalog}.yaml')
        return entries[name]


def on_page(uri: str, repository: Repository) -> Macros:
    """The macros of the page at an address of the site."""
    path = PurePosixPath(uri)
    document = repository.by_file.get(path.stem) if path.parts[:1] == ("runbooks",) else None
    return Macros(repository, repository.model(document) if document else None)


def define_env(env: Any) -> None:
    """Called by the macros engine once a build; the runbook is the one whose page is being written."""
    root = Path(env.conf["config_file_path"]).resolve().parent

    def on_this_page() -> Macros:
        return on_page(env.page.file.src_uri, source.last(root))

    @env.macro  # type: ignore[untyped-decorator]
    def signal(name: str) -> str:
        return on_this_page().signal(name)

    @env.macro  # type: ignore[untyped-decorator]
    def step(name: str) -> str:
        return on_this_page().step(name)

    @env.macro  # type: ignore[untyped-decorator]
    def component(name: str) -> str:
        return on_this_page().component(name)

    @env.macro  # type: ignore[untyped-decorator]
    def team(name: str) -> str:
        return on_this_page().team(name)

    @env.macro  # type: ignore[untyped-decorator]
    def runbook(name: str) -> str:
        return on_this_page().runbook(name)
