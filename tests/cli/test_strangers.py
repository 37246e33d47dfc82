"""A large folder of other people's Markdown: linting it ends soon, never fails, and says which files are no runbooks."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook.cli import commands

WORDS = ["deploy", "model", "notes", "[link](x.md)", "`code`", "**bold**", "<b>html</b>", "{x:", "1}", "[[[ 1 ]]]"]
WORDS += ["{{ y }}", "${z}", "|", "a", "é", "漢字", "![p](p.png)", "<x>", "a_b", "\\*", "https://example.com"]
PIECES = [
    "# Title\n\n", "## [1.0.0] - 2024-01-01\n\n", "Setext\n======\n\n", "- one\n  - two\n    - three\n\n",
    "> quote\n> > deep\n\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n", "```python\nprint('x')\n```\n\n", "~~~\nopen for ever\n",
    "<details>\n<summary>x</summary>\n\ny\n\n</details>\n\n",
    "<!-- comment -->\n\n", "[ref]: https://example.com\n\n", "[a][ref] and [b][nowhere]\n\n",
    "Term\n:   definition\n\n", "* * *\n\n",
    "1. first\n1. second\n\n", "    indented code\n\n", "```step\nid: x\n```\n\n", "```step\n- [\n```\n\n",
    "<script>x()</script>\n\n", "[^1]: note\n\n",
    "[![badge](https://img.example.com/x.svg)](https://example.com)\n\n", "$$ x^2 $$\n\n",
    ".. include:: /etc/passwd\n\n", "\\[escaped\\]\n\n",
]  # fmt: skip
FRONTS = [
    "", "", "", "---\nlayout: post\ntitle: Something\ndate: 2024-01-01 10:00\ntags: [a, b]\n---\n\n",
    "---\n---\n", "+++\ntitle = 'toml'\n+++\n",
    "---\nnever: closed\n", "---\n&a [*a]\n---\n", "---\n- list\n---\n", "\ufeff# With a mark\n",
    "---\ntitle: \"a\n---\n", "---\nid: x\n---\n",
    "---\nsignals: {}\nsteps: 3\nlook_alikes: text\nwaivers: [1]\nchangelog: 2\ncomponents: [[1]]\ninputs: {a: b}\n---\n",
]  # fmt: skip
ODD: list[bytes] = [
    b"", b"\n", b"\x00\x01\x02", b"caf\xe9\n", b"\xff\xfe#\x00", b"# x\r\n\r\ntext\r\n", b"# x\r",
    "\u202eevil\u202c\n".encode(),
    b"[" * 20_000, b"> " * 5_000 + b"x", b"- " * 3_000 + b"x", b"*" * 50_000, b"`" * 30_000, b"<a " * 30_000,
    b"![" * 10_000 + b"](x)" * 10_000,
    b"a" * 290_000, b"| a " * 20_000 + b"\n" + b"|---" * 20_000, b"# " + b"#" * 100_000,
    b"<!--" * 10_000, b"x\n" * 100_000, b"&" * 100_000,
    b"---\n" + b"a: {" * 3_000 + b"\n---\n", b"---\na: " + b"9" * 100_000 + b"\n---\n",
    b"---\n" + b"k: 1\n" * 20_000 + b"---\n", b"y" * 400_000,
    b"```step\nid: a\ntitle: b\ndo: c\n```\n" * 3_000, b"[a](b.md#c) " * 20_000, b"password: x1y2z3a4!b " * 10_000,
    b"[x][y] " * 30_000,
]  # fmt: skip


def texts(count: int) -> Iterator[bytes]:
    """Markdown as others write it, the same every time."""
    chance = random.Random(5)  # noqa: S311  not for secrets
    yield from ODD
    for _ in range(count):
        parts = [chance.choice(FRONTS)]
        for _ in range(chance.randrange(1, 30)):
            parts += [chance.choice(PIECES), " ".join(chance.choices(WORDS, k=chance.randrange(1, 60))), "\n\n"]
        yield "".join(parts).encode()


@pytest.mark.slow
def test_other_peoples_markdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("runbooks/deep/er", "drills", "docs/deep"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "mkdocs.yml").write_text("plugins: [drillbook]\nnav: [index.md]\n")
    no_runbooks = set()
    for number, data in enumerate(texts(300)):
        for path in (f"runbooks/deep/er/{number}.md", f"drills/{number}.md", f"docs/deep/{number}.md"):
            (tmp_path / path).write_bytes(data)
        if not data.startswith(b"---") and b"```step" not in data:
            no_runbooks |= {f"runbooks/deep/er/{number}.md", f"drills/{number}.md"}
    monkeypatch.chdir(tmp_path)
    begin = time.perf_counter()
    result = CliRunner().invoke(commands, ["lint", "--as-of", "2026-11-22"])
    seconds = time.perf_counter() - begin
    assert result.exit_code == 1, result.output[-2000:]
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "fault of Drillbook" not in result.output
    assert seconds < 240
    told = {line.split(":")[0] for line in result.stdout.splitlines() if "so this is no " in line}
    unread = {
        line.split(":")[0]
        for line in result.stdout.splitlines()
        if line.endswith(("[invalid-utf8]", "[reading-limit]"))
    }
    assert no_runbooks - told - unread == set()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("notes/x.md", "not checked, it holds no runbook, drill, incident or catalog"),
        ("docs/x.md", "not checked, it holds no runbook, drill, incident or catalog"),
        ("runbooks/README.md", "not checked, it holds no runbook, drill, incident or catalog"),
        ("runbooks/x.md", "no front matter, so this is no runbook"),
        ("drills/x.md", "no front matter, so this is no drill"),
    ],
)
def test_a_file_that_is_no_runbook_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, says: str
) -> None:
    (tmp_path / "runbooks").mkdir()
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text("# Notes\n\n## More\n\nText\n")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, ["lint", path])
    assert says in result.output
    assert result.exit_code == (1 if "front matter" in says else 2)
    assert "section" not in result.output, "one fault, one finding"


def test_front_matter_of_something_else_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "post.md").write_text("---\nlayout: post\ntags: [a]\n---\n\n# Notes\n\n## More\n")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, ["lint"])
    assert '"schema" is missing, so this is no runbook' in result.output
    assert "1 error and 0 warnings" in result.output
