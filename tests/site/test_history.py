"""The versions of runbooks on the site: what git knows is told in the words of ``drillbook diff``; without git all is well."""

from __future__ import annotations

import os
import re
import shutil
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import pytest

from drillbook import files
from drillbook.rules import all_rules
from drillbook.site import pages, reference, source
from tests.cli.test_log import WIDER, WORDS, release
from tests.cli.test_since import change, commit, git, here  # noqa: F401 - a fixture
from tests.site.conftest import ROOT

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 22)


def shown(folder: Path) -> dict[str, str]:
    history = source.history(folder)
    return {each.uri: each.markdown for each in pages.pages(files.load(folder), DAY, history=history)}


def entities(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;").replace("[", "&#91;").replace("]", "&#93;")


def test_pages_and_feed_tell_what_the_files_say(here: Path) -> None:  # noqa: F811
    assert WORDS not in shown(here)["changes.md"]
    change(here, *WIDER)
    release(here, "3.0.0", "x")
    made = shown(here)
    for uri in ("changes.md", "runbooks/fraud-accuracy-drop.md"):
        assert f"<li>major: {WORDS}</li>" in made[uri], uri
    assert f"{WORDS}</summary>" in made["changes.xml"]


def test_what_the_changelog_says_is_not_told_twice(here: Path) -> None:  # noqa: F811
    change(here, *WIDER)
    change(here, 'version: "2.1.1"', 'version: "3.0.0"')
    change(
        here,
        "  - version: ",
        f'  - {{version: "3.0.0", date: 2026-11-22, by: sre, because: x, changes: ["{WORDS}"]}}\n  - version: ',
    )
    commit(here)
    made = shown(here)
    for uri in ("changes.md", "changes.xml", "runbooks/fraud-accuracy-drop.md"):
        assert made[uri].count(WORDS) == 1, uri


def test_a_version_that_the_changelog_forgot_is_told_all_the_same(here: Path) -> None:  # noqa: F811
    change(here, *WIDER)
    change(here, 'version: "2.1.1"', 'version: "3.0.0"')
    commit(here)
    change(here, 'version: "3.0.0"', 'version: "2.1.1"')
    page = shown(here)["runbooks/fraud-accuracy-drop.md"]
    assert page.index('id="version-3-0-0"') < page.index('id="version-2-1-1"')
    assert "No changelog entry; what the files say that it changed" in page


def test_what_stood_in_old_versions_runs_nothing(here: Path) -> None:  # noqa: F811
    change(here, "title: Fraud scores no longer match confirmed fraud", "title: \"<img src=x> [[[ team('y') ]]]\"")
    release(here, "2.1.2", "x")
    change(here, "title: \"<img src=x> [[[ team('y') ]]]\"", "title: Fraud scores are off")
    release(here, "2.1.3", "x", '"2.1.2"')
    made = shown(here)
    for uri in ("changes.md", "runbooks/fraud-accuracy-drop.md"):
        assert entities("<img src=x> [[[") in made[uri]
        assert "<img" not in made[uri]
        assert "[[[ team('y')" not in made[uri]
    assert "&amp;lt;img src=x&amp;gt;" in made["changes.xml"]


def test_a_secret_that_was_taken_out_is_not_told(here: Path) -> None:  # noqa: F811
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    change(here, "title: Fraud scores no longer match confirmed fraud", f"title: Fraud scores, token {secret}")
    change(here, 'version: "2.1.1"', 'version: "2.1.2"')
    commit(here)
    change(here, f"title: Fraud scores, token {secret}", "title: Fraud scores are off")
    change(here, 'version: "2.1.2"', 'version: "2.1.3"')
    commit(here)
    made = shown(here)
    assert "patch: title changed" in made["changes.md"]
    assert secret not in "".join(made.values())


def test_without_git_or_history_there_are_the_changelogs(
    here: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(here, *WIDER)
    release(here, "3.0.0", "x")
    plain = tmp_path / "plain"
    shutil.copytree(here, plain, ignore=shutil.ignore_patterns(".git"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert source.history(plain) == {}
    assert 'id="version-3-0-0"' in shown(plain)["runbooks/fraud-accuracy-drop.md"]
    git(plain, "init", "-q")
    assert source.history(plain) == {}
    git(tmp_path, "clone", "-q", "--depth", "1", here.as_uri(), "shallow")
    assert WORDS not in shown(tmp_path / "shallow")["changes.md"]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert source.history(here) == {}


def test_history_is_read_with_few_processes_and_once(
    here: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many versions there are; ``git`` is a script that counts its calls and is git otherwise."""
    last = "2.1.1"
    for number in range(2, 12):
        release(here, f"2.1.{number}", "x", f'"{last}"')
        last = f"2.1.{number}"
    calls, place = tmp_path / "calls", tmp_path / "bin"
    place.mkdir()
    (place / "git").write_text(f'#!/bin/sh\necho x >> {calls}\nexec {shutil.which("git")} "$@"\n')
    (place / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    assert len(source.history(here)["fraud-accuracy-drop"]) == 11
    first = len(calls.read_text().split())
    assert first <= 8
    source.history(here)
    assert len(calls.read_text().split()) - first <= 2


def test_the_page_of_a_rule_about_changes_shows_what_stood_before() -> None:
    shown = {rule.name: reference.rule_page(rule) for rule in all_rules()}
    before = {name for name, page in shown.items() if "What stood there before the change" in page}
    assert before == {"unversioned-change", "understated-bump", "orphaned-alert"}


@pytest.mark.parametrize("home", ["https://runbooks.example.com/ops/", "https://runbooks.example.com/ops", ""])
def test_every_link_of_the_feed_leads_to_a_page_of_the_site(home: str) -> None:
    """With the site's address links are whole; without it a reader resolves them by where the feed was read."""
    repository = files.load(ROOT)
    made = {page.uri: page.markdown for page in pages.pages(repository, DAY, home)}
    links = re.findall(r'<link href="([^"]*)" rel="([^"]*)"', made["changes.xml"])
    read_from = "https://runbooks.example.com/ops/changes.xml"
    told = {urljoin(read_from, href).removeprefix("https://runbooks.example.com/ops/") for href, _ in links}
    assert len(told) > 10
    assert all(href.startswith("https://runbooks.example.com/ops/") is bool(home) for href, _ in links)
    assert [href for href, rel in links if rel == "self"] == ([read_from] if home else [])
    for where in told - {"changes.xml"}:
        page, _, anchor = where.partition("#")
        text = made[page.rstrip("/") + ".md"]
        assert not anchor or f'id="{anchor}"' in text, where
