"""From the restored incident to the closed one, the confirmed fix and the published summary."""

from __future__ import annotations

from pathlib import Path

import pytest

from drillbook.course import course
from tests.cli.test_incident import ID, begin, done, incident, lint, report, timeline
from tests.cli.test_since import change, here

pytestmark = pytest.mark.slow

__all__ = ["here"]
LATER = "2026-11-23T03:00Z"
CLOSING = """\
participants: [sre, data-engineering, ml-governance, product]
cause: {type: data-drift, component: feature-view/card-velocity, fingerprint: backfill-changed-window}
actions:
  - id: contract-test
    do: Block a publish whose window differs
    type: prevent
    owner: data-engineering
    due: 2026-12-09
    backlog: https://tracker.example.com/DATA-1182
    measure: A changed window fails the publish in staging
    status: open
publish: summary
classification: internal
"""
FIXTURES = """\
decision-shift:
  - {at: "2026-11-01T00:00Z", value: 0.001, samples: 900}
auc-pr-drop:
  - {at: "2026-11-01T00:00Z", value: 0.0, samples: 900, labels: {segment: card}}
"""


@pytest.fixture
def restored(here: Path, tmp_path: Path) -> Path:
    begin()
    (tmp_path / "sample.csv").write_text("1,2\n")
    where = ["--item", "scored-sample", "--reference", "s3://evidence/sample.csv"]
    done("evidence", "add", str(tmp_path / "sample.csv"), *where)
    (tmp_path / "flags.txt").write_text("share 0\n")
    done("evidence", "add", str(tmp_path / "flags.txt"))
    done("log", "A backfill | changed [the window](https://x.example)", "--kind", "hypothesis")
    words = ["--option", "Wait", "--choice", "Rules only", "--because", "Losses grow", "--authority", "sre"]
    done("decide", "Wait or route to rules?", *words)
    done("clock", "gdpr-33", "not", "--because", "No data left")
    done("milestone", "started", "--at", "2026-11-22T02:20Z")
    for phase, at in (("contained", "2026-11-22T03:05Z"), ("mitigated", "2026-11-22T06:00Z"), ("restored", LATER)):
        done("milestone", phase, "--at", at, now=LATER)
    return here / "incidents" / ID


def written(restored: Path) -> None:
    """The report as people would write it."""
    done("postmortem", "--write", now=LATER)
    file = restored / "incident.md"
    lines = file.read_text().replace("classification: internal\n", CLOSING).splitlines()
    kept = [
        "Some payments were approved that should not have been." if line.startswith("_Still") else line
        for line in lines
    ]
    file.write_text("\n".join(kept) + "\n")


def test_the_draft_says_what_was_recorded(restored: Path) -> None:
    draft = done("postmortem")
    assert "| contain | 10m | 45m | met |" in draft
    assert "| detect | 35m | 30m | late by 5m |" in draft
    assert "_Supposed:_ A backfill \\| changed \\[the window\\](https:<!-- -->//x.example)" in draft
    assert "**Rules only** (line 6, sre), because Losses grow. Instead of: Wait." in draft
    assert "[flags.txt](evidence/flags.txt)" in draft
    assert "sample.csv, at s3:<!-- -->//evidence/sample.csv" in draft
    assert draft.count("_Still to be written:") == 6
    done("postmortem", "--write")
    assert "holds a report already" in incident("postmortem", "--write").stderr
    assert lint().exit_code == 0, lint().stdout
    assert "The review needs: sre, data-engineering, ml-governance, product." in incident("postmortem").stderr
    assert restored.is_dir()


def test_an_incident_closes_when_nothing_is_missing(restored: Path, here: Path) -> None:
    said = incident("close", now=LATER)
    assert said.exit_code == 1
    for words in (
        "the report is not written",
        '"cause" is not in incident.md',
        "lacks sre, data-engineering",
        '"actions"',
    ):
        assert words in said.stdout
    written(restored)
    change(restored.parent.parent, "owner: data-engineering", "owner: data-engineerin", f"incidents/{ID}/incident.md")
    assert 'team "data-engineerin" is not in catalog/teams.yaml' in incident("close", now=LATER).stdout
    change(
        restored.parent.parent, "owner: data-engineerin\n", "owner: data-engineering\n", f"incidents/{ID}/incident.md"
    )
    before = (restored / "evidence/flags.txt").read_bytes()
    (restored / "evidence/flags.txt").write_text("share 1\n")
    assert "flags.txt was changed" in incident("close", now=LATER).stdout
    (restored / "evidence/flags.txt").write_bytes(before)
    assert f"Closed {ID}" in done("close", now=LATER)
    assert "status: closed" in report(here)
    assert "next_milestone: {what: Confirm that the cause is removed, due: 2026-12-07T03:00:00Z}" in report(here)
    assert timeline(here).entries[-1].value["milestone"] == "closed"
    assert lint().exit_code == 0, lint().stdout


