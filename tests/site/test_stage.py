"""The staged site, built by another engine: the same pages with the same headings as MkDocs builds."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook.cli import commands
from tests.site.conftest import AS_OF, ROOT

pytestmark = pytest.mark.slow


class Headings(HTMLParser):
    """The words of every heading of a page's content, by level, without the signs that lead to them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.level = ""
        self.skipping = False
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = self.inside or tag == "article"
        if self.inside and tag in ("h1", "h2", "h3"):
            self.level = tag
            self.found.append((tag, ""))
        elif self.level and tag == "a" and ("class", "headerlink") in attrs:
            self.skipping = True

    def handle_endtag(self, tag: str) -> None:
        if tag == self.level:
            self.level = ""
        elif tag == "a":
            self.skipping = False
        elif tag == "article":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.level and not self.skipping:
            level, words = self.found[-1]
            self.found[-1] = (level, words + data)


def headings(page: Path) -> list[tuple[str, str]]:
    reader = Headings()
    reader.feed(page.read_text(encoding="utf-8"))
    return [(level, " ".join(words.split())) for level, words in reader.found]


def pages(site: Path) -> dict[str, list[tuple[str, str]]]:
    return {page.relative_to(site).as_posix(): headings(page) for page in sorted(site.rglob("*.html"))}


def test_zensical_builds_the_same_pages_with_the_same_headings(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    staged = tmp_path / "staged"
    result = CliRunner().invoke(commands, ["site", "stage", str(staged), "--as-of", AS_OF])
    assert result.exit_code == 0, result.output
    command = [sys.executable, "-m", "zensical", "build", "--clean"]
    done = subprocess.run(command, cwd=staged, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    ours, theirs = pages(built), pages(staged / "site")
    assert "runbooks/fraud-accuracy-drop/index.html" in ours
    assert sorted(theirs) == sorted(ours)
    assert [page for page, found in ours.items() if found != theirs[page]] == []
    assert ("h2", "Contain") in theirs["runbooks/fraud-accuracy-drop/index.html"]
