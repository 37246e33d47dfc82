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
from drillbook.starter import adopted
from drillbook.starter import commands as code
from drillbook.starter.adopted import Draft, Frame
from drillbook.starter.commands import Inputs
from tests.site.conftest import build

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
    "shell": '```sh\nexport FOO=1; echo $FOO "$BAZ" \'$QUX\' "<q>" \'<r>\' # <s>\ncat < /dev/null > out\nx <<< "$Y"\n```\n',
    "html": "<details>\n\n## Mitigation\n\n</details>\n\n<!-- never closed\n\n## Restore\n",
    "nul": "a\x00b\n",
    "marks": "***\n\n___\n\n===\n\n+\n\n1.\n\n#\n\n>\n\n|\n\n```\n",
    "gaps": "TODO: ask TBD. [Team Name] ??? <your-name> ____\n\n1. FIXME later\n",
    "equal headings": "## Detect\n\na\n\n## Learn\n\nb\n\n## Detect\n\nc\n\n## Mitigation\n\nd\n\n## Mitigation\n\ne\n",
    "links": "[a](x.md) ![b](../y.png) [c](javascript:alert(1)) <d@example.org> [e](<a b.md> 'the title') [f](#g)\n",
    "images": "![alt words](https://example.com/a.png)\n\n[![in](a.png)](b.md)\n",
    "lists in lists": "- a:\n  - b\n\n    ```sh\n    ls <x>\n    ```\n\n  1. c\n"
    "     - d\n\n       ```sh\n       cat <y>\n       ```\n- e\n",
    "tabs": "-\titem\n\n\t\tcode in item\n\n\tpara\n\n1.\tnext\n\n\t```sh\n\tls\n\t```\n",
    "lazy": "1. one\ncontinued\n   1. inner\n      text\n\n   after\n2. two\n> quoted\nlazily\n",
    "more than the linter tells at once": "".join(f"{n} [a](gone.md) [[[ x ]]] <b>\n\n" for n in range(250)),
    "headings that are no sections": "> ## Restore\n\n- ## Learn\n\n> Contain\n> -------\n",
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


def adopting(*arguments: str | Path) -> Result:
    return run("adopt", *arguments, "--owner=sre", AS_OF)


@pytest.mark.usefixtures("here")
def test_commands_become_steps_and_what_was_left_open_becomes_inputs() -> None:
    result = adopting(OLD / "KubePodCrashLooping.md")
    assert result.exit_code == 0, result.output
    shown = "runbooks/kube-pod-crash-looping.md"
    assert result.stdout.startswith(
        f"Wrote {shown} from {OLD}/KubePodCrashLooping.md: 4 steps, 4 inputs and 11 gaps (TODO)"
    )
    assert "Next: read each draft beside the old text" in result.stdout
    read = files.load(Path()).runbook("kube-pod-crash-looping")
    assert read is not None
    assert [each["id"] for each in read.front["inputs"]] == ["namespace", "pod", "pod_name", "deployment"]  # type: ignore[attr-defined]
    first = read.steps[0].value
    assert isinstance(first, dict)
    assert first["title"] == "Look at the pod"
    assert first["run"].splitlines()[1] == 'kubectl logs "${pod_name}" -n "${namespace}" --previous'
    assert [step.section for step in read.steps] == ["Detect", "Mitigate", "Mitigate", "Mitigate"]
    assert run("lint", AS_OF, "--strict", shown).exit_code == 0


@pytest.mark.usefixtures("here")
def test_what_nobody_knew_fails_before_the_draft_is_active() -> None:
    adopting(OLD / "KubePodCrashLooping.md")
    draft = Path("runbooks/kube-pod-crash-looping.md")
    result = run("lint", AS_OF, "--status=active", "--select=unfinished-text", draft)
    assert result.exit_code == 1
    places = {int(each) for each in re.findall(r":(\d+):\d+: error: \"TODO\" is a gap", result.stdout)}
    marked = [number for number, line in enumerate(draft.read_text().splitlines(), 1) if "TODO" in line]
    assert places == set(marked)
    assert len(marked) >= 9


