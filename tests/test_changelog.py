"""Writing a version and a changelog entry: every other byte of the file stays, and ruamel reads what was meant."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from drillbook import changelog, document
from drillbook.changelog import Entry
from drillbook.document import Document

ROOT = Path(__file__).parent.parent
ENTRY = Entry(
    "9.0.0", "2026-11-22", "sre", "the drill: #7, of 'November'", ("a fires below −0.05, was −0.04", "- x: [y]")
)
BODY = "\n## Detect\n\n```step\nid: look\ntitle: Look\ndo: Look at version 1.2.3\n```\n"

comments = st.sampled_from(["", "  # as ever", " # version: 1.2.3", "  #"])
words = st.text(st.sampled_from("ab ,:#-'\"[]{}é−中|>%@&*!?"), min_size=1, max_size=20)


def as_yaml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def entries(draw: st.DrawFn, version: str) -> tuple[str, str]:
    """An older entry on one line and on several, both with the same meaning."""
    because = as_yaml(draw(words))
    flow = f"{{version: '{version}', date: 2026-10-12, because: {because}}}"
    block = f'version: "{version}"\n    date: 2026-10-12{draw(comments)}\n    because: {because}'
    return flow, block


@st.composite
def changelogs(draw: st.DrawFn) -> str:
    flow, block = zip(*[draw(entries(version)) for version in ("1.2.3", "1.2.2")], strict=True)
    note = draw(st.sampled_from(["", "  # newest first", "\n  # newest first", "\n\n"]))
    return draw(
        st.sampled_from(
            [
                f"changelog:{note}\n" + "".join(f"  - {each}\n" for each in block),
                f"changelog:{note}\n" + "".join(f"  - {each}\n" for each in flow),
                f"changelog:{note}\n"
                + "".join(f"- {each.replace(chr(10) + '    ', chr(10) + '  ')}\n" for each in block),
                f"changelog:{note}\n" + "".join(f"  -   # the day\n    {each}\n" for each in block),
                f"changelog: [{', '.join(flow)}]\n",
                f"changelog: [ {', '.join(flow)}, ]  # one line\n",
                f"changelog:\n  [\n    {flow[0]},  # the newest\n    {flow[1]}\n  ]\n",
                f"changelog: [{flow[0]},\n  {flow[1]}]\n",
                f'"changelog":{note}\n' + "".join(f"      - {each}\n" for each in flow),
            ]
        )
    )


@st.composite
def files(draw: st.DrawFn) -> bytes:
    version = draw(
        st.sampled_from(
            [
                'version: "1.2.3"',
                "version: '1.2.3'",
                "version: 1.2.3",
                "version:   '1.2.3'",
                'version:\n  "1.2.3"',
                "'version': 1.2.3",
                'version: "1.2\\x2e3"',
                "version: >-\n  1.2.3",
                "version: |-\n    1.2.3",
            ]
        )
    )
    trailing = draw(comments) if ">" not in version and "|" not in version else ""
    parts = [
        f"{version}{trailing}\n",
        draw(changelogs()),
        draw(
            st.sampled_from(
                ["summary: >-\n  version: 1.2.3\n\n  changelog:\n    - none\n", "summary: |\n  changelog: []\n\n\n"]
            )
        ),
        f"title: {as_yaml(draw(words))}{draw(comments)}\n",
        draw(st.sampled_from(["# version: 1.2.3\n", "\n", " \n# changelog: []\n", "\n\n# --\n"])),
        "symptoms: [one, two,\n  three]\nid: x\nowner: sre\nstatus: draft\nschema: runbook/1\n",
    ]
    text = "---\n" + "".join(draw(st.permutations(parts))) + "---\n" + BODY
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()


def front(data: bytes) -> dict[str, Any]:
    """The front matter as ruamel reads it, days as text."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    loaded = YAML(typ="rt").load(io.StringIO(text.split("\n---\n", 1)[0].removeprefix("---\n")))
    return {key: plain(each) for key, each in loaded.items()}


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else str(value)


def check(data: bytes, entry: Entry = ENTRY) -> bytes:
    """Write the entry and hold the result against the file as it was."""
    here = document.parse("runbooks/x.md", "runbook", data)
    new = changelog.written(here, entry)
    old_version = str(here.front["version"])
    assert front(new) == {
        **front(data),
        "version": entry.version,
        "changelog": [plain(entry.data), *front(data)["changelog"]],
    }
    assert inserted(data, back(new, here, old_version))
    assert (b"\n" in data.replace(b"\r\n", b"")) == (b"\n" in new.replace(b"\r\n", b"")), "line breaks are mixed"
    return new


def back(new: bytes, here: Document, old: str) -> bytes:
    """The new file with the old version in its place again, as it was written."""
    span = here.span(("version",))
    written = here.text[span.start : span.end]
    reread = document.parse("runbooks/x.md", "runbook", new)
    span = reread.span(("version",))
    assert re.sub(r"\D", "", reread.text[span.start : span.end]) == "900"
    mark = new[: len(new) - len(reread.text.encode())]
    assert old in written or written == '"1.2\\x2e3"'
    return mark + (reread.text[: span.start] + written + reread.text[span.end :]).encode()


def inserted(old: bytes, new: bytes) -> bool:
    """Whether one stretch was put into a file, and nothing else happened to it."""
    before = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    behind = len(old) - before
    return len(new) > len(old) and (behind == 0 or new.endswith(old[before:]))


@pytest.mark.slow
@given(files())
@settings(max_examples=200, deadline=None)
def test_every_other_byte_stays(data: bytes) -> None:
    check(data)


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "runbooks").glob("*.md")), ids=lambda path: path.stem)
def test_of_every_runbook_exactly_the_lines_that_should_change(path: Path) -> None:
    data = path.read_bytes()
    old, new = data.decode().split("\n"), check(data).decode().split("\n")
    at = next(number for number, line in enumerate(old) if line.startswith("version: "))
    first = next(number for number, line in enumerate(old) if line == "changelog:") + 1
    assert new[at] == 'version: "9.0.0"'
    assert [*new[:at], old[at], *new[at + 1 : first], *new[first + 7 :]] == old
    assert new[first : first + 7] == [
        '  - version: "9.0.0"',
        "    date: 2026-11-22",
        "    by: sre",
        "    because: \"the drill: #7, of 'November'\"",
        "    changes:",
        "      - a fires below −0.05, was −0.04",
        '      - "- x: [y]"',
    ]
    check(data.replace(b"\n", b"\r\n"))
    check(b"\xef\xbb\xbf" + data)


@given(words, st.lists(words, min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_whatever_somebody_says_is_read_back(because: str, changes: list[str]) -> None:
    entry = Entry("9.0.0", "2026-11-22", "sre", because, tuple(changes))
    for text in ("changelog:\n  - version: 1.2.3\n", "changelog: [{version: 1.2.3}]\n"):
        data = f"---\nversion: 1.2.3\n{text}---\n".encode()
        here = document.parse("runbooks/x.md", "runbook", data)
        new = document.parse("runbooks/x.md", "runbook", changelog.written(here, entry))
        assert new.front["changelog"] == [entry.data, {"version": "1.2.3"}]
        assert new.problems == ()


@pytest.mark.parametrize("text", ["", "changelog: []\n", "changelog: x\n", "changelog:\n"])
def test_without_a_changelog_nothing_is_written(text: str) -> None:
    here = document.parse("runbooks/x.md", "runbook", f"---\nversion: 1.2.3\n{text}---\n".encode())
    with pytest.raises(changelog.Refused, match="no changelog of its own"):
        changelog.written(here, ENTRY)
