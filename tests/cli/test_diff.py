"""``drillbook diff``: what a change means, in words that a reviewer can check against the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook import meaning
from drillbook.cli import commands
from tests.cli.test_since import NAME, change, commit, here  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow


def diff(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["diff", *arguments])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "value: [-0.04, 0.04]",
            "value: [-0.05, 0.05]",
            ["major  decision-shift fires below −0.05 or above 0.05, was below −0.04 or above 0.04"],
        ),
        ("decide: {by: incident_commander, within: 15m}", "decide: {by: incident_commander, within: 30m}",
         ["major  the time to decide on the rollback is 30m, was 15m"]),
        ("leads_to: which-feature\n    dashboard", "leads_to: ours-or-the-world\n    dashboard",
         ["minor  auc-pr-drop leads to ours-or-the-world, was which-feature"]),
        ("The fraud model blocks good payments", "The fraud model refuses good payments", [
                ("patch  summary is \"The fraud model refuses good payments, or lets fraud…\", "
                "was \"The fraud model blocks good payments, or lets fraud…\"")
            ]),
        ("title: Fraud scores no longer match confirmed fraud", "title: Fraud scores are wrong",
         ['patch  title is "Fraud scores are wrong", was "Fraud scores no longer match confirmed fraud"']),
        ("## Contain\n", "## Contain\n\nDo this first.\n", ["patch  the text under Contain changed"]),
    ],
)  # fmt: skip
def test_a_change_is_told_in_words(here: Path, old: str, new: str, told: list[str]) -> None:  # noqa: F811
    change(here, old, new)
    result = diff("HEAD")
    assert result.exit_code == 0, result.output
    assert [line.strip() for line in result.stdout.splitlines()[1:]] == told


def test_a_changed_default_shows_in_every_runbook_that_it_reaches(here: Path) -> None:  # noqa: F811
    change(here, "reversible: [sre]", "reversible: [owner]", "catalog/defaults.yaml")
    assert "major  who approves a reversible step is owner, was sre" in diff("HEAD", "fraud-accuracy-drop").stdout


def test_comments_quotes_line_breaks_and_the_version_mean_nothing(here: Path) -> None:  # noqa: F811
    change(here, "owner: fraud-ml", 'owner: "fraud-ml"  # as ever')
    change(here, 'version: "2.1.1"', 'version: "2.1.2"')
    text = (here / NAME).read_text()
    at = text.index("\n", text.index("## Contain")) + 1
    paragraph = next(part for part in text[at:].split("\n\n") if " " in part and part.lstrip()[:1].isalpha())
    (here / NAME).write_text(text.replace(paragraph, paragraph.replace(" ", "\n", 1), 1))
    assert diff("HEAD").stdout == "Nothing changed in what the runbooks mean.\n"


def test_new_gone_and_broken_runbooks(here: Path) -> None:  # noqa: F811
    other = here / "runbooks/other.md"
    other.write_text((here / NAME).read_text().replace("id: fraud-accuracy-drop", "id: other", 1))
    assert "other\n  major  a new runbook\n" in diff("HEAD").stdout
    commit(here)
    other.unlink()
    change(here, "op: outside", "op: outsid")
    said = diff("HEAD", "--format", "json")
    assert json.loads(said.stdout) == {
        "fraud-accuracy-drop": [{"level": "major", "words": "it breaks the contract now: what changed cannot be told"}],
        "other": [{"level": "major", "words": "the runbook is gone"}],
    }


def test_markdown_is_nothing_but_text(here: Path) -> None:  # noqa: F811
    change(here, "title: Fraud scores no longer match confirmed fraud", 'title: "<b>*x*</b> [y](z)"')
    told = r'- **patch**: title is "\<b\>\*x\*\</b\> \[y\](z)", was'
    assert told in diff("HEAD", "--format", "markdown").stdout


def test_wrong_calls_say_why(here: Path) -> None:  # noqa: F811, ARG001
    assert 'there is no runbook "nope", now or then' in diff("HEAD", "nope").stderr
    assert diff("nowhere").exit_code == 2


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [("1.2.3", "1.2.4", "patch"), ("1.2.3", "1.3.0", "minor"), ("1.2.3", "2.0.0", "major"), ("1.2.3", "1.2.3", "")],
)
def test_steps_between_versions(old: str, new: str, step: str) -> None:
    assert meaning.step_of(old, new) == step
    assert not step or meaning.bumped(old, step) == new


def test_a_runbook_in_the_middle_of_a_merge_is_broken_and_not_gone(here: Path) -> None:  # noqa: F811
    whole = (here / NAME).read_text()
    (here / NAME).write_text(whole.replace("\nowner:", "\n<<<<<<< HEAD\nowner:", 1))
    assert (
        diff("HEAD").stdout == "fraud-accuracy-drop\n  major  it breaks the contract now: what changed cannot be told\n"
    )
    commit(here)
    (here / NAME).write_text(whole)
    assert (
        diff("HEAD").stdout
        == "fraud-accuracy-drop\n  major  it broke the contract before: what changed cannot be told\n"
    )
