"""``drillbook init``, ``new`` and ``site stage``: what they write lints and builds, and nothing that was there is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook.cli import commands
from tests.site.conftest import build

DAY = "--as-of=2026-11-22"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(each) for each in arguments])


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    result = run("init", DAY)
    assert result.exit_code == 0, result.output
    return tmp_path


def test_a_new_repository_lints(begun: Path) -> None:
    for name in ("catalog/teams.yaml", "runbooks/scores-shifted.md", "drills/scores-shifted-tabletop.md", "mkdocs.yml"):
        assert (begun / name).is_file()
    assert (begun / ".github/workflows/runbooks.yml").is_file()
    assert "*.jsonl -text" in (begun / ".gitattributes").read_text()
    result = run("lint", "--strict", DAY)
    assert (result.exit_code, result.stdout) == (0, "Nothing found in 8 files.\n")


@pytest.mark.slow
def test_a_new_repository_builds(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("site")
    done = build(begun / "mkdocs.yml", target)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (target / "runbooks/scores-shifted/index.html").is_file()
    assert (target / "teams/ml-team/index.html").is_file()


def test_what_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog/teams.yaml").write_text("mine")
    result = run("init", DAY)
    assert result.exit_code == 0
    assert "kept   catalog/teams.yaml, which is there already" in result.stdout
    assert (tmp_path / "catalog/teams.yaml").read_text() == "mine"
    assert not list(tmp_path.rglob(".teams.yaml.*")), "no temporary file stays behind"


def test_a_new_runbook_lints_whatever_its_title(begun: Path) -> None:
    title = 'Scores: "late" \\ & {# odd #} [[[ x ]]]'
    result = run("new", "runbook", "late-scores", "--title", title, "--summary", "- no: 1", "--owner", "sre", DAY)
    assert result.exit_code == 0, result.output
    assert run("lint", "--strict", DAY).exit_code == 0
    again = run("new", "runbook", "late-scores", "--title", "x", "--summary", "x", "--owner", "sre", DAY)
    assert again.exit_code == 2
    assert title.replace('"', '\\"').replace("\\ &", "\\\\ &") in (begun / "runbooks/late-scores.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["late-scores", "--title=x", "--summary=x", "--owner=sr"], 'did you mean "sre"'),
        (["../late", "--title=x", "--summary=x", "--owner=sre"], "a name in kebab case"),
        (["Late", "--title=x", "--summary=x", "--owner=sre"], "a name in kebab case"),
        (["late", "--title=", "--summary=x", "--owner=sre"], "at least 1 character"),
        (["late", "--title=x", "--owner=sre"], "--summary is missing"),
    ],
)
def test_what_would_not_lint_is_not_written(begun: Path, arguments: list[str], sentence: str) -> None:
    before = sorted(begun.rglob("*"))
    result = run("new", "runbook", *arguments, DAY)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert sorted(begun.rglob("*")) == before


@pytest.mark.slow
def test_a_staged_site_is_plain_markdown(begun: Path) -> None:
    result = run("site", "stage", "out", DAY)
    assert result.exit_code == 0, result.output
    page = (begun / "out/docs/runbooks/scores-shifted.md").read_text()
    assert "[[[" not in page
    assert "below 0&#46;2 or above 0&#46;4 for 30m" in page
    config = (begun / "out/mkdocs.yml").read_text()
    assert "macros" not in config
    (begun / "docs/start.md").write_text("# Start\n\n[[[ config ]]]\n")
    result = run("site", "stage", "out", DAY)
    assert (result.exit_code, "docs/start.md:3: " in result.stderr) == (2, True)
    (begun / "docs/start.md").write_text('# Start\n\n[[[ team("nobody") ]]]\n')
    result = run("site", "stage", "out", DAY)
    assert (result.exit_code, 'docs/start.md:3: "nobody" is not' in result.stderr) == (2, True)
    (begun / "docs/start.md").write_text("---\nrender_macros: false\n---\n# Start\n\n[[[ config ]]]\n")
    result = run("site", "stage", "out", DAY)
    assert (result.exit_code, "[[[ config ]]]" in (begun / "out/docs/start.md").read_text()) == (0, True)
    (begun / "full").mkdir()
    (begun / "full/x").write_text("mine")
    result = run("site", "stage", "full", DAY)
    assert (result.exit_code, "not empty" in result.stderr) == (2, True)


def test_a_site_that_is_there_is_told_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mkdocs.yml").write_text("site_name: Ours\n")
    (tmp_path / "pyproject.toml").write_text('[tool.drillbook]\nexclude = ["runbooks/old"]\n')
    result = run("init", DAY)
    assert result.exit_code == 0
    assert (tmp_path / "mkdocs.yml").read_text() == "site_name: Ours\n"
    assert not (tmp_path / "drillbook.toml").exists()
    for words in (
        "  - drillbook:",
        "modules: [drillbook.site.macros]",
        "  - attr_list",
        "[tool.drillbook] in pyproject.toml",
    ):
        assert words in result.stdout


def test_a_gap_passes_in_a_draft_and_fails_before_it_is_active(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    begun = CliRunner()
    assert begun.invoke(commands, ["init", "--as-of=2026-11-22"]).exit_code == 0
    words = ["--title=Scores arrive late", "--summary=Payments wait for a score.", "--owner=sre", "--as-of=2026-11-22"]
    assert begun.invoke(commands, ["new", "runbook", "late-scores", *words]).exit_code == 0
    assert begun.invoke(commands, ["lint", "--strict", "--as-of=2026-11-22", "runbooks/late-scores.md"]).exit_code == 0
    asked = begun.invoke(
        commands,
        ["lint", "--status=active", "--as-of=2026-11-22", "runbooks/late-scores.md", "--select=unfinished-text"],
    )
    assert asked.exit_code == 1
    assert '"TODO" is a gap, expected the words that belong here' in asked.stdout