def test_the_cause_counts_as_removed_when_the_signals_stayed_clear(restored: Path, tmp_path: Path, here: Path) -> None:
    record = tmp_path / "record.yaml"
    record.write_text(FIXTURES)
    words = ["confirm-fix", "--env", "prod", "--fixtures", str(record), "--incident", restored.name]
    early = incident(*words, now="2026-11-25T00:00Z")
    assert (early.exit_code, early.stdout.startswith("Not yet: auc-pr-drop, decision-shift stayed clear")) == (
        3,
        True,
    ), early.output
    said = done(*words, now="2026-12-08T00:00Z")
    assert (
        said
        == "The cause counts as removed: auc-pr-drop, decision-shift of fraud-accuracy-drop stayed clear for 14d.\n"
    )
    assert timeline(here).entries[-1].value["text"] == said.strip()
    assert course(timeline(here).entries).confirmed == {"fraud-accuracy-drop": "2026-12-08T00:00:00Z"}
    values = (("2026-12-01T00:00Z", 0.08), ("2026-12-01T02:00Z", 0.0))
    again = "".join(f'  - {{at: "{at}", value: {value}, samples: 900}}\n' for at, value in values) + "auc"
    record.write_text(FIXTURES.replace("auc", again, 1))
    fired = incident(*words, now="2026-12-08T00:00Z")
    assert fired.exit_code == 1, fired.output
    assert "Not confirmed: decision-shift" in fired.stdout
    done("milestone", "reopened", "--incident", restored.name, now="2026-12-09T00:00Z")
    assert course(timeline(here).entries).confirmed == {}, "it is there again, so its cause was not removed"


def test_nothing_is_published_that_nobody_decided_about(restored: Path) -> None:
    written(restored)
    file = restored / "incident.md"
    told = (
        "Anna Schmidt of fraud-ml restarted db7.prod.example.com (10.1.2.3, DATA-1182) for Zoë. Ask anna@example.com."
    )
    file.write_text(file.read_text().replace("Some payments were", f"{told} Some payments were", 1))
    first = incident("publish")
    assert first.exit_code == 1, first.output
    listed = (restored / "publish.yaml").read_text()
    for word in (
        "Anna Schmidt",
        "fraud-ml",
        "db7.prod.example.com",
        "10.1.2.3",
        "DATA-1182",
        "Zoë",
        "anna@example.com",
    ):
        assert f'"{word}"' in listed, word
    again = incident("publish")
    assert (again.exit_code, 'name "Zoë" is undecided' in again.stdout) == (1, True)
    replace = (
        "{Anna Schmidt: an engineer, fraud-ml: the owning team, db7.prod.example.com: a database, 10.1.2.3: its address, "
        "DATA-1182: a ticket, Zoë: a colleague, anna@example.com: the owning team}"
    )
    keep = sorted({line[4:].strip('"\n') for line in listed.splitlines() if line.startswith("  - ")})
    keep = [word for word in keep if word not in replace]
    text = f"reviewed_by: ml-governance\nreplace: {replace}\nkeep: {keep}\nforbid: [Schmidt, ticket]\nundecided: []\n"
    (restored / "publish.yaml").write_text(text)
    planted = incident("publish")
    assert (planted.exit_code, '"ticket" must not be there' in planted.stdout) == (1, True), planted.stdout
    (restored / "publish.yaml").write_text(text.replace(", ticket]", "]"))
    assert "reviewed by ml-governance" in done("publish")
    public = (restored / "public.md").read_text()
    for word in ("Anna", "Schmidt", "fraud-ml", "db7", "10.1.2.3", "DATA-1182", "Zoë", "anna@"):
        assert word not in public, word
    assert "an engineer of the owning team restarted a database" in public
    (restored / "publish.yaml").write_text(text.replace("ml-governance", "nobody").replace(", ticket]", "]"))
    assert "names no team" in incident("publish").stdout
    (restored / "publish.yaml").write_text("replace: [x]\n")
    assert incident("publish").exit_code == 2
