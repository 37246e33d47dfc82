"""Where links lead: addresses are those that the site makes, anchors those that it writes, time grows with the links."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from drillbook import alertfile, anchors, document, engine, files, links, sitefile
from drillbook.document import Document
from drillbook.finding import Finding
from drillbook.repository import Repository
from drillbook.rules import all_rules
from drillbook.site import pages

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 22)
NAMES = [rule.name for rule in all_rules()]
MKDOCS = "site_url: https://runbooks.example.com/ops/\nplugins: [search, drillbook]\n"


@pytest.mark.slow
def test_the_addresses_are_those_of_the_pages_that_the_site_makes() -> None:
    repository = files.load(ROOT)
    made = {*links.made(repository, NAMES), *(links.uri(each) for each in repository.of("runbook"))}
    assert made == {page.uri for page in pages.pages(repository, DAY)}


def runbook(text: str, path: str = "runbooks/x.md") -> Document:
    return document.parse(path, "runbook", f"---\nschema: runbook/1\nid: x\n---\n{text}".encode())


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("## Plain words", "plain-words"),
        ("## What *is* `x_y` & more?", "what-is-x_y-more"),
        ("## [A link](x.md) and ![a picture](x.png)", "a-link-and"),
        ("## Ünïcode – dash", "unicode-dash"),
        ("## Own {#mine}", "mine"),
        ("## Own {: #mine .wide }", "mine"),
        ("Line\n----\n", "line"),
        ("##Tight", "tight"),
        ("## Twice\n\n## Twice", "twice_1"),
        ("## A\n\n<a id='old'></a><a name=older></a>", "older"),
        ("A paragraph\n{: #here }", "here"),
    ],
)
def test_anchors_of_headings(heading: str, anchor: str) -> None:
    page = document.parse("docs/x.md", "page", heading.encode())
    known = anchors.anchors(page, Repository((page,)))
    assert known is not None
    assert anchor in known


def findings(repository: Repository, *names: str) -> list[Finding]:
    return list(engine.lint(repository, [rule for rule in all_rules() if rule.name in names], DAY))


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        ("[a](../about.md)", ""),
        ("[a](../about.md#one)", ""),
        ("[a](../about.md?x=1#one)", ""),
        ("[a](<../a b.md>) [a](../a%20b.md)", ""),
        ("[a](../about/)", "broken-link"),
        ("[a](../../about/)", ""),
        ("<a href='../../about/#one'>a</a>", ""),
        ("<a href='../about.md'>a</a>", "broken-link"),
        ("![a](../pictures/a.png)", ""),
        ("<img src='../../pictures/a.png'>", ""),
        ("![a](pictures/a.png)", "broken-link"),
        ("[a](../docs/about.md)", "broken-link"),
        ("[a](../runbooks/x.md)", ""),
        ("[a](x.md#detect)", ""),
        ("[a](#detect)", ""),
        ("[a](#Detect)", "broken-anchor"),
        ("[a](../about.md#two)", "broken-anchor"),
        ("[a](../rules/broken-link.md)", ""),
        ("[a](../rules/index.md#any)", ""),
        ("[a](../rules/no-rule.md)", "broken-link"),
        ("[a](../schema/runbook.md#id)", ""),
        ("[a](../../../secret.md)", "link-out-of-repository"),
        ("![a](../../../../etc/passwd)", "link-out-of-repository"),
        ("[a](..\\\\..\\\\..\\\\secret.md)", "link-out-of-repository"),
        ("[a](%2e%2e/%2e%2e/%2e%2e/secret.md)", "link-out-of-repository"),
        ("[a](https://example.com/../x.md) [a](mailto:x@example.com) [a](//example.com/x)", ""),
        ("[a](/about/)", ""),
        ("`[a](gone.md)`", ""),
        ("```\n[a](gone.md)\n```", ""),
        ("[a](gone.md 'title')", "broken-link"),
        ("[a][b]\n\n[b]: gone.md", "broken-link"),
        ("<gone.md>", ""),
        ("[a]()", ""),
        ("[a](%00)", ""),
        ("[a](" + "../" * 500 + ")", "link-out-of-repository"),
    ],
)
def test_where_a_link_of_a_runbook_leads(tmp_path: Path, link: str, rule: str) -> None:
    for path, text in {
        "mkdocs.yml": MKDOCS,
        "docs/about.md": "# About\n\n## One\n",
        "docs/a b.md": "# Blank\n",
        "docs/pictures/a.png": "",
        "runbooks/x.md": f"---\nschema: runbook/1\nid: x\n---\n\n## Detect\n\n{link}\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    found = findings(files.load(tmp_path), "broken-link", "broken-anchor", "link-out-of-repository")
    assert {each.rule for each in found} == ({rule} if rule else set())


def test_what_is_no_site_of_ours_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("[gone](gone.md) <script>x()</script>")
    (tmp_path / "runbooks").mkdir()
    for config in ("", "plugins: [search]\n", "plugins: [drillbook]\ndocs_dir: other\n", "{{ broken", "- a\n- b\n"):
        (tmp_path / "mkdocs.yml").write_text(config)
        assert files.load(tmp_path).documents == ()
    (tmp_path / "mkdocs.yml").write_text(MKDOCS)
    assert [each.path for each in files.load(tmp_path).documents] == ["docs/a.md"]


@pytest.mark.slow
def test_a_configuration_names_programs_and_none_is_run() -> None:
    text = (
        "site_url: !ENV [SITE, 'https://runbooks.example.com']\nplugins:\n  - drillbook: {as_of: !ENV AS_OF}\n"
        "markdown_extensions:\n  - toc: {slugify: !!python/object/apply:os.system [touch /tmp/no]}\n"
        "nav: [{Start: index.md}, {More: [one.md, {Two: two.md}]}, https://example.com]\n"
        "hooks: [!!python/object/apply:os.system [exit 1]]\n"
    )
    site = sitefile.read(text)
    assert site is not None
    assert site.address == "https://runbooks.example.com/"
    assert site.nav == ("index.md", "one.md", "two.md", "https://example.com")
    assert site.own_anchors
    assert sitefile.read("a: &a [*a]\nplugins: [drillbook]") is not None
    assert sitefile.read("plugins: " + "[" * 5000) is None


def test_rule_files_wherever_they_lie(tmp_path: Path) -> None:
    rules = "groups:\n  - name: a\n    rules:\n      - {alert: A, expr: up}\n"
    resource = "kind: PrometheusRule\nspec:\n  groups:\n    - name: b\n      rules:\n        - {alert: B, expr: up}\n"
    texts = {
        "a.yaml": rules,
        "deploy/deep/b.yml": f"kind: Service\n---\n{resource}---\n{rules}",
        "chart/c.yaml": "groups:\n{{- range . }}\n  - name: x\n    rules:\n      - alert: C\n{{- end }}\n",
        "catalog/teams.yaml": "schema: teams/1\nteams: {}\n",
        "other.yaml": "groups: [{name: staff}]\nalert: x\n",
        ".hidden/d.yaml": rules,
        "node_modules/e.yaml": rules,
        "inner/runbooks/x.md": "",
        "inner/f.yaml": rules,
        "left/g.yaml": rules,
        "broken.yaml": "\x00groups:\n alert: [",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    found = {each.path: each.card.rules for each in files.load(tmp_path, ("left",)).of("alerts")}
    assert {path: [rule.name for rule in file.rules] for path, file in found.items()} == {
        "a.yaml": ["A"],
        "chart/c.yaml": [],
        "deploy/deep/b.yml": ["B", "A"],
    }
    assert found["chart/c.yaml"].others == ("C",)


def test_places_in_a_rule_file_count_in_its_whole_text() -> None:
    text = "kind: Service\n---\ngroups:\n  - name: é\n    rules:\n      - alert: A\n        expr: up\n"
    found = alertfile.read(text)
    assert found is not None
    assert text[found.rules[0].at.start : found.rules[0].at.end] == "A"


def linked(folder: Path, count: int) -> Repository:
    """Runbooks that each lead to the next one, to a page and to a place, beside rule files of as many alerts."""
    (folder / "runbooks").mkdir(parents=True)
    (folder / "docs").mkdir()
    (folder / "mkdocs.yml").write_text(f"{MKDOCS}nav: [index.md]\n")
    (folder / "docs" / "index.md").write_text("# Start\n")
    url = "https://runbooks.example.com/ops/runbooks/x-{0}/#step-look"
    rules = "".join(
        f"      - alert: A{each}\n        expr: up\n        annotations: {{runbook_url: '{url.format(each)}'}}\n"
        for each in range(count)
    )
    (folder / "rules.yaml").write_text(f"groups:\n  - name: a\n    rules:\n{rules}")
    for each in range(count):
        body = f"[next](x-{(each + 1) % count}.md#step-look) [page](../index.md#start) [gone](gone.md)"
        (folder / "runbooks" / f"x-{each}.md").write_text(
            f"---\nschema: runbook/1\nid: x-{each}\nstatus: active\nsignals:\n  - {{id: s, alert: A{each}, tier: page}}\n---\n\n"
            f"## Detect\n\n{body}\n\n```step\nid: look\ntitle: Look\ndo: Look\n```\n"
        )
    return files.load(folder)


@pytest.mark.slow
def test_time_grows_with_the_number_of_files(tmp_path: Path) -> None:
    names = [rule.name for rule in all_rules() if rule.code.startswith("DB8")]

    def seconds(count: int) -> float:
        repository = linked(tmp_path / str(count), count)
        begin = time.perf_counter()
        found = findings(repository, *names)
        assert len(found) == count  # each leads to gone.md, and nothing else is wrong
        return time.perf_counter() - begin

    few, many = seconds(100), seconds(800)
    assert many < few * 8 * 3, f"{few:.2f} s for 100 runbooks, {many:.2f} s for 800"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://wiki.example.com/a/runbooks/slow-items/#step-look", "slow-items"),
        ("https://git.example.com/x/blob/main/runbooks/slow-items.md", "slow-items"),
        ("https://wiki.example.com/slow-items", ""),
        ("http://[x/runbooks/slow-items", ""),
        ("", ""),
    ],
)
def test_the_runbook_that_an_address_names(url: str, name: str) -> None:
    assert links.named(url) == name
    assert links.led(url, links.Links(Repository(()), NAMES)) is None
