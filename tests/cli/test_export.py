"""``drillbook export alerts``: the files it writes, and what it says when they no longer are what their runbooks say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook.cli import commands

ROOT = Path(__file__).parent.parent.parent


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, ["export", "alerts", *(str(each) for each in arguments)])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "runbooks").mkdir()
    shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
    shutil.copy(ROOT / "runbooks/fraud-accuracy-drop.md", tmp_path / "runbooks")
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nsite_url: https://books.example.com/  # ours\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_rules_and_tests(here: Path) -> None:
    result = run("--env", "prod")
    assert result.exit_code == 0, result.output
    folder = here / "alerts/prod"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["fraud-accuracy-drop.rules.yaml", "fraud-accuracy-drop.tests.yaml"]
    text = (folder / names[0]).read_text()
    assert (
        "runbook_url: https://books.example.com/runbooks/fraud-accuracy-drop/?environment=prod&version=2.1.1#step-which-feature"
        in text
    )
    assert text.startswith("# Made by `drillbook export alerts --env prod` from runbooks/fraud-accuracy-drop.md ")


def test_without_the_address_of_a_site_it_says_that_alerts_lead_nowhere(here: Path) -> None:
    config = here / "mkdocs.yml"
    config.write_text("site_name: Books\n")
    result = run("--env", "prod")
    assert result.exit_code == 0
    assert "The alerts lead to no page: set site_url in mkdocs.yml, or give --site." in result.stderr
    assert "runbook_url" not in (here / "alerts/prod/fraud-accuracy-drop.rules.yaml").read_text()


def test_check_tells_what_differs_and_writes_nothing(here: Path) -> None:
    run("--env", "prod")
    rules = here / "alerts/prod/fraud-accuracy-drop.rules.yaml"
    assert run("--env", "prod", "--check").exit_code == 0
    runbook = here / "runbooks/fraud-accuracy-drop.md"
    runbook.write_text(runbook.read_text().replace("value: -0.03,", "value: -0.05,"))
    before = rules.read_text()
    result = run("--env", "prod", "--check")
    assert result.exit_code == 1
    assert "fraud-accuracy-drop.rules.yaml: differs from what its runbook says now" in result.stdout
    assert "drillbook export alerts --env prod" in result.stderr
    assert rules.read_text() == before
    assert run("--env", "prod").exit_code == 0
    assert "< -0.05" in rules.read_text()


def test_what_no_runbook_exports_any_more_goes_and_what_is_not_ours_stays(here: Path) -> None:
    run("--env", "prod")
    folder = here / "alerts/prod"
    (folder / "mine.rules.yaml").write_text("groups: []\n")
    (folder / "fraud-accuracy-drop.rules.yaml").rename(folder / "gone.rules.yaml")
    result = run("--env", "prod", "--check")
    assert "gone.rules.yaml: belongs to no alert" in result.stdout
    assert "fraud-accuracy-drop.rules.yaml: is missing" in result.stdout
    run("--env", "prod")
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["fraud-accuracy-drop.rules.yaml", "fraud-accuracy-drop.tests.yaml", "mine.rules.yaml"]


def test_a_file_of_somebody_else_is_not_overwritten(here: Path) -> None:
    (here / "alerts/prod").mkdir(parents=True)
    (here / "alerts/prod/fraud-accuracy-drop.rules.yaml").write_text("groups: []\n")
    result = run("--env", "prod")
    assert result.exit_code == 2
    assert "was not written by drillbook export alerts" in result.stderr


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--env", "prdo"], 'there is no environment "prdo" in catalog/environments.yaml, did you mean "prod"'),
        (["--env", "prod-assistant"], 'no active runbook exports an alert in "prod-assistant"'),
        ([], "Missing option '--env'"),
    ],
)
def test_a_call_that_cannot_be_done_says_why(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_broken_runbook_stops_the_export(here: Path) -> None:
    """Half of the alerts would look like all of them."""
    runbook = here / "runbooks/fraud-accuracy-drop.md"
    runbook.write_text(runbook.read_text().replace("op: outside", "op: outsid"))
    result = run("--env", "prod")
    assert result.exit_code == 2
    assert "runbooks/fraud-accuracy-drop.md: breaks the contract, so nothing is exported" in result.stderr


def test_an_old_server_gets_nothing(here: Path) -> None:
    catalog = here / "catalog/environments.yaml"
    catalog.write_text(catalog.read_text().replace("interval: 1m}", 'interval: 1m, version: "2.41.0"}'))
    result = run("--env", "prod")
    assert result.exit_code == 2
    assert "Prometheus 2.41.0 knows no keep_firing_for" in result.stderr
    assert not (here / "alerts").exists()
