"""Repository + day -> every page of the site as Markdown. Pure: no disk, no clock, no engine.

Whatever builds the site (MkDocs with the plugin, another engine from a staged folder) gets these pages and no others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

from drillbook import dictionary, engine, resources
from drillbook.document import Document
from drillbook.finding import Finding, Severity
from drillbook.repository import COMPLETE, Repository
from drillbook.rules import all_rules
from drillbook.site import (
    coverage,
    data,
    drills,
    feed,
    glossary,
    incidents,
    indexes,
    machine,
    macros,
    reference,
    runbook,
    summary,
)
from drillbook.site.escape import front_matter, markdown
from drillbook.site.history import NONE, History
from drillbook.site.render import Open, render

_START = "Runbooks for incidents of machine-learning systems: what to do from the first alert to the postmortem."


@dataclass(frozen=True, slots=True)
class Page:
    """A page's address in the site (``runbooks/x.md``), its Markdown, and the file in the repository that it is made from.

    ``broken`` says why the file cannot be shown. A page that ``yields`` is left out where ``docs/`` holds one of its name.
    """

    uri: str
    markdown: str
    source: str = ""
    broken: str = ""
    yields: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What a page says of the world around the repository: where the site stands, what git knows, where one files an issue."""

    address: str = ""
    history: History = field(default_factory=lambda: NONE)
    issues: str = ""


SCRIPTING = ("scripting-html", "scripting-link")
"""Problems of a text that would run something in a browser."""
_UNSAFE = ("unsafe-template", *SCRIPTING)
"""Problems with which a runbook's own text is not put on a page."""
_COMPONENTS, _TEAMS = "catalog/components.yaml", "catalog/teams.yaml"
_ADDRESS = re.compile(r"[a-z0-9-]+(/[a-z0-9][a-z0-9.-]*)?")
"""What a name in the catalog looks like when it may become an address of the site; others have their finding."""


def pages(
    repository: Repository,
    as_of: date,
    address: str = "",
    ignore: Collection[str] = (),
    history: History = NONE,
    issues: str = "",
) -> Iterator[Page]:
    """Every generated page: start, runbooks, indexes, components, teams, data dictionary, changes, rules, schema reference.

    ``address`` is where the site will stand; the feed and the alert rules lead there. ``ignore`` names rules that do not
    count, ``history`` is what git knows of the versions, ``issues`` where one
    files an issue. Some are no Markdown: the feed, and what tools read.
    """
    yield Page("index.md", _start(repository, "runbooks/", "Runbooks", _START), yields=True)
    yield Page("runbooks/index.md", _start(repository, "", "All runbooks", "Every runbook of this repository."))
    errors = {} if repository.limited else _errors(repository, as_of, ignore)
    for document in repository.of("runbook"):
        yield _runbook(repository, document, as_of, errors.get(document.path, []), Around(address, history, issues))
        yield from _summary(repository, document, as_of)
    found = indexes.books(repository, _slug)
    yield Page("summaries/index.md", summary.index([book for book in found if book.data.status in COMPLETE]))
    yield Page(glossary.URI, glossary.page(), yields=True)
    for axis in indexes.AXES:
        yield Page(f"by/{axis}.md", indexes.index(axis, repository, found))
    for name, entry in repository.entries("components").items():
        if _ADDRESS.fullmatch(name):
            listed = data.of_component(name, repository)
            yield Page(f"components/{name}.md", indexes.component(name, entry, repository, found, listed), _COMPONENTS)
    for name, entry in repository.entries("teams").items():
        if _ADDRESS.fullmatch(name):
            yield Page(f"teams/{name}.md", indexes.team(name, entry, repository, found), _TEAMS)
    yield Page(data.URI, data.page(repository, found), dictionary.PATH if repository.of("dictionary") else "")
    changes = indexes.changes(found, history)
    yield Page("changes.md", indexes.changes_page(repository, changes))
    yield Page("changes.xml", feed.feed(changes, address))
    yield Page(coverage.COVERAGE, coverage.coverage(repository, found))
    yield Page(coverage.DEPENDENCIES, coverage.dependencies(repository))
    yield from (Page(uri, text) for uri, text in machine.files(repository, found))
    yield from (Page(*each) for each in drills.pages(repository, as_of))
    yield from (Page(*each) for each in incidents.pages(repository, as_of))
    yield Page(drills.CALENDAR, drills.calendar(repository, as_of, address))
    yield Page("rules/index.md", reference.rules_page(all_rules()))
    for rule in all_rules():
        yield Page(f"rules/{rule.name}.md", reference.rule_page(rule))
    schemas = resources.schemas()
    yield Page("schema/index.md", reference.schemas_page(schemas))
    for name, schema in schemas.items():
        if name != "common":
            yield Page(f"schema/{name}.md", reference.schema_page(schema))