@pytest.mark.usefixtures("here")
def test_the_old_files_stay_and_nothing_is_overwritten() -> None:
    before = {path: path.read_bytes() for path in OLD.iterdir()}
    again = [OLD / "deutsch.md", OLD / "levels.md"]
    assert adopting(again[0]).exit_code == 0
    first = Path("runbooks/deutsch.md").read_bytes()
    result = adopting(*again)
    assert result.exit_code == 1
    assert "there is a runbook deutsch already; give another id with --id" in result.stderr
    assert "Wrote runbooks/levels.md" in result.stdout
    assert Path("runbooks/deutsch.md").read_bytes() == first
    assert {path: path.read_bytes() for path in OLD.iterdir()} == before
    assert adopting(again[0], "--id=veraltete-vorhersagen").exit_code == 0


def test_two_files_of_one_name_are_one_draft_and_a_sentence(here: Path) -> None:
    for folder in ("a", "b"):
        (here / folder).mkdir()
        (here / folder / "late.md").write_text(f"words of {folder}\n")
    result = adopting("a/late.md", "b/late.md")
    assert (result.exit_code, result.stderr) == (1, "b/late.md: runbooks/late.md is there already\n") or (
        "b/late.md: there is a runbook late already" in result.stderr
    )
    assert "words of a" in (here / "runbooks/late.md").read_text()


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("..md", None),
        ("./-.md", None),
        ("описание.md", None),
        ("500 errors.md", "runbook-500-errors"),
        ("..%2f..%2fx.md", "2f-2fx"),
    ],
)
def test_a_name_never_leads_out_of_the_folder(here: Path, name: str, id: str | None) -> None:
    (here / name).write_text("words\n")
    before = {path.name for path in here.iterdir()}
    result = adopting(name)
    assert {path.name for path in here.iterdir()} == before
    made = {path.stem for path in (here / "runbooks").iterdir()} - {"scores-shifted"}
    if id is None:
        assert result.exit_code == 1
        assert f"{Path(name)}: no name for a file can be made of it; give one with --id" in result.stderr
        assert made == set()
    else:
        assert result.exit_code == 0
        assert made in ({id}, {f"runbook-{id}"})


@pytest.mark.slow
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"words " * 200_000, "old.md: larger than 300,000 bytes, expected a runbook; split it into several first"),
        (b"caf\xe9", "old.md: cannot be read: no UTF-8 text; save it as UTF-8"),
        (b"`x` " * 74_995 + b"\n\n<script>\n", "its draft would be larger than 300,000 bytes"),
    ],
)
def test_what_cannot_be_adopted_says_so_and_nothing_is_written(content: bytes, said: str) -> None:
    Path("old.md").write_bytes(content)
    result = adopting("old.md")
    assert result.exit_code == 1
    assert said in result.stderr
    assert not Path("runbooks/old.md").exists()


@pytest.mark.usefixtures("here")
def test_a_fault_that_the_old_text_brings_is_told_and_kept() -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPL3"
    Path("old.md").write_text(f"# Old\n\n## Mitigation\n\n```sh\naws configure set aws_access_key_id {secret}\n```\n")
    result = adopting("old.md")
    assert result.exit_code == 1
    assert "drillbook lint finds 1 error in it that the old text brings: secret-in-text" in result.stderr
    assert secret not in result.output
    text = Path("runbooks/old.md").read_text()
    assert f'run: "aws configure set aws_access_key_id {secret}"' in text, "a plainer form would mend nothing"


@pytest.mark.usefixtures("here")
def test_letters_that_nobody_sees_are_taken_out_and_told() -> None:
    Path("old.md").write_text("# Old\n\nRun kubect\u200bl, not \u202erm\u202c; p\u0430yments stop.\n")
    result = adopting("old.md")
    assert (result.exit_code, "4 characters that nobody sees, or that pass for others" in result.stdout) == (0, True)
    assert "Run kubectl, not rm; payments stop." in Path("runbooks/old.md").read_text()


@pytest.mark.usefixtures("here")
def test_links_lead_where_they_led() -> None:
    Path("wiki/pictures").mkdir(parents=True)
    Path("docs/pictures").mkdir(parents=True)
    Path("docs/pictures/lag.png").write_bytes(b"")
    Path("docs/old.md").write_text("See ![the lag](pictures/lag.png), [how to go on](start.md) and [gone](gone.md).\n")
    assert adopting("docs/old.md").exit_code == 0
    text = Path("runbooks/old.md").read_text()
    assert "See ![the lag](<../pictures/lag.png>), [how to go on](<../start.md>) and " in text
    assert "gone (`gone.md`, TODO: where is this now?)" in text


