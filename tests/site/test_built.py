"""``drillbook site build``: a folder for a disk, a site for an audience, and what was opened once without a network."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, expect

from drillbook.cli import commands
from tests.site.conftest import ROOT, serve

pytestmark = pytest.mark.slow
MARK = "PLANTEDMARKER"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["site", "build", *arguments, "--as-of", "2026-11-22"])


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository with a site."""
    top = tmp_path / "repository"
    (top / "docs").mkdir(parents=True)
    (top / "docs" / "note.md").write_text("# Note\n\nNothing.\n", encoding="utf-8")
    shutil.copytree(ROOT / "catalog", top / "catalog")
    (top / "runbooks").mkdir()
    for name in ("fraud-accuracy-drop", "fairness-regression"):
        shutil.copy(ROOT / "runbooks" / f"{name}.md", top / "runbooks")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = config[: config.index("  - Docs:")] + config[config.index("  - Rules:") :]
    (top / "mkdocs.yml").write_text(config, encoding="utf-8")
    monkeypatch.chdir(top)
    return top


@pytest.mark.browser
def test_a_folder_that_opens_from_a_disk(there: Path, chromium: Browser) -> None:
    result = run("out", "--offline")
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(there / "out.zip") as packed:
        names = set(packed.namelist())
        assert packed.testzip() is None
    written = {
        f"out/{each.relative_to(there / 'out').as_posix()}" for each in (there / "out").rglob("*") if each.is_file()
    }
    assert names == written
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((there / "out" / "index.html").as_uri())
    page.get_by_role("searchbox", name="What are you seeing?").fill("declines")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runbooks/fraud-accuracy-drop/index.html")
    page.get_by_role("button", name="Start incident mode").click()
    page.reload()
    expect(page.get_by_role("region", name="Incident")).to_be_visible()
    expect(page.locator("#db-incident")).to_contain_text("This page lies on a disk. Stay in this one tab")
    other = context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        tab.get_by_label("What happened").fill("Seen in the first tab" if tab is page else "Seen in the second")
        tab.get_by_role("button", name="Write down").click()
    for tab in (page, other):
        expect(tab.locator("#db-incident summary", has_text="What happened (3)")).to_be_visible()
    other.close()
    for link in page.locator("article a[href], nav a[href]").all():
        where = link.get_attribute("href") or ""
        if not where.startswith(("http", "#", "mailto")):
            path = (there / "out/runbooks/fraud-accuracy-drop" / where.partition("#")[0].partition("?")[0]).resolve()
            assert path.is_file(), where
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    context.close()


def plant(there: Path) -> None:
    """A restricted runbook whose every text is marked, and a runbook for everybody inside that names it."""
    other = there / "runbooks" / "fairness-regression.md"
    text = other.read_text(encoding="utf-8").replace("fairness-regression", MARK.lower())
    text = re.sub(r"\ntitle: .*", f"\ntitle: {MARK} title # {MARK} comment", text, count=1)
    text = re.sub(r"symptoms:\n  - .*", f"symptoms:\n  - {MARK} symptom", text, count=1)
    text = re.sub(r"alert: \w+", f"alert: {MARK}Alert", text, count=1)
    text = re.sub(r"\n(\s*)title: (?=[A-Z])", rf"\n\1title: {MARK} ", text)
    text = text.replace("governance:\n", "governance:\n  classification: restricted\n", 1)
    text = re.sub(r"changes: \[[^\]]*\]", f"changes: [{MARK} change]", text, count=1)
    (there / "runbooks" / f"{MARK.lower()}.md").write_text(text, encoding="utf-8")
    other.unlink()
    open_to_all = there / "runbooks" / "fraud-accuracy-drop.md"
    named = open_to_all.read_text(encoding="utf-8")
    named = re.sub(r"runbook: [a-z-]+", f"runbook: {MARK.lower()}", named, count=1)
    open_to_all.write_text(
        named.replace("schema: runbook/1", f"schema: runbook/1 # {MARK} comment", 1), encoding="utf-8"
    )
    plant_what_became_of_it(there)


