"""``drillbook incident open RUNBOOK``: the folder of an incident, or one more runbook in one."""

from __future__ import annotations

from datetime import datetime

import click

from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._types import Moment
from drillbook.cli.incident import _folder
from drillbook.incidents.entries import problem
from drillbook.incidents.opening import Opening, Used, first, opened, report
from drillbook.repository import READERS, Repository
from drillbook.suggest import hint

SEVERITIES = ("sev1", "sev2", "sev3", "sev4")


@click.command("open")
@click.argument("runbook", required=False)
@click.option("--id", "word", metavar="NAME", help="The name behind the day.  [default: the runbook's]")
@click.option("--name", "title", metavar="TEXT", help="What people call it.  [default: the runbook's title]")
@click.option("--severity", type=OneOf("severity", lambda: SEVERITIES), help="[default: the runbook's]")
@click.option("--component", "components", multiple=True, help="What is affected.  [default: the runbook's]")
@click.option("--started", type=Moment(), help="When it began, as far as one knows.")
@click.option("--hazard", is_flag=True, help="A near miss: it could have done harm, and did not.")
@click.option("--incident", metavar="ID", help="Open the runbook in this incident, beside the others.")
@_folder.written
@_folder.clock
def command(
    runbook: str | None,
    word: str | None,
    title: str | None,
    severity: str | None,
    components: tuple[str, ...],
    started: datetime | None,
    hazard: bool,
    incident: str | None,
    at: datetime | None,
    by: str | None,
    now: datetime | None,
) -> None:
    """Begin an incident with RUNBOOK, pinned as it is now. --at is when it was detected.

    Without RUNBOOK, --id, --name, --component and --by say what one would.
    """
    here = _folder.present(now)
    if incident:
        _beside(incident, runbook, by, here)
        return
    root, known = _folder.repository()
    used = _folder.used(root, known, runbook) if runbook else None
    data = used.data if used else {}
    detected = _folder.happened(at, here)
    if started and started > detected:
        stop("--started is later than --at, when it was detected")
    refs = components or tuple(str(each.get("ref")) for each in data.get("components") or () if isinstance(each, dict))
    opening = Opening(
        id=f"{detected:%Y-%m-%d}-{word or (used.pin['id'] if used else '')}",
        name=title or str(data.get("title", "")),
        severity=severity or str((data.get("severity") or {}).get("default", "sev2")),
        classification=classified(data),
        components=refs,
        by=_folder.teams(known, by or str(data.get("owner", ""))),
        detected=detected,
        now=here,
        started=started,
        hazard=hazard,
    )
    lacking = [
        name for name, value in (("--id", used or word), ("--name", opening.name), ("--component", refs)) if not value
    ]
    if lacking:
        stop(f"{', '.join(lacking)} missing: say what it is, or name a runbook")
    begin(root, known, opening, used)


def begin(root: object, known: Repository, opening: Opening, used: Used | None) -> None:
    """Write the folder of a new incident, the timeline first."""
    from pathlib import Path

    from drillbook import append, document, engine
    from drillbook.repository import Repository
    from drillbook.rules import all_rules

    path = f"incidents/{opening.id}/incident.md"
    folder = Path(str(root)) / "incidents" / opening.id
    text, values = report(opening, used), first(opening, used)
    for component in opening.components:
        if (every := known.entries("components")) and component not in every:
            stop(f'component "{component}" is not in catalog/components.yaml, {hint(component, every)}')
    whole = Repository((*known.documents, document.parse(path, "incident", text.encode())), known.paths, known.site)
    wrong = [each for each in engine.lint(whole, all_rules(), opening.now.date(), only=[path]) if each.path == path]
    if why := next((each.message for each in wrong if each.severity.value == "error"), "") or next(
        (why for value in values if (why := problem(value))), ""
    ):
        stop(f"nothing was written, since it would not lint: {why}")
    if (Path(str(root)) / "incidents").is_symlink() or folder.is_symlink():
        stop(f"incidents/{opening.id}: a link, expected a plain folder")
    with _folder.adding(folder / "timeline.jsonl") as log:
        if (folder / "incident.md").exists():
            stop(f"{path}: is there already; --id names another incident, --incident opens a runbook in this one")
        for value in values:
            log.add(value)
        append.create(folder / "incident.md", text)
    click.echo(
        f"Opened {opening.id}, {opening.severity}, detected {opening.detected:%Y-%m-%d %H:%M} UTC, by {opening.by}."
    )
    if used and used.why:
        click.echo(f"No commit is pinned: {used.why}. The fingerprints of the steps are.")
    click.echo('Next: drillbook incident log "what you see"; drillbook incident status')


def _beside(incident: str, runbook: str | None, by: str | None, now: datetime) -> None:
    found = _folder.find(incident)
    if runbook is None:
        stop("--incident opens one more runbook: name it")
    used = _folder.used(found.root, found.repository, runbook)
    team = _folder.teams(found.repository, by or found.team)
    _folder.write(found, [opened(used, team, now)])
    click.echo(f"Opened {used.pin['id']}, version {used.pin['version']}, in {found.id}.")
    if used.why:
        click.echo(f"No commit is pinned: {used.why}. The fingerprints of the steps are.")


def classified(data: object) -> str:
    """Who may read it: as the runbook says; where nobody says it, as few as possible."""
    governance = data.get("governance") if isinstance(data, dict) else None
    word = governance.get("classification") if isinstance(governance, dict) else None
    return word if word in READERS else READERS[-1]
