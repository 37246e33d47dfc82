"""Addresses and handles: which are those of a person, and which belong to a team, a vendor or a machine."""

from __future__ import annotations

import pytest

from drillbook import document, people

KNOWN = frozenset({"sre@example.com", "sre-primary", "ranking"})


@pytest.mark.parametrize(
    "words",
    [
        "jane.doe@example.com",
        "jane@example.com",
        "JANE@EXAMPLE.COM",
        "j.doe@vendor.example.org",
        "jane_doe@elsewhere.example",
        "@jane.doe",
        "@jdoe",
    ],
)
def test_persons(words: str) -> None:
    assert people.suspect(words, KNOWN)


@pytest.mark.parametrize(
    "words",
    [
        "sre@example.com",
        "SRE@example.com",
        "ml-team@example.com",
        "fraud.alerts@example.com",
        "dpo@authority.example",
        "data.protection@authority.example",
        "support@vendor.example.org",
        "jane@vendor.example.org",
        "@sre-primary",
        "@ranking",
        "@here",
        "@channel",
        "@payments-oncall",
    ],
)
def test_groups(words: str) -> None:
    assert not people.suspect(words, KNOWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ask @jdoe now.", ["@jdoe"]),
        ("Write to jane.doe@example.com.", ["jane.doe@example.com"]),
        ("Run `scp out ops@host.example.com:` first.", []),
        ("Clone git@github.com:org/repo with it.", []),
        ("Pin image@sha256:0123 and @scope/package.", []),
        ("See https://user@host.example.com/x there.", []),
        ("[jane](mailto:jane.doe@example.com) knows.", ["jane.doe@example.com"]),
        ("Ask <jane.doe@example.com> first.", ["jane.doe@example.com"]),
        ("[the page](https://example.com/@jane) says.", []),
        ("```\nmail jane.doe@example.com\n```", []),
    ],
)
def test_where_they_are_looked_for(text: str, expected: list[str]) -> None:
    front = "---\nschema: runbook/1\nid: one\n---\n\n"
    parsed = document.parse("runbooks/one.md", "runbook", f"{front}{text}\n".encode())
    assert [each.words for each in people.named(parsed)] == expected
