"""Every rule's own examples: the good ones are silent, the bad ones give exactly the findings that stand beside them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import drillbook.rules
from drillbook import document, engine, files, fixing
from drillbook.finding import Finding
from drillbook.repository import Repository
from drillbook.rule import Rule, Turn
from drillbook.rules import all_rules

HERE = Path(drillbook.rules.__file__).parent
DAY = date(2026, 11, 22)


def folder(rule: Rule) -> Path:
    return HERE / rule.name.replace("-", "_")


def example(rule: Rule, name: str) -> Repository:
    """``good`` or ``bad``: one file, read as a runbook of that name, or a folder that is a small repository.

    ``before/`` beside them is what a change is compared with.
    """
    one = folder(rule) / f"{name}.md"
    if one.is_file():
        return Repository((document.parse(f"runbooks/{name}.md", "runbook", one.read_bytes()),))
    return files.load(folder(rule) / name)


def findings(rule: Rule, name: str) -> list[Finding]:
    """What the rule finds when it runs alone; a closing rule runs behind all the others."""
    repository = example(rule, name)
    assert repository.documents, f"{rule.name}: the example {name} holds nothing"
    before = files.load(folder(rule) / "before") if (folder(rule) / "before").is_dir() else None
    rules = all_rules() if rule.turn is Turn.CLOSING else [rule]
    return [each for each in engine.lint(repository, rules, DAY, before=before) if each.rule == rule.name]


def found(rule: Rule, name: str) -> list[str]:
    return [f"{each.path}:{each.line}:{each.column}: {each.message}" for each in findings(rule, name)]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_examples(rule: Rule) -> None:
    expected = (folder(rule) / "bad.txt").read_text(encoding="utf-8").splitlines()
    assert expected, "a bad example without a finding shows nothing"
    assert found(rule, "bad") == expected
    assert found(rule, "good") == []


def mended(rule: Rule) -> dict[str, bytes]:
    """The files of the bad example as a machine mends them, by path."""
    repository = example(rule, "bad")
    paths = [each.path for each in repository.documents]
    return dict(fixing.mend(repository, [rule], DAY, paths, unsafe=True).files)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_what_a_machine_mends(rule: Rule) -> None:
    """``fixed.md``, or a folder ``fixed``, holds the files of the bad example that ``--fix --unsafe`` changes."""
    one, many = folder(rule) / "fixed.md", folder(rule) / "fixed"
    kept = {"runbooks/bad.md": one.read_bytes()} if one.is_file() else {}
    if many.is_dir():
        kept = {each.relative_to(many).as_posix(): each.read_bytes() for each in many.rglob("*") if each.is_file()}
    assert mended(rule) == kept


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_page(rule: Rule) -> None:
    text = (folder(rule) / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {rule.name}\n")
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## Why it matters", "## How to mend it"]
    assert rule.summary.endswith(".")
    assert len(rule.summary) < 110
    assert rule.help[0].islower()
    assert not rule.help.endswith(".")


def test_codes_and_names() -> None:
    codes = [rule.code for rule in all_rules()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"DB[0-9]{3}", code) for code in codes)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_messages_are_one_line_and_name_what_was_expected(rule: Rule) -> None:
    for finding in findings(rule, "bad"):
        assert "\n" not in finding.message
        assert not finding.message.endswith(".")
        assert finding.message[0].islower() or finding.message[0] in '"0123456789-'


COMPARING = [rule for rule in all_rules() if (folder(rule) / "before").is_dir()]


@pytest.mark.parametrize("rule", COMPARING, ids=lambda rule: rule.name)
def test_what_compares_with_before_is_silent_without_one(rule: Rule) -> None:
    assert engine.lint(example(rule, "bad"), [rule], DAY) == ()
    assert engine.lint(example(rule, "bad"), [rule], DAY, before=example(rule, "bad")) == ()