def only(
    repository: Repository, name: str, as_of: date, ignore: Collection[str] = (), issues: str = ""
) -> Iterator[Page]:
    """The page of one runbook, and a start page that leads to it: what its author looks at while writing."""
    document = repository.runbook(name)
    if document is None:
        yield Page("index.md", f"# Waiting\n\nThere is no runbook {markdown(name)} at this moment.\n", yields=True)
        return
    yield Page(
        "index.md",
        f"# Serving one runbook\n\n[{markdown(_title(document))}](runbooks/{_slug(document)}.md)\n",
        yields=True,
    )
    rules = [rule for rule in all_rules() if not any(rule.meant(word) for word in ignore)]
    found = [
        each for each in engine.lint(repository, rules, as_of, only=[document.path]) if each.severity is Severity.ERROR
    ]
    yield _runbook(
        repository, document, as_of, [each for each in found if each.path == document.path], Around(issues=issues)
    )


def _title(document: Document) -> str:
    return str(document.front.get("title") or _slug(document))


def _slug(document: Document) -> str:
    """The file's name: an id that is sound is the same, and one that is not must not name a file of the site."""
    return PurePosixPath(document.path).stem


def _errors(repository: Repository, as_of: date, ignore: Collection[str]) -> Mapping[str, list[Finding]]:
    errors = [rule for rule in all_rules() if rule.severity is Severity.ERROR]
    rules = [rule for rule in errors if not any(rule.meant(word) for word in ignore)]
    found: dict[str, list[Finding]] = {}
    for finding in engine.lint(repository, rules, as_of):
        found.setdefault(finding.path, []).append(finding)
    return found


def _summary(repository: Repository, document: Document, as_of: date) -> Iterator[Page]:
    model = repository.model(document)
    if model is not None and model.status in COMPLETE:
        yield Page(
            f"summaries/{_slug(document)}.md", summary.page(repository, model, _slug(document), as_of), document.path
        )


def _runbook(repository: Repository, document: Document, as_of: date, errors: list[Finding], around: Around) -> Page:
    uri, title = f"runbooks/{_slug(document)}.md", _title(document)
    model = repository.model(document)
    refused = any(problem.kind in _UNSAFE for problem in document.problems)
    lost = any(macros.Macros(repository, model).unknown(call) for call in document.body.calls)
    first = errors[0] if errors else None
    broken = f"{first.path}:{first.line}: {first.message}" if first else ""
    if model is not None and not refused and not lost:
        warning = render("broken.html.j2", findings=errors) if errors else ""
        versions = around.history.get(_slug(document), ())
        shown = runbook.page(repository, document, model, as_of, warning, around.address, versions, around.issues)
        return Page(uri, shown, document.path, broken)
    body = render("broken.html.j2", findings=errors)
    broken = broken or f"{document.path}: cannot be shown"
    return Page(uri, f"{front_matter(title=title)}# {markdown(title)}\n\n{body}", document.path, broken)


def _start(repository: Repository, to: str, title: str, intro: str) -> str:
    teams = repository.entries("teams")
    books = []
    for document in repository.of("runbook"):
        if document.front.get("status") == "retired":
            continue
        front = Open(repository.effective(document))
        signals = front.signals if isinstance(front.signals, list) else []
        books.append(
            {
                "href": f"{to}{_slug(document)}/",
                "title": _title(document),
                "severity": str(Open(front.severity).default or "sev?"),
                "summary": str(front.summary or ""),
                "symptoms": [str(each) for each in front.symptoms] if isinstance(front.symptoms, list) else [],
                "words": indexes.searched(repository, front),
                "alerts": [str(each["alert"]) for each in signals if isinstance(each, dict) and "alert" in each],
                "owner": teams.get(str(front.owner), {}).get("title", front.owner),
                "status": front.status,
                "version": front.version,
            }
        )
    body = render("start.html.j2", books=sorted(books, key=lambda book: (str(book["severity"]), str(book["title"]))))
    return f"{front_matter(title=title, description=intro)}# {markdown(title)}\n\n{markdown(intro)}\n\n{body}"