def plant_what_became_of_it(there: Path) -> None:
    """A drill and its record, an incident inside of the restricted runbook, and a restricted incident of the open one."""
    mark = MARK.lower()
    (there / "drills" / "records").mkdir(parents=True)
    drill = (ROOT / "drills" / "fairness-regression-tabletop.md").read_text(encoding="utf-8")
    drill = re.sub(r"\ntitle: .*", f"\ntitle: {MARK} drill", drill.replace("fairness-regression", mark), count=1)
    (there / "drills" / f"{mark}-tabletop.md").write_text(drill, encoding="utf-8")
    for file in (ROOT / "drills" / "records").glob("2026-11-12-*"):
        text = file.read_text(encoding="utf-8").replace("fraud-accuracy-drop", mark)
        (there / "drills" / "records" / file.name.replace("fraud-accuracy-drop", mark)).write_text(
            text, encoding="utf-8"
        )
    for old, new, level in (
        ("2026-11-03-fraud-accuracy-drop", f"2026-11-03-{mark}", "internal"),
        ("2026-11-14-card-velocity-near-miss", f"2026-11-14-{mark}-near", "restricted"),
    ):
        shutil.copytree(ROOT / "incidents" / old, there / "incidents" / new)
        for name in ("incident.md", "timeline.jsonl"):
            text = (there / "incidents" / new / name).read_text(encoding="utf-8").replace(old, new)
            text = text.replace("fraud-accuracy-drop", mark) if level == "internal" else text
            text = re.sub(r"\nclassification: \w+", f"\nclassification: {level}", text)
            text = re.sub(r"\nname: .*", f"\nname: {MARK} incident", text, count=1)
            text = re.sub(r'"text": "', f'"text": "{MARK} ', text) + (
                "" if name.endswith("l") else f"\n{MARK} review\n"
            )
            (there / "incidents" / new / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("audience", ["public", "internal", "confidential"])
def test_nothing_above_the_class_is_anywhere_on_the_site(there: Path, audience: str) -> None:
    plant(there)
    result = run("out", "--audience", audience, "--offline")
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(there / "out.zip") as packed:
        told = [
            name
            for name in packed.namelist()
            if MARK.lower() in name.lower() or MARK.lower().encode() in packed.read(name).lower()
        ]
    assert told == []
    assert (there / "out/runbooks/fraud-accuracy-drop/index.html").is_file() is (audience != "public")


def test_whoever_may_read_all_gets_all(there: Path) -> None:
    plant(there)
    result = run("out", "--audience", "restricted")
    assert result.exit_code == 0, result.output
    text = (there / f"out/runbooks/{MARK.lower()}/index.html").read_text(encoding="utf-8")
    for word in ("title", "symptom", "Alert", "change"):
        assert f"{MARK}{'' if word == 'Alert' else ' '}{word}" in text
    mark = MARK.lower()
    for page in (f"incidents/2026-11-03-{mark}", f"incidents/2026-11-14-{mark}-near", f"drills/{mark}-tabletop"):
        assert MARK in (there / "out" / page / "index.html").read_text(encoding="utf-8")
    assert mark in (there / "out/incidents.json").read_text(encoding="utf-8")
    assert f"{MARK} drill" in (there / "out/drills.ics").read_text(encoding="utf-8").replace("\r\n ", "")


def test_a_folder_of_somebody_else_is_left_alone(there: Path) -> None:
    (there / "out").mkdir()
    (there / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    result = run("out")
    assert result.exit_code == 2
    assert "not empty, and not written by drillbook site build" in result.stderr
    assert (there / "out" / "mine.txt").read_text(encoding="utf-8") == "mine"
    (there / "mkdocs.yml").write_text("site_name: x\n", encoding="utf-8")
    assert "the plugin drillbook is not among its plugins" in run("new").stderr


@pytest.mark.browser
def test_what_was_opened_once_stays_without_a_server(chromium: Browser, built: Path) -> None:
    server, address = serve(built)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{address}/runbooks/fraud-accuracy-drop/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload(wait_until="networkidle")  # now the worker sees what the page asks for
    server.shutdown()
    server.server_close()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fraud scores")
    page.get_by_role("button", name="Start incident mode").click()
    expect(page.get_by_role("region", name="Incident")).to_be_visible()
    context.close()
