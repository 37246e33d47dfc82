"""Secrets: what the library knows is looked at, what is none is left alone, and no report repeats one."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook import credentials, document, engine
from drillbook.cli import commands
from drillbook.report import formats
from drillbook.repository import Repository
from drillbook.rules import all_rules

LETTERS = "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0fG2hJ4kL6nP8rS0tV2wX4zA6cD8eF0gI2lM4oQ6uR8"
HEX = "0f8e7d6c5b4a39281706f5e4d3c2b1a0978e7d6c5b4a39281706f5e4d3c2b1a0"

# One of each kind; put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "aws": "AKIA" + "4QWERTY2UIOP7ASD",
    "aws key": "aws_secret_access_" + f'key = "{LETTERS[:40]}"',
    "azure": "Account" + "Key=" + (LETTERS * 2)[:86] + "==",
    "basic": "psql postgresql://" + "app:w0nderf7l@db.example.com/items",
    "discord": "MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ." + LETTERS[:27],
    "github": "gh" + "p_" + LETTERS[:36],
    "gitlab": "gl" + "pat-" + LETTERS[:20],
    "jwt": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + LETTERS[:43],
    "mailchimp": HEX[:32] + "-us6",
    "npm": "//registry.example.com/:_auth" + "Token=npm_" + LETTERS[:36],
    "openai": "sk-" + LETTERS[:20] + "T3Blbk" + "FJ" + LETTERS[20:40],
    "private": "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "pypi": "pypi-AgEIcHlwaS5vcmc" + LETTERS[:71],
    "sendgrid": "SG." + LETTERS[:22] + "." + LETTERS[:43],
    "slack": "xo" + "xb-123456789012-1234567890123-" + LETTERS[:24].lower(),
    "slack hook": "https://hooks." + "slack.com/services/T0AAAAAA1/B0BBBBBB2/" + LETTERS[:24],
    "square": "sq0" + "csp-" + LETTERS[:43],
    "stripe": "sk_" + "live_" + LETTERS[:24],
    "telegram": "110201543:" + LETTERS[:35],
    "twilio": "SK" + HEX[:32],
    "artifactory": "AK" + "C" + LETTERS[:20],
    "ibm": f'ibm_cloud_api_key: "{LETTERS[:44]}"',
    "softlayer": f"softlayer_api_key = {HEX}",
    "yaml": "db_password: " + "Tr4vers-Qx9!mm2",
    "shell": "export API_" + "KEY='9f8Zq2LmXc71Rt5Yw'",
    "bearer": "curl -H 'Authorization: Bea" + "rer 9f8Zq2LmXc71Rt5Yw0PbKs3V'",
}
FINE = [
    "password: ${db_password}",
    "password: see the store",
    "password: <the one of the store>",
    "--password-file=/run/secrets/db-2",
    "secret: ranking-items-v2",
    "secretName: scoring-tls-2026",
    'api_key: "{{ vault.key1 }}"',
    "psql postgresql://app:${password}@db.example.com/items",
    "psql postgresql://app@db.example.com:5432/items",
    "digest: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "The password was changed on 2026-11-22, the secret is kept in the store.",
    'increase(secret_rotations_total{app="assistant", kind="api_key"}[30m])',
    "curl -H 'Authorization: Bearer ${token}' https://items.example.com",
    "AKIAIOSFODNN7EXAMPLE",
    "evidence-export --model fraud-scorer --rows 10000 --secret-class restricted2",
]


@pytest.mark.parametrize("kind", SECRETS)
def test_one_of_each_kind(kind: str) -> None:
    text = f"Before it\n{SECRETS[kind]}\nafter it"
    assert credentials.may_hold(text)
    (found,) = credentials.find(text)
    assert text[found.span.start : found.span.end] in SECRETS[kind]


@pytest.mark.parametrize("text", FINE)
def test_what_is_none(text: str) -> None:
    assert [text[each.span.start : each.span.end] for each in credentials.find(text)] == []


def test_nothing_of_the_library_is_read_for_a_text_without_a_hint() -> None:
    code = (
        "import sys; from drillbook import credentials\n"
        "assert not credentials.may_hold('Scores arrive late. Look at the queue: kubectl get pods --selector app=scoring')\n"
        "assert not {'detect_secrets', 'requests'} & {*sys.modules}"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


SECRET = "Tr4vers-Qx9!mm2"  # noqa: S105  made up
RUNBOOK = f"""---
schema: runbook/1
id: x
title: "password: {SECRET}"
status: {SECRET}
"{SECRET}": 1
---

## {SECRET}

Card 4556 7375 8689 9855, account DE75 5121 0800 1245 1261 99.
"""


@pytest.mark.parametrize("form", formats())
def test_no_report_repeats_what_must_not_be_shown(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "x.md").write_text(RUNBOOK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, ["lint", "--format", form, "--as-of", "2026-11-22"])
    assert result.exit_code == 1
    assert "secret" in result.output
    for hidden in (SECRET, "4556 7375", "5121 0800"):
        assert hidden not in result.output


def test_ten_thousand_hints_take_their_time_and_no_more() -> None:
    text = "\n".join(f"password: x{number}" for number in range(10_000)) + "\npassword=" + "a1" * 50_000
    parsed = document.parse("runbooks/x.md", "runbook", f"---\nid: x\n---\n{text}\n".encode())
    rules = [rule for rule in all_rules() if rule.name == "secret-in-text"]
    found = engine.lint(Repository((parsed,)), rules, date(2026, 11, 22))
    assert len(found) <= 101


def test_every_word_that_hints_at_a_secret_holds_one_of_the_stems_that_are_looked_for_first() -> None:
    for word in credentials._WORDS:
        assert any(stem in word for stem in credentials._STEMS), word
