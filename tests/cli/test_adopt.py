"""``drillbook adopt``: every style of free-form runbook becomes a draft that lints and holds every word of it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook import document, files
from drillbook.cli import commands
from drillbook.document import Document
from drillbook.repository import Repository
from drillbook.starter import adopted, commands as code
from drillbook.starter.adopted import Draft, Frame
from drillbook.starter.commands import Inputs

OLD = Path(__file__).parent / "old"
STYLES = sorted(OLD.glob("*.md"))
AS_OF = "--as-of=2026-11-22"
FRAME = Frame("old", "sre", date(2026, 11, 22))
HOSTILE = {
    "windows": "# Title\r\n\r\n## Diagnosis\r\n\r\n```bash\r\nkubectl get pods -n <ns>\r\n```\r\n\r\nwords\r\n",
    "old mac": "# Title\r\rText\r\r## Mitigation\r\r1. one\r2. two\r",
    "byte order mark": "\ufeff# Title\n\ntext\n",
    "form feed": "one\x0ctwo\x0bthree\n",
    "toml": "+++\ntitle = 'Old'\nweight = 3\n+++\n# Heading\n\ntext\n",
    "no front matter": "---\n\nwords between\n\n---\n\nmore words\n",
    "front matter that is none": "---\n: [broken\n&a *b\nkey: {x\n---\n\ntext\n",
    "front matter without end": "---\ntitle: x\n\ntext goes on\n",
    "a runbook in a runbook": "---\nschema: runbook/1\nid: other\n---\n\n## Detect\n\n```step\nid: a\n```\n",
    "template": "Say [[[ team('x') ]]] [[% set a = 1 %]] [[~ b ~]] {{ c }} {% d %}\n\n    [[[ e ]]]\n",
    "template in html": "<div>\n[[[ f ]]]\n</div>\n",
    "attributes": "Words {: onclick=alert(1) } and { .cls href=javascript:x }\n\n# Head {#id onclick=x}\n",
    "many placeholders": "```sh\n" + "".join(f"get <name-{n}> <Name {n}>\n" for n in range(40)) + "```\n",
    "names that clash": "```sh\na <environment> <stage> <evidence dir> <end> <pod-name> <pod_name> <1x> <名> <имя>\n```\n",
    "titles that clash": "Do:\n\n```sh\nls\n```\n\nDo:\n\n```sh\nls\n```\n\nend:\n\n```sh\nls\n```\n\n!!!:\n\n```sh\nls\n```\n",
    "a long line": "word " * 2000 + "\n\n```sh\n" + "echo word\n" * 900 + "```\n\n1. " + "long " * 1500 + "\n",
    "deep": "> " * 300 + "deep\n\n" + "".join(f"{'  ' * n}- item{n}\n" for n in range(60)),
    "brackets": "[" * 500 + "a" + "]" * 500 + "(b)\n\n" + "*a **b " * 200 + "\n",
    "definitions": "[one]: /a\n[two]: <b> 'title words'\n\nSee [one], [two] and [three][one].\n\n[^1]: a footnote\n",
    "yaml in text": "!!python/object:x\n\n%YAML 1.1\n\n? complex\n: value\n\n- &a b\n- *a\n\n012: on\n",
    "fences": "`````\n````\n```\ninner\n`````\n\n~~~sh ```\nls <x>\n~~~\n\n```sh\n```\n\n``` `\nnot code\n",
    "prompts": "```\nuser@host:~$ ls -l \\\n  /tmp\ntotal 0\n$ cat 'a\nb'\nb\n```\n",
    "shell": '```sh\nexport FOO=1; echo $FOO ${BAR} "$BAZ" \'$QUX\' "<q>" \'<r>\' # <s>\ncat < /dev/null > out\nx <<< "$Y"\n```\n',
    "html": "<details>\n\n## Mitigation\n\n</details>\n\n<!-- never closed\n\n## Restore\n",
    "nul": "a\x00b\n",
    "marks": "***\n\n___\n\n===\n\n+\n\n1.\n\n#\n\n>\n\n|\n\n```\n",
    "gaps": "TODO: ask TBD. [Team Name] ??? <your-name> ____\n\n1. FIXME later\n",
    "equal headings": "## Detect\n\na\n\n## Learn\n\nb\n\n## Detect\n\nc\n\n## Mitigation\n\nd\n\n## Mitigation\n\ne\n",
    "links": "[a](x.md) ![b](../y.png) [c](javascript:alert(1)) <d@example.org> [e](<a b.md> 'the title') [f](#g)\n",
    "images": "![alt words](https://example.com/a.png)\n\n[![in](a.png)](b.md)\n",
    "tabs": "-\titem\n\n\t\tcode in item\n\n\tpara\n\n1.\tnext\n\n\t```sh\n\tls\n\t```\n",
    "lazy": "1. one\ncontinued\n   1. inner\n      text\n\n   after\n2. two\n> quoted\nlazily\n",
    "right to left": "# تعطل النموذج\n\n## Diagnosis\n\nافحص `kubectl` الآن\n\n```sh\nkubectl get pods -n <مساحة>\n```\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert run("init", AS_OF).exit_code == 0
    return tmp_path


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """What ``drillbook init`` lays out."""
    root = tmp_path_factory.mktemp("repository")
    assert CliRunner().invoke(commands, ["init", str(root), AS_OF]).exit_code == 0
    return files.load(root)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(each) for each in arguments])


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text.casefold()))


def said(text: str) -> Counter[str]:
    """The words of an old text, without the marks of Markdown: numbers of a list, the language of a shell."""
    bare = re.sub(r"^[ \t>]*(?:[-*+] +)*\d{1,9}[.)](?=\s|$)", "", text, flags=re.MULTILINE)
    bare = re.sub(
        r"^([ \t>]*(?:[-*+] +)*(?:`{3,}|~{3,}) ?)(?:sh|bash|shell|console)\b", r"\1", bare, flags=re.MULTILINE
    )
    return words(bare)


def lost(old: str, new: str) -> Counter[str]:
    """The words of an old text that stand less often in the new one. A name to fill in may be one word there, at least once."""
    text = adopted.plain(old)[0]
    missing = said(text) - words(new)
    names = words(" ".join(re.findall(r"<[^<>\n]+>|\$\{?[A-Z]\w*|\{\{.*?\}\}", text)))
    return Counter({word: count for word, count in missing.items() if word not in names or word not in words(new)})


def adopt(text: str, repository: Repository) -> tuple[Draft, Document]:
    draft = adopted.draft(text, "old/old.md", FRAME, repository)
    return draft, document.parse("runbooks/old.md", "runbook", draft.text.encode())


def test_there_are_styles_to_try() -> None:
    assert len(STYLES) >= 12


@pytest.mark.parametrize(
    "text", [*(each.read_text() for each in STYLES), *HOSTILE.values()], ids=[*(each.stem for each in STYLES), *HOSTILE]
)
def test_no_word_is_lost_and_the_draft_lints(text: str, repository: Repository) -> None:
    draft, _ = adopt(text, repository)
    assert lost(text, draft.text) == Counter()
    assert [(each.line, each.rule, each.message) for each in draft.errors] == []


FRAGMENTS = [line for text in HOSTILE.values() if len(text) < 400 for line in re.split(r"(?<=\n)", text)]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(lines=st.lists(st.sampled_from([*FRAGMENTS, "\n", "   ", "> ", "- "]), max_size=12))
def test_no_word_of_anything_is_lost(lines: list[str], repository: Repository) -> None:
    text = "".join(lines)
    draft, read = adopt(text, repository)
    assert lost(text, draft.text) == Counter(), text
    assert read.readable
    assert [(each.line, each.rule, each.message) for each in draft.errors] == [], text
