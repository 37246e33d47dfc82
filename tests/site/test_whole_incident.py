"""One incident from the alert to the page that tells of it: real git, a real ssh key, a real Chromium, the hours in between."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from tests.cli.test_since import ROOT, commit, git
from tests.site.conftest import Visit, serve, watch

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOOK = "fraud-accuracy-drop"
ID = f"2026-11-22-{BOOK}"
NIGHT = datetime(2026, 11, 22, 2, 56, tzinfo=UTC)
CLEAR = """\
decision-shift:
  - {at: "2026-11-01T00:00Z", value: 0.001, samples: 900}
auc-pr-drop:
  - {at: "2026-11-01T00:00Z", value: 0.0, samples: 900, labels: {segment: card}}
"""
FRONT = """\
participants: [sre, data-engineering, ml-governance, product]
found_by: signal
cause: {type: data-drift, component: feature-view/card-velocity, fingerprint: backfill-changed-window}
actions:
  - id: window-from-contract
    do: Take the window of every backfill from the contract
    type: prevent
    owner: data-engineering
    due: 2026-12-09
    backlog: https://tracker.example.com/DATA-1290
    measure: A backfill with a window of its own fails in staging
    outcome: {metric: detect, from: 35m, to: 10m}
    status: open
publish: summary
"""


@dataclass(frozen=True)
class Desk:
    """Where somebody types: a clone of the repository, and the key of whoever seals."""

    folder: Path
    key: Path

    @property
    def incident(self) -> Path:
        return self.folder / "incidents" / ID

    def types(self, now: str, *words: str, status: int = 0) -> str:
        """``drillbook ...`` at a time; what it prints. No traceback, whatever the exit status."""
        environment = {**os.environ, "DRILLBOOK_NOW": now, "DRILLBOOK_TEAM": "fraud-ml"}
        command = [sys.executable, "-m", "drillbook", *words]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (status, False), f"{words}\n{done.stdout}{done.stderr}"
        return done.stdout

    def at(self, now: str, *words: str, status: int = 0) -> str:
        return self.types(now, "incident", *words, status=status)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The repository as a clone: who may sign stands in a branch of origin that nobody writes here."""
    origin, key = tmp_path / "origin", tmp_path / "keys" / "id_ed25519"
    key.parent.mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    origin.mkdir()
    git(origin, "init", "-q", "-b", "main")
    for name in ("catalog", "runbooks", "drills", "incidents", "docs"):
        shutil.copytree(ROOT / name, origin / name)
    shutil.copy(ROOT / "mkdocs.yml", origin)
    (origin / ".drillbook").mkdir()
    (origin / ".drillbook/allowed_signers").write_text(f"sre@example.com {key.with_suffix('.pub').read_text()}")
    commit(origin)
    git(tmp_path, "clone", "-q", str(origin), str(tmp_path / "work"))
    return Desk(tmp_path / "work", key)


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[Visit]:
    """A phone in Berlin, woken at four minutes to four."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, timezone_id="Europe/Berlin", locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    found = Visit(context.new_page())
    watch(context, found, address)
    found.page.clock.install(time=NIGHT - timedelta(minutes=1))
    found.page.clock.pause_at(NIGHT)
    yield found
    context.close()


def led(desk: Desk, address: str) -> str:
    """Where the alert leads to."""
    desk.types("2026-11-21T12:00Z", "export", "alerts", "--env", "prod", "--to", "alerts", "--site", address)
    rules = yaml.safe_load((desk.folder / "alerts" / f"{BOOK}.rules.yaml").read_text(encoding="utf-8"))
    shutil.rmtree(desk.folder / "alerts")
    every = [rule for group in rules["groups"] for rule in group["rules"]]
    (url,) = [rule["annotations"]["runbook_url"] for rule in every if rule.get("alert") == "FraudDecisionShift"]
    return str(url)


def browsed(page: Page, url: str, target: Path) -> dict[str, Any]:
    """The first minutes, in the incident mode of the page; what it exports."""
    page.goto(url)
    expect(page.locator(url[url.index("#") :])).to_be_in_viewport()
    page.get_by_label(re.compile("evidence", re.IGNORECASE)).first.fill("inc/0042")
    page.get_by_role("button", name="Start incident mode").click()
    expect(page.locator("#db-incident")).to_contain_text(f"Incident {ID}")
    asked = page.locator("[data-step=ours-or-the-world]")
    asked.get_by_placeholder("Because").fill("The shadow of the last model stands still")
    asked.locator(".db-doing .md-button--primary").first.click()
    page.clock.run_for("02:00")
    kept = page.locator("[data-step=export-evidence]")
    kept.get_by_role("button", name="Copy").click()
    assert "inc/0042/scored-sample.parquet" in page.evaluate("navigator.clipboard.readText()")
    kept.get_by_role("button", name="Done").click()
    page.get_by_label("What happened").fill("Declines are 0.061 above their usual share")
    page.get_by_role("button", name="Write down").click()
    with page.expect_download() as found:
        page.get_by_role("button", name="Export as JSON").click()
    found.value.save_as(target)
    read: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return read


def test_from_the_alert_to_the_page_that_tells_of_it(
    desk: Desk, phone: Visit, chromium: Browser, address: str, tmp_path: Path
) -> None:
    export = tmp_path / "log.json"
    log = browsed(phone.page, led(desk, address), export)
    assert (phone.elsewhere, phone.complaints) == ([], [])

    during(desk, export, len(log["entries"]))
    evidence_is_kept(desk, tmp_path)
    sealed_and_proven(desk)
    reviewed_and_closed(desk, tmp_path)
    told_outside(desk)
    lines = (desk.incident / "timeline.jsonl").read_text(encoding="utf-8").splitlines()
    assert [each for each in log["entries"] if each["text"] not in {json.loads(line)["text"] for line in lines}] == []
    shown(desk, chromium, tmp_path / "site")


def during(desk: Desk, export: Path, count: int) -> None:
    assert "Opened" in desk.at("2026-11-22T02:56Z", "open", BOOK, "--at", "2026-11-22T02:55Z")
    assert f"Added {count} of {count} entries to {ID}." in desk.at("2026-11-22T03:00Z", "import", str(export))
    assert "Nothing to add" in desk.at("2026-11-22T03:00Z", "import", str(export))
    desk.at("2026-11-22T03:01Z", "log", "A backfill changed the window", "--kind", "hypothesis")
    desk.at("2026-11-22T03:02Z", "log", "The cause is known")
    lines = (desk.incident / "timeline.jsonl").read_bytes().splitlines()
    said = desk.at("2026-11-22T03:04Z", "correct", str(len(lines)), "It is supposed, and not known")
    assert "correction" in said
    choice = ["--option", "Wait", "--choice", "Rules only", "--because", "Losses grow by the minute"]
    desk.at("2026-11-22T03:05Z", "decide", "Wait, or route to rules only?", *choice, "--authority", "sre")
    desk.at("2026-11-22T03:06Z", "log", "Model share is 0", "--step", "rules-only")
    desk.at("2026-11-22T03:10Z", "milestone", "contained", "--at", "2026-11-22T03:07Z")
    desk.at("2026-11-22T03:12Z", "clock", "gdpr-33", "not", "--because", "Personal data stayed confidential")
    said = desk.at("2026-11-22T03:15Z", "status")
    for words in ("Status: contained, since 2026-11-22 03:07 UTC", "Affected: model/fraud-scorer", "To tell: product"):
        assert words in said
    assert "**Status:**" in desk.at("2026-11-22T03:15Z", "status", "--format", "markdown")
    assert "--by sre" in desk.at("2026-11-22T03:30Z", "handover", "sre", "Rules only since 03:06, the sample is kept.")


def evidence_is_kept(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "flags.txt").write_text("fraud.model_share 0\n")
    (tmp_path / "sample.parquet").write_bytes(b"PAR1")
    kept = ["evidence", "add", str(tmp_path / "flags.txt"), "--command", "flagctl list --env prod", "--item"]
    desk.at("2026-11-22T03:40Z", *kept, "configuration", "--component", "model/fraud-scorer", "--key", str(desk.key))
    sample = ["evidence", "add", str(tmp_path / "sample.parquet"), "--item", "scored-sample"]
    desk.at("2026-11-22T03:41Z", *sample, "--reference", "s3://evidence/sample.parquet", "--hold")
    move = ["--to", "ml-governance", "--because", "They keep it"]
    desk.at("2026-11-22T04:00Z", "evidence", "transfer", "flags.txt", *move)
    custody = [json.loads(line) for line in (desk.incident / "custody.jsonl").read_text().splitlines()]
    assert [(each["kind"], each["name"]) for each in custody] == [
        ("collected", "flags.txt"),
        ("collected", "sample.parquet"),
        ("transferred", "flags.txt"),
    ]
    sums = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    done = subprocess.run(sums, cwd=desk.incident / "evidence", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "flags.txt: OK\n")


def sealed_and_proven(desk: Desk) -> None:
    desk.at("2026-11-22T04:10Z", "seal", "--key", str(desk.key))
    said = desk.at("2026-11-22T04:11Z", "verify")
    assert "seal 1: " in said
    assert "not sealed" not in said
    assert said.endswith(f"{ID} verifies.\n")
    file = desk.incident / "timeline.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"Rules only", b"Wait a bit", 1))
    wrong = desk.at("2026-11-22T04:12Z", "verify", status=1)
    assert re.search(r"timeline\.jsonl:\d+: ", wrong), wrong
    file.write_bytes(whole)


def reviewed_and_closed(desk: Desk, tmp_path: Path) -> None:
    desk.at("2026-11-22T06:00Z", "milestone", "started", "--at", "2026-11-22T02:20Z")
    desk.at("2026-11-22T06:00Z", "milestone", "mitigated", "--at", "2026-11-22T04:30Z")
    desk.at("2026-11-22T09:00Z", "milestone", "restored", "--at", "2026-11-22T08:55Z")
    draft = desk.at("2026-11-24T09:00Z", "postmortem")
    for row in (
        "| detect | 35m | 30m | late by 5m |",
        "| contain | 12m | 45m | met |",
        "_Supposed:_ A backfill changed the window",
        "[flags.txt](evidence/flags.txt)",
    ):
        assert row in draft
    desk.at("2026-11-24T09:00Z", "postmortem", "--write")
    refused = desk.at("2026-11-24T09:30Z", "close", status=1)
    for words in ("still to be written", '"cause" is not in incident.md', '"actions"', "lacks sre"):
        assert words in refused
    report = desk.incident / "incident.md"
    text = report.read_text(encoding="utf-8").replace("classification:", f"{FRONT}classification:", 1)
    written = ["It was short." if line.startswith("_Still") else line for line in text.splitlines()]
    report.write_text("\n".join(written) + "\n", encoding="utf-8")
    assert f"Closed {ID}" in desk.at("2026-11-24T10:00Z", "close")
    (tmp_path / "record.yaml").write_text(CLEAR)
    fix = ["confirm-fix", "--incident", ID, "--env", "prod", "--fixtures", str(tmp_path / "record.yaml")]
    assert "Not yet" in desk.at("2026-11-25T00:00Z", *fix, status=3)
    said = desk.at("2026-12-07T00:00Z", *fix)
    assert said == f"The cause counts as removed: auc-pr-drop, decision-shift of {BOOK} stayed clear for 14d.\n"
    desk.at("2026-12-07T00:10Z", "seal", "--incident", ID, "--key", str(desk.key))
    assert "seal 2: " in desk.at("2026-12-07T00:11Z", "verify", "--incident", ID)


def told_outside(desk: Desk) -> None:
    publish = ["publish", "--incident", ID]
    desk.at("2026-12-07T09:00Z", *publish, status=1)
    file = desk.incident / "publish.yaml"
    assert "is not published" in desk.at("2026-12-07T09:01Z", *publish, status=1)
    decided = yaml.safe_load(file.read_text(encoding="utf-8"))
    names = {word: f"part {number}" for number, word in enumerate(decided["undecided"], start=1)}
    assert names, "a report that names nothing proves nothing"
    told = {"reviewed_by": "ml-governance", "replace": names, "keep": [], "forbid": ["fraud-ml"], "undecided": []}
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    assert "reviewed by ml-governance" in desk.at("2026-12-07T10:00Z", *publish)
    public = (desk.incident / "public.md").read_text(encoding="utf-8")
    for word in ("fraud-ml", "card-velocity", "2026-11-22", "flags.txt", "tracker.example.com"):
        assert word not in public, word
    desk.types("2026-12-07T10:01Z", "lint", "--as-of", "2026-12-07", "incidents")
    commit(desk.folder)


def shown(desk: Desk, chromium: Browser, site: Path) -> None:
    """The site a fortnight later, on a desktop: the incident's page, and what all of them say together."""
    desk.types("2026-12-07T10:02Z", "site", "build", str(site), "--as-of", "2026-12-07")
    server, address = serve(site)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context.new_page())
    watch(context, visit, address)
    page = visit.page
    try:
        page.goto(f"{address}/incidents/{ID}/")
        main = page.get_by_role("main")
        expect(main).to_contain_text("its chain of hashes holds")
        expect(main).to_contain_text("backfill changed window, in")
        picture = page.locator("svg[role=img]", has=page.locator("circle, rect")).last
        expect(picture).to_be_visible()
        drawn = picture.get_attribute("aria-label") or ""
        assert drawn.startswith("The course of Fraud scores no longer match confirmed fraud"), drawn
        for lane in ("Milestones", "Facts", "Hypotheses", "Decisions", "Actions"):
            expect(picture).to_contain_text(lane)
        rows = [" ".join(row.split()) for row in page.locator("h2#times + div tbody tr").all_inner_texts()]
        assert rows == [
            "detect 35m missed 30m",
            "contain 12m 45m",
            "mitigate 1h35m 4h",
            "restore 6h 1d",
        ]
        page.get_by_text("Every entry of the timeline").click()
        every = page.get_by_role("group").get_by_role("cell", name="Declines are 0.061 above their usual share")
        expect(every).to_be_visible()
        facts = page.get_by_role("definition").filter(has_text="closed")
        expect(facts).to_contain_text("the cause counts as removed since 2026-12-07 00:00:00 UTC")
        expect(main.locator("s")).to_have_text("The cause is known")
        expect(page.locator("#line-1")).to_contain_text("Opened")

        page.goto(f"{address}/incidents/")
        detect = page.locator("h2#times + div tbody tr").first
        expect(detect).to_contain_text("35m")
        expect(page.locator("h2#recurrences + ul")).to_contain_text("backfill changed window: 4 times")
        figures = page.request.get(f"{address}/incidents.csv").text()
        assert f"{ID},{BOOK},detect,2100,1800,yes" in figures.splitlines()
        page.goto(f"{address}/runbooks/{BOOK}/")
        expect(page.locator("[data-step=rules-only]")).to_contain_text("tried 2026-11-22")
        assert (visit.elsewhere, visit.complaints) == ([], [])
    finally:
        context.close()
        server.shutdown()
