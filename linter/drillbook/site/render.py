"""Templates and values -> HTML for the inside of a Markdown page. Pure; everything that is not markup is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from drillbook import words
from drillbook.model import Runbook
from drillbook.repository import Repository
from drillbook.site import fill
from drillbook.site.escape import filled, html, markdown


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
        units=words.UNITS,
        address=address,
        command=fill.command,
        ticked=ticked,
        h2=lambda text, name: heading(2, text, name),
        h3=lambda text, name: heading(3, text, name),
    )
    return found


def render(template: str, **values: object) -> str:
    """A template of ``site/templates`` as HTML."""
    return environment().get_template(template).render(**values)


def ticked(text: str) -> Markup:
    """A sentence in which words between backticks are code."""
    parts = [
        html(part) if index % 2 == 0 else Markup("<code>{}</code>").format(html(part))
        for index, part in enumerate(text.split("`"))
    ]
    return Markup("").join(parts)


def heading(level: int, text: str, name: str) -> Markup:
    """A Markdown heading with its address, on lines of its own."""
    return Markup(  # noqa: S704 - the text is escaped for Markdown, the name is one of ours
        f"\n\n{'#' * level} {markdown(text)} {{#{name}}}\n\n"
    )


def address(url: object, text: str) -> Markup:
    """A link to a web page; of any other address only the text, so that no page can run what a stranger wrote."""
    if not isinstance(url, str) or urlsplit(url).scheme not in ("https", "http"):
        return html(text)
    return Markup('<a href="{}">{}</a>').format(html(url), html(text))


class Names:
    """How a page names and links the things of the repository; every function gives safe HTML.

    ``up`` leads from the page to the top of the site: ``../../`` from a runbook's page.
    """

    def __init__(self, repository: Repository, runbook: Runbook | None = None, up: str = "../../") -> None:
        self.repository, self.book, self.up = repository, runbook, up
        self.numbers = {step.id: number for number, step in enumerate(runbook.steps if runbook else (), 1)}

    def team(self, name: str) -> Markup:
        """A team by its title, linked to its page."""
        real = self.book.owner if self.book and name == "owner" else name
        found = self.repository.entries("teams").get(real)
        return self._link("teams", real, found, real)

    def role(self, name: str) -> Markup:
        """The team that fills a role, or nothing where none does."""
        team = self.book.data.get("roles", {}).get(name) if self.book else None
        return self.team(team) if team else Markup("")

    def component(self, name: str) -> Markup:
        """A component by its title, linked to its page."""
        found = self.repository.entries("components").get(name)
        return self._link("components", name, found, name)

    def runbook(self, name: str) -> Markup:
        """A runbook by its title, linked to its page."""
        other = self.repository.runbook(name)
        if other is None and self.repository.limited:
            return html("a runbook that is not on this site")  # its very name may be more than the audience may read
        return self._link("runbooks", name, other.front if other else None, name)

    def runbook_of(self, book: Any) -> Markup:
        """A runbook of an index, linked to its page."""
        return self._link("runbooks", book.slug, {"title": book.title}, book.slug)

    def step(self, name: str) -> Markup:
        """A step of this runbook by number and title, linked to its card."""
        found = self.book.step(name) if self.book else None
        if found is None:
            return html(name)
        return filled('<a href="#step-{}">{}. {}</a>', name, self.numbers[name], found.title)

    def signal(self, name: str) -> Markup:
        """A signal of this runbook by its id, linked to its card."""
        return filled('<a href="#signal-{}">{}</a>', name, name)

    def _link(self, folder: str, name: str, found: Mapping[str, Any] | None, otherwise: str) -> Markup:
        if found is None:
            return html(otherwise)
        return filled('<a href="{}">{}</a>', f"{self.up}{folder}/{name}/", found.get("title", otherwise))


class Open(dict[str, Any]):
    """A mapping whose absent keys are empty in a template: what a draft leaves out."""

    def __init__(self, data: Any) -> None:
        super().__init__({key: open_values(value) for key, value in data.items()} if isinstance(data, dict) else {})

    def __missing__(self, key: str) -> str:
        return ""

    def __getattr__(self, key: str) -> Any:
        return self[key]


def open_values(value: Any) -> Any:
    if isinstance(value, dict):
        return Open(value)
    return [open_values(each) for each in value] if isinstance(value, list) else value
