"""Runbooks, drills and the teams of the catalog -> lines of CODEOWNERS, and a file with them among its other lines. Pure.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
https://docs.gitlab.com/user/project/codeowners/reference/
On both the last line that matches a file counts, on GitLab in each section by itself. So the lines stand at the end of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from drillbook.document import Document
from drillbook.repository import Repository

PLACES = {
    "github": (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    "gitlab": ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
}
"""Where each looks for the file; the first that is there counts."""
DEFAULT = {"github": ".github/CODEOWNERS", "gitlab": ".gitlab/CODEOWNERS"}
BEGIN = "# Made by `drillbook export codeowners`: change the runbooks and the catalog, not these lines."
END = "# End of what drillbook export codeowners made."
_FEW = ("confidential", "restricted")
_GUARDS = "security"
"""The function whose teams look at every change of what only few may read."""
_SECTIONS = ("Runbook owners", "Runbook reviewers")
_REFUSED = re.compile(r"[*?\[\]!#\\\x00-\x1f\x7f]")
_SPACE = re.compile(r"([ \t])")


class NoOwners(Exception):
    """Why no lines can be made, in one sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """Who owns a file and who reviews it besides: handles; ``path`` begins at the top of the git repository."""

    path: str
    owners: tuple[str, ...]
    reviewers: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """The path as a pattern that matches this file and no other."""
        return "/" + _SPACE.sub(r"\\\1", self.path)


def lines(repository: Repository, host: str, within: str = "") -> tuple[Line, ...]:
    """A line for each runbook and drill, by path. Raises NoOwners where a team has no handle, or a path cannot be written."""
    missing: dict[str, None] = {}
    teams = repository.sound("teams")  # a handle that breaks its form could be a line of its own

    def handles(names: Iterable[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in names:
            given = teams.get(name, {}).get("handles")
            handle = given.get(host) if isinstance(given, dict) else None
            (found if isinstance(handle, str) else missing)[handle if isinstance(handle, str) else name] = None
        return tuple(found)

    made = []
    for each in sorted((*repository.of("runbook"), *repository.of("drill")), key=lambda each: each.path):
        if not each.card.owner:
            continue
        if _REFUSED.search(each.path):
            raise NoOwners(f"{each.path}: no line of CODEOWNERS can name this path; rename the file")
        owning, reviewing = _teams(each, repository)
        owners = handles(owning)
        made.append(Line(within + each.path, owners, tuple(x for x in handles(reviewing) if x not in owners)))
    if missing:
        names = ", ".join(missing)
        raise NoOwners(
            f"catalog/teams.yaml: no handles: {{{host}: ...}} for {names}, so nobody could be asked for a review"
        )
    if not made:
        raise NoOwners("no runbook and no drill has an owner")
    return tuple(made)


def _teams(document: Document, repository: Repository) -> tuple[list[str], list[str]]:
    """The teams that own a document, and those that review it besides."""
    said = repository.effective(document).get("owners") if document.kind == "runbook" else None
    owners = said if isinstance(said, dict) else {}
    deputy, reviewers = owners.get("deputy"), owners.get("reviewers")
    owning = [document.card.owner, *([deputy] if isinstance(deputy, str) else [])]
    reviewing = [each for each in reviewers if isinstance(each, str)] if isinstance(reviewers, list) else []
    if repository.classification(document) in _FEW:
        reviewing += [
            name for name, team in repository.entries("teams").items() if _GUARDS in (team.get("functions") or ())
        ]
    return owning, reviewing


def block(made: Sequence[Line], host: str) -> str:
    """The lines as one block; on GitLab in two sections, so that an owner and a reviewer have to approve."""
    if host == "github":
        body = [" ".join((each.pattern, *each.owners, *each.reviewers)) for each in made]
    else:
        body = [f"[{_SECTIONS[0]}]", *(" ".join((each.pattern, *each.owners)) for each in made)]
        reviewed = [" ".join((each.pattern, *each.reviewers)) for each in made if each.reviewers]
        body += ["", f"[{_SECTIONS[1]}]", *reviewed] if reviewed else []
    return "\n".join([BEGIN, *body, END, ""])


def merged(text: str, ours: str) -> str:
    """A file with the block at its end, and every other line as it was. Raises NoOwners where its marks are broken."""
    before, _, after = _around(text)
    others = before + after
    line = "\r\n" if "\r\n" in text else "\n"
    kept = others.rstrip("\r\n") + line * 2 if others.strip() else ""
    return kept + ours.replace("\n", line)


def _around(text: str) -> tuple[str, str, str]:
    """What stands before the block, the block, and what stands after it."""
    kept = text.splitlines(keepends=True)
    begins = [index for index, line in enumerate(kept) if line.rstrip("\r\n") == BEGIN]
    ends = [index for index, line in enumerate(kept) if line.rstrip("\r\n") == END]
    if not begins and not ends:
        return text, "", ""
    if len(begins) != 1 or len(ends) != 1 or begins > ends:
        raise NoOwners(
            "the marks around the lines of drillbook are broken; delete those lines, and it writes them anew"
        )
    first, last = begins[0], ends[0] + 1
    return "".join(kept[:first]), "".join(kept[first:last]), "".join(kept[last:])


def drift(text: str, ours: str) -> Iterator[str]:
    """How a file differs from what it should be, a sentence each; nothing where it does not."""
    _, written, after = _around(text)
    if not written:
        yield "the lines of drillbook are missing"
        return
    was, now = _entries(written), _entries(ours)
    for key in now:
        if key not in was:
            yield f"{key[1]} is missing"
        elif was[key] != now[key]:
            yield f"{key[1]} is owned by {' '.join(was[key]) or 'nobody'}, expected {' '.join(now[key])}"
    for key in was.keys() - now.keys():
        yield f"{key[1]} is no runbook and no drill any more"
    if after.strip():
        yield "lines stand behind those of drillbook, and the last that matches counts; they belong before them"
    elif was == now and text != merged(text, ours):
        yield "the lines of drillbook are in another order or form"


def _entries(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """The owners of each pattern, by section."""
    found, section = {}, ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line
        elif line.startswith("/"):
            pattern, *owners = re.split(r"(?<!\\)\s+", line.strip())
            found[section, pattern] = tuple(owners)
    return found
