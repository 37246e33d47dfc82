"""docs/running-incidents.md from the alert to the published summary, as somebody would type it."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook.cli import commands
from tests.cli.test_since import ROOT, commit, git

pytestmark = pytest.mark.slow

TEXT = (ROOT / "docs" / "running-incidents.md").read_text(encoding="utf-8")
SHELL = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
FRONT = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)[0]
ID = "2026-11-22-fraud-accuracy-drop"


def typed(line: str, now: str) -> Result:
    words = shlex.split(line)
    assert words[0] == "drillbook"
    return CliRunner().invoke(commands, words[1:], env={"DRILLBOOK_NOW": now, "DRILLBOOK_TEAM": "fraud-ml"})


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone, so that there is an origin whose branch nobody here can write."""
    origin, folder, home = tmp_path / "origin", tmp_path / "work", tmp_path / "home"
    origin.mkdir()
    home.joinpath(".ssh").mkdir(parents=True)
    key = home / ".ssh" / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    git(origin, "init", "-q", "-b", "main")
    for name in ("catalog", "runbooks"):
        shutil.copytree(ROOT / name, origin / name)
    (origin / ".drillbook").mkdir()
    (origin / ".drillbook/allowed_signers").write_text(f"sre@example.com {key.with_suffix('.pub').read_text()}")
    commit(origin)
    git(tmp_path, "clone", "-q", str(origin), str(folder))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(folder)
    (folder / "flags.txt").write_text("fraud.model_share 0\n")
    (folder / "sample.parquet").write_bytes(b"PAR1")
    return folder


def test_whoever_seals_with_a_key_that_nobody_allowed_is_told_at_once(here: Path) -> None:
    other = here.parent / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
    typed("drillbook incident open fraud-accuracy-drop --at 2026-11-22T02:55Z", "2026-11-22T03:10Z")
    strange = typed(f"drillbook incident seal --key {other}", "2026-11-22T03:10Z")
    assert (strange.exit_code, "on no line of the allowed signers" in strange.stderr) == (0, True), strange.output
    known = typed(f"drillbook incident seal --key {here.parent}/home/.ssh/id_ed25519", "2026-11-22T03:11Z")
    assert (known.exit_code, known.stderr) == (0, "")


def test_from_the_alert_to_the_closed_postmortem(here: Path) -> None:
    hours = iter(
        ("2026-11-22T03:10Z", "2026-11-22T03:20Z", "2026-11-22T09:00Z", "2026-11-24T09:00Z", "2026-11-24T10:00Z")
    )
    report = here / "incidents" / ID / "incident.md"
    for block in SHELL:
        now = next(hours)
        for line in block.splitlines():
            result = typed(line.replace("~", str(here.parent / "home")), now)
            expected = 1 if "publish" in line else 0
            assert result.exit_code == expected, f"{line}\n{result.output}"
            if "verify" in line:
                assert "seal 1: " in result.stdout
                assert "not sealed" not in result.stdout
            if "postmortem" in line:
                before = typed("drillbook incident close", now)
                assert (before.exit_code, "still to be written" in before.stdout) == (1, True)
                lines = report.read_text().replace("classification:", f"{FRONT}classification:").splitlines()
                said = [("It was short." if each.startswith("_Still") else each) for each in lines]
                report.write_text("\n".join(said) + "\n")
    sums = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=report.parent / "evidence", capture_output=True, check=False
    )
    assert (sums.returncode, sums.stdout) == (0, b"flags.txt: OK\n")
    assert "undecided:" in (report.parent / "publish.yaml").read_text()
    lint = CliRunner().invoke(commands, ["lint", "--as-of=2026-11-25", "--strict"])
    assert lint.exit_code == 0, lint.stdout
    actions = typed("drillbook actions list --as-of 2026-11-25", "2026-11-25T00:00Z")
    assert "Block a publish whose window differs from the contract" in actions.stdout
