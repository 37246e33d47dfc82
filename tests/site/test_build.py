"""The site as MkDocs builds and serves it: every page is there, hostile text stays text, strangers' templates never run."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from drillbook import anchors, files, links
from drillbook.rules import all_rules
from drillbook.site import pages
from tests.site.conftest import AS_OF, ROOT, build

pytestmark = pytest.mark.slow
STEP = "title: Ask whether the model moved or the payments did"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """This repository's content in a folder of its own, to be spoiled."""
    folder = tmp_path / "repository"
    for name in ("runbooks", "drills", "incidents", "catalog", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return folder


def spoil(folder: Path, old: str, new: str) -> None:
    file = folder / "runbooks" / "fraud-accuracy-drop.md"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_page_is_there(built: Path) -> None:
    expected = {page.uri for page in pages.pages(files.load(ROOT), date.fromisoformat(AS_OF))}
    assert {"index.md", "runbooks/fraud-accuracy-drop.md", "rules/index.md", "schema/step.md"} <= expected
    assert {f"rules/{rule.name}.md" for rule in all_rules()} <= expected
    for uri in expected:
        there = built / uri.replace("index.md", "").removesuffix(".md")
        there = there / "index.html" if uri.endswith(".md") else there
        assert there.is_file(), uri


def test_no_page_names_another_host_as_a_source(built: Path) -> None:
    """Links may lead anywhere; nothing may be loaded from anywhere."""

    class Sources(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for name, value in attrs:
                loads = name in ("src", "srcset", "data") or (tag == "link" and name == "href")
                if loads and re.match(r"(https?:)?//", value or ""):
                    self.found.append(f"{tag} {name}={value}")

    parser = Sources()
    for file in built.rglob("*.html"):
        parser.feed(file.read_text(encoding="utf-8"))
    assert parser.found == []


def test_the_anchors_that_the_linter_knows_are_those_of_the_pages(built: Path) -> None:
    class Ids(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: set[str] = set()
            self.inside = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.inside = self.inside or tag == "article"
            self.found |= {value for name, value in attrs if name == "id" and value and self.inside}

        def handle_endtag(self, tag: str) -> None:
            self.inside = self.inside and tag != "article"

    repository = files.load(ROOT)
    for document in (*repository.of("runbook"), *repository.of("page")):
        name = Path(links.uri(document)).with_suffix("")
        parser = Ids()
        parser.feed((built / ("" if name.name == "index" else name) / "index.html").read_text(encoding="utf-8"))
        known = anchors.anchors(document, repository)
        assert known is not None
        written = {
            each for each in parser.found if not each.startswith(("__", "fill", "db-"))
        }  # the form is the page's own
        assert written - known == set(), document.path
        if document.kind == "page":  # of a runbook, a Git host's anchors are known too
            assert known - written == set(), document.path


def test_macros_are_expanded_and_none_failed(built: Path) -> None:
    text = (built / "runbooks/fraud-accuracy-drop/index.html").read_text(encoding="utf-8")
    assert "fires below −0&#46;04 or above 0&#46;04 for 10m" in text
    for file in built.rglob("*.html"):
        assert "Macro" not in file.read_text(encoding="utf-8").replace("Macros", ""), file


def test_edit_links_lead_to_the_true_source(built: Path) -> None:
    text = (built / "runbooks/fraud-accuracy-drop/index.html").read_text(encoding="utf-8")
    assert re.search(r'href="[^"]*/edit/main/runbooks/fraud-accuracy-drop\.md"', text)
    assert "/docs/../" not in text
    contract = (built / "contract/index.html").read_text(encoding="utf-8")
    assert re.search(r'href="[^"]*/docs/contract\.md"', contract)
    rules = (built / "rules/index.html").read_text(encoding="utf-8")
    assert "md-content__button" not in rules


HOSTILE = "<script>boom()</script> [[[ boom ]]] [[% boom %]] {{ boom }} ${boom} *b* `c` </div> &lt; \u202eb"


def test_text_from_yaml_stays_text(copy: Path, tmp_path: Path) -> None:
    quoted = '"' + HOSTILE.replace('"', '\\"') + '"'
    spoil(copy, "title: Fraud scores no longer match confirmed fraud", f"title: {quoted}")
    spoil(copy, STEP, f"title: {quoted}")
    spoil(copy, "expect: exported 10000 rows", f"expect: {quoted}")
    spoil(copy, "  - Support reports more wrong declines than usual", f"  - {quoted}")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 1, "the linter finds the hidden character, and the page is written all the same"
    for name in ("runbooks/fraud-accuracy-drop/index.html", "index.html"):
        text = (tmp_path / "site" / name).read_text(encoding="utf-8")
        assert "<script>boom()" not in text
        assert "&lt;script&gt;boom()&lt;/script&gt;" in text
        assert text.count("<div") == text.count("</div")
    search = (tmp_path / "site/search/search_index.json").read_text(encoding="utf-8")
    assert "<script>boom()" not in search


@pytest.mark.parametrize(
    "call",
    [
        "[[[ ''.__class__ ]]]",
        "[[[ signal('decision-shift').__class__ ]]]",
        '[[[ signal("decision-shift") | upper ]]]',
        "[[[ config.site_name ]]]",
        "[[% for x in range(9) %]]",
        "[[~ comment ~]]",
        "[[[ context() ]]]",
        "```\n[[[ now() ]]]\n```",
    ],
)
@pytest.mark.parametrize("place", ["runbook", "page"])
def test_a_page_that_calls_anything_else_is_refused(copy: Path, tmp_path: Path, call: str, place: str) -> None:
    if place == "runbook":
        spoil(copy, "## Learn\n", f"## Learn\n\n{call}\n")
        file, line = copy / "runbooks/fraud-accuracy-drop.md", "## Learn"
    else:
        file, line = copy / "docs/notes.md", "# Notes"
        file.write_text(f"---\ntitle: Notes\n---\n\n# Notes\n\n{call}\n", encoding="utf-8")
        config = (copy / "mkdocs.yml").read_text(encoding="utf-8")
        (copy / "mkdocs.yml").write_text(config.replace("  - Rules:", "  - Notes: notes.md\n  - Rules:"))
    number = file.read_text(encoding="utf-8").splitlines().index(line) + 3 + call.startswith("```")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr + done.stdout
    if place == "page":
        assert f"notes.md:{number}: " in done.stderr + done.stdout
    else:
        assert f"runbooks/fraud-accuracy-drop.md:{number}: " in done.stderr + done.stdout


@pytest.mark.parametrize(
    "front",
    ["title: '[[[ cycler.__init__.__globals__.os.popen(\"touch pwned\") ]]]'", 'title: "\\u005b[[ now() ]]]"',
     'tags: ["[[% for x in y %]]"]', "title: '[[[ now() ]]]'\nrender_macros: false"],
)  # fmt: skip
def test_a_template_in_the_front_matter_of_a_page_is_refused(copy: Path, tmp_path: Path, front: str) -> None:
    (copy / "docs/rules").mkdir()
    (copy / "docs/rules/evil.md").write_text(f"---\n{front}\n---\n\nText\n", encoding="utf-8")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode != 0
    assert re.search(r"docs/rules/evil\.md:[12]: \S+ opens a template", done.stderr + done.stdout)
    assert not list(copy.rglob("pwned"))


def test_a_title_may_call_a_macro(copy: Path, tmp_path: Path) -> None:
    (copy / "docs/rules").mkdir()
    (copy / "docs/rules/mine.md").write_text('# Ask [[[ team("sre") ]]]\n', encoding="utf-8")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "site/rules/mine/index.html").read_text(encoding="utf-8")
    assert "[[[" not in text
    assert re.search(r"<h1[^>]*>Ask [^<]*SRE|<h1[^>]*>Ask <", text, re.IGNORECASE)


def test_a_page_whose_runbook_has_errors_says_so_and_strict_fails(copy: Path, tmp_path: Path) -> None:
    spoil(copy, "leads_to: which-feature", "leads_to: no-such-step")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 1
    assert 'step "no-such-step" is not in the runbook' in done.stderr
    text = (tmp_path / "site/runbooks/fraud-accuracy-drop/index.html").read_text(encoding="utf-8")
    assert "cannot be trusted" in text


SCRIPTS = [
    "<script>boom()</script>",
    "<img src=x onerror='boom()'>",
    "[a](java&#115;cript:boom())",
    "[a](list.md){onclick='boom()'}",
    "<div>\n\n    <script>boom()</script>\n\n</div>",
]


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_runbook_that_would_run_something_is_not_shown(copy: Path, tmp_path: Path, text: str) -> None:
    spoil(copy, "## Learn\n", f"## Learn\n\n{text}\n")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    page = tmp_path / "site/runbooks/fraud-accuracy-drop/index.html"
    shown = page.read_text(encoding="utf-8") if page.exists() else ""
    assert not re.search(r"<script>boom|on(error|click)=.?boom|href=.java[^ ]*:boom", shown)


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_page_that_would_run_something_is_refused(copy: Path, tmp_path: Path, text: str) -> None:
    with (copy / "docs/about.md").open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert "docs/about.md: " in done.stderr + done.stdout
    assert "can run or load something" in done.stderr + done.stdout


def test_a_link_that_leads_out_of_docs_is_refused(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# The secret\n")
    (copy / "docs/notes.md").symlink_to(tmp_path / "secret.md")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 1
    assert "docs/notes.md: a link that leads out of the repository" in done.stderr + done.stdout
    assert not (tmp_path / "site/notes").exists()


def test_other_delimiters_of_templates_are_refused(copy: Path, tmp_path: Path) -> None:
    config = (copy / "mkdocs.yml").read_text(encoding="utf-8")
    (copy / "mkdocs.yml").write_text(
        config.replace('j2_variable_start_string: "[[["', 'j2_variable_start_string: "{{"')
    )
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 1
    assert "j2_variable_start_string of the plugin macros" in done.stderr + done.stdout


def test_a_repository_without_runbooks_builds(copy: Path, tmp_path: Path) -> None:
    for folder in ("runbooks", "drills"):
        shutil.rmtree(copy / folder)
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert "Traceback" not in done.stderr + done.stdout
    assert (done.returncode, (tmp_path / "site/index.html").exists()) == (0, True)


def test_a_runbook_with_errors_gets_a_page_that_says_so_and_strict_fails(copy: Path, tmp_path: Path) -> None:
    spoil(copy, "op: outside", "op: outsid")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 1
    assert "runbooks/fraud-accuracy-drop.md:42: " in done.stderr
    text = (tmp_path / "site/runbooks/fraud-accuracy-drop/index.html").read_text(encoding="utf-8")
    assert "cannot be trusted" in text
    assert "runbooks/fraud-accuracy-drop.md:42:17" in text


@pytest.mark.parametrize("place", ["runbook", "page"])
def test_a_macro_that_names_nothing_is_one_sentence(copy: Path, tmp_path: Path, place: str) -> None:
    if place == "runbook":
        spoil(copy, 'signal("decision-shift")', 'signal("decision-shit")')
    else:
        file = copy / "docs/about.md"
        file.write_text(file.read_text(encoding="utf-8") + '\n[[[ team("nobody") ]]]\n', encoding="utf-8")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert ("runbooks/fraud-accuracy-drop.md:" if place == "runbook" else "about.md:") in done.stderr + done.stdout


def test_a_page_of_the_same_name_is_refused(copy: Path, tmp_path: Path) -> None:
    (copy / "docs/runbooks").mkdir()
    (copy / "docs/runbooks/index.md").write_text("# Mine\n")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode != 0
    assert "this page is made by Drillbook" in done.stderr + done.stdout


def test_two_runbooks_of_one_name_are_told_and_the_first_keeps_its_page(copy: Path, tmp_path: Path) -> None:
    (copy / "runbooks/more").mkdir()
    shutil.copy(copy / "runbooks/fraud-accuracy-drop.md", copy / "runbooks/more")
    done = build(copy / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 1
    assert "runbooks/more/fraud-accuracy-drop.md has no page: another runbook has the same name" in done.stderr


def test_saving_a_runbook_reloads_its_page(copy: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DRILLBOOK_AS_OF": AS_OF, "PYTHONUNBUFFERED": "1"}
    arguments = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", f"127.0.0.1:{port}"]
    server = subprocess.Popen(arguments, cwd=copy, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/runbooks/fraud-accuracy-drop/"
    try:
        assert "Ask whether the model moved" in _eventually(address, "Ask whether the model moved")
        spoil(copy, STEP, "title: Look whether the sky moved")
        assert "Look whether the sky moved" in _eventually(address, "Look whether the sky moved")
    finally:
        server.terminate()
        server.wait(10)


def test_serving_one_runbook_builds_its_page_alone_and_follows_an_edit(copy: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [sys.executable, "-m", "drillbook", "serve", "fraud-accuracy-drop", "--port", str(port)]
    server = subprocess.Popen(arguments, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    address = f"http://127.0.0.1:{port}/runbooks/fraud-accuracy-drop/"
    try:
        assert "Ask whether the model moved" in _eventually(address, "Ask whether the model moved")
        spoil(copy, STEP, "title: Look whether the sky moved")
        assert "Look whether the sky moved" in _eventually(address, "Look whether the sky moved")
        spoil(copy, "title: Look whether the sky moved", "titel: x")
        assert "titel" in _eventually(address, "titel"), "what is wrong stands on the page"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/runbooks/fairness-regression/", timeout=5)
        second = subprocess.run([*arguments], cwd=copy, capture_output=True, text=True, check=False)
        assert (second.returncode, "give another with --port" in second.stderr) == (2, True), second.stderr
    finally:
        server.terminate()
        said = server.communicate(timeout=10)[0]
    assert said.startswith(f"{address} shows every edit"), said


def test_serving_what_is_not_there(copy: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "drillbook", "serve", "fraud"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert (done.returncode, 'there is no runbook "fraud"' in done.stderr) == (2, True)


def _eventually(address: str, words: str) -> str:
    deadline, text = time.monotonic() + 120, ""  # a machine may have more to do
    while words not in text and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                text = answer.read().decode()
        except OSError:
            pass
        time.sleep(0.2)
    return text


def test_a_runbook_page_is_light(built: Path) -> None:
    """HTML with our own styles and scripts, as a server sends them: under 60 kB."""
    own = sum(len(gzip.compress(path.read_bytes(), 6)) for path in (built / "assets").glob("drillbook*"))
    for path in sorted((built / "runbooks").glob("*/index.html")):
        assert len(gzip.compress(path.read_bytes(), 6)) + own < 60_000, path