def test_commands_in_lists_inside_of_lists_become_steps_too(here: Path) -> None:
    (here / "docs").mkdir(exist_ok=True)
    (here / "docs" / "plan.png").write_bytes(b"x")
    text = "# Old\n\n## Mitigation\n\n1. First:\n   - restart\n     ```sh\n     kubectl delete pod <name>\n     ```\n"
    (here / "docs" / "old.md").write_text(text + "2. See [the plan](plan.png) and wait.\n")
    assert run("adopt", "docs/old.md", "--owner", "sre", AS_OF).exit_code == 0
    (draft,) = (each for each in files.load(here).of("runbook") if each.id == "old")
    values = [block.value for block in draft.steps]
    assert [each["title"] for each in values] == ["restart", "See the plan and wait"]  # type: ignore[index, call-overload]
    assert values[0]["run"] == 'kubectl delete pod "${name}"\n'  # type: ignore[index, call-overload]
    assert "[the plan](<../plan.png>)" in values[1]["do"]  # type: ignore[index, call-overload]
    assert [each["id"] for each in draft.front["inputs"]] == ["name"]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("here")
def test_the_drafts_go_where_one_says() -> None:
    assert adopting(OLD / "levels.md", "--output=elsewhere/new").exit_code == 0
    assert Path("elsewhere/new/levels.md").is_file()
    assert not Path("runbooks/levels.md").exists()
    assert adopting(OLD / "levels.md", OLD / "deutsch.md", "--id=x").exit_code == 2
    assert run("adopt", "nowhere.md", "--owner=sre").exit_code == 1
    assert run("adopt", OLD / "levels.md", "--owner=sree").exit_code == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("get <pod>", 'get "${pod}"'),
        ("get ns/<ns>", 'get ns/"${ns}"'),
        ('get "a <pod> b"', 'get "a ${pod} b"'),
        ("get '<pod>'", 'get "${pod}"'),
        ("get 'a<pod>' '<pod>b' 'a<pod>b'", "get 'a'\"${pod}\" \"${pod}\"'b' 'a'\"${pod}\"'b'"),
        ("get '<pod><ns>' x", 'get "${pod}""${ns}" x'),
        ("get -o template='{{range .items}}{{end}}' <pod>", "get -o template='{{range .items}}{{end}}' \"${pod}\""),
        ("docker ps --format '{{name}} {{ $labels.pod }}'", "docker ps --format '{{name}} '\"${pod}\""),
        ("get $POD ${POD}x", 'get "${pod}" "${pod}"x'),
        ("POD=1; get $POD", "POD=1; get $POD"),
        ("get $HOME '$POD' \\$POD", "get $HOME '$POD' \\$POD"),
        ("get --env <environment>", 'get --env "${environment}"'),
        ("get {{ $labels.pod }} {{ view }}", 'get "${pod}" "${view}"'),
        ("a << EOF <(b) <none> < in > out", "a << EOF <(b) <none> < in > out"),
    ],
)
def test_an_input_is_written_as_a_shell_reads_it(old: str, new: str) -> None:
    assert code.with_inputs(old, Inputs()) == new


@pytest.mark.slow
def test_the_site_shows_every_draft(here: Path, tmp_path: Path) -> None:
    for name, text in HOSTILE.items():
        (tmp_path / f"hostile {name}.txt").write_text(text, encoding="utf-8", newline="")
    old = [*STYLES, *(tmp_path / f"hostile {name}.txt" for name in HOSTILE)]
    assert adopting(*old).exit_code == 0
    drafts = {path.stem for path in (here / "runbooks").iterdir()}
    assert len(drafts) > len(old)
    defaults = here / "catalog/defaults.yaml"
    defaults.write_text(
        defaults.read_text().replace("repository:\n", "repository:\n  governance: {classification: internal}\n")
    )
    done = build(here / "mkdocs.yml", tmp_path / "built")
    assert done.returncode == 0, done.stderr[-2000:]
    assert {path.name for path in (tmp_path / "built/runbooks").iterdir() if path.is_dir()} == drafts
