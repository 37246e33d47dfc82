"""Repository -> what tools and agents read: runbooks.json, llms.txt, and each runbook as it is written. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from drillbook import __version__
from drillbook.document import Document
from drillbook.repository import Repository
from drillbook.site.indexes import Book

LIST, GUIDE = "runbooks.json", "llms.txt"


def source(book: Book) -> str:
    """The address of a runbook as plain Markdown."""
    return f"runbooks/{book.slug}.txt"


def files(repository: Repository, found: list[Book]) -> Iterator[tuple[str, str]]:
    """The address and the text of each file."""
    documents = {each.path.rpartition("/")[2].removesuffix(".md"): each for each in repository.of("runbook")}
    yield LIST, _listed(found, repository.limited)
    yield GUIDE, _guide(found, repository.limited)
    for book in found if not repository.limited else ():
        yield source(book), _plain(documents[book.slug])


def _plain(document: Document) -> str:
    return document.text.replace("\r\n", "\n")


def _listed(found: list[Book], limited: bool) -> str:
    """Every runbook with what one would choose it by; ``schema`` grows when a key changes its meaning."""
    runbooks = [
        {
            "id": book.slug,
            "title": book.title,
            "summary": book.summary,
            "status": str(book.data.status),
            "version": str(book.data.version),
            "severity": book.keys("severity")[0],
            "owner": str(book.data.owner),
            "alerts": book.keys("alert"),
            "symptoms": book.keys("symptom"),
            "components": book.keys("component"),
            "incident_types": [str(each) for each in book.data.incident_types or []],
            "page": f"runbooks/{book.slug}/",
            **({} if limited else {"source": source(book)}),
        }
        for book in found
    ]
    whole = {"schema": "runbooks/1", "drillbook": __version__, "runbooks": runbooks}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _guide(found: list[Book], limited: bool) -> str:
    to = {book.slug: f"runbooks/{book.slug}/" if limited else source(book) for book in found}
    lines = [
        "# Runbooks",
        "",
        "> What a team does when a machine-learning system fails: from detection to the postmortem. People run the steps.",
        "",
        "Each file is Markdown with YAML front matter: signals with thresholds, the rollback criteria, and fenced step blocks.",
        "Commands use ${inputs} that a person fills in. A step says who approves it; nothing here is an approval.",
        "",
        "## Runbooks",
        "",
        *(f"- [{_line(book.title)}]({to[book.slug]}): {_line(book.summary)}" for book in found),
        "",
        "## Lists",
        "",
        f"- [Every runbook as JSON]({LIST}): alerts, symptoms, components, version and owner",
    ]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """A text that stays a text in a Markdown list."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>" else char for char in " ".join(text.split()))
