"""``drillbook incident evidence``, ``seal`` and ``verify`` with the real ssh-keygen, sha256sum and git."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook import append
from drillbook.cli import commands
from tests.cli.test_incident import ID, NOW, begin, done, incident, lint, refused, report, timeline
from tests.cli.test_since import commit, git, here

pytestmark = pytest.mark.slow

__all__ = ["here"]
TRANSFER = ["evidence", "transfer", "scores.csv", "--to", "ml-governance", "--because", "They keep it"]


def keygen(*arguments: str) -> str:
    return subprocess.run(["ssh-keygen", *arguments], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def key(tmp_path: Path) -> Path:
    keygen("-q", "-t", "ed25519", "-N", "", "-C", "x", "-f", str(tmp_path / "key"))
    return tmp_path / "key"


@pytest.fixture
def signers(tmp_path: Path, key: Path) -> Path:
    file = tmp_path / "allowed_signers"
    file.write_text(f"sre@example.com {key.with_suffix('.pub').read_text()}")
    return file


@pytest.fixture
def kept(here: Path, tmp_path: Path) -> Path:
    begin()
    (tmp_path / "scores.csv").write_text("1,2\n")
    done("evidence", "add", str(tmp_path / "scores.csv"))
    return here / "incidents" / ID


def test_evidence_is_hashed_and_sha256sum_agrees(kept: Path, tmp_path: Path, here: Path) -> None:
    (tmp_path / "out").write_text("digest\n")
    words = ["--as", "digest.txt", "--item", "model-digest", "--component", "model/fraud-scorer", "--hold"]
    done("evidence", "add", str(tmp_path / "out"), "--command", "rm -rf / # never run", *words)
    done("evidence", "add", "https://grafana.example.com/d/1?from=2", "--as", "dashboard")
    big = ["--reference", "s3://evidence/sample.parquet", "--as", "sample.parquet", "--item", "scored-sample"]
    done("evidence", "add", str(tmp_path / "out"), *big)
    sums = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=kept / "evidence", capture_output=True, text=True, check=False
    )
    assert (sums.returncode, sums.stdout) == (0, "scores.csv: OK\ndigest.txt: OK\n")
    listed = done("evidence", "checklist")
    assert "[x] scored-sample: " in listed
    assert "[x] model-digest of model/fraud-scorer: " in listed
    assert "(digest.txt)" in listed
    assert "[ ] container-digest of service/scoring-api" in listed
    told = [each.value for each in timeline(here).entries]
    assert told[-1]["step"] == "export-evidence"
    assert told[2]["evidence"] == ["evidence/scores.csv"]
    assert lint().exit_code == 0, lint().stdout
    said = done("verify")
    assert "3 files" not in said
    assert "2 files of evidence are as they were collected" in said
    assert "dashboard lies elsewhere (https://grafana.example.com/d/1?from=2): it was never hashed" in said
    assert "no seal holds" in said


def test_what_is_no_evidence_is_refused(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "scores.csv")
    (tmp_path / "a\nb").write_text("x")
    (tmp_path / "more").write_text("other")
    assert "a link" in refused("evidence", "add", str(tmp_path / "link"))
    assert "is no name for evidence" in refused("evidence", "add", str(tmp_path / "a\nb"))
    for name in ("../../x", "SHA256SUMS", "-x", ".git", "a b"):
        assert "is no name for evidence" in refused("evidence", "add", str(tmp_path / "more"), "--as", name)
    assert "never replaced" in refused("evidence", "add", str(tmp_path / "more"), "--as", "scores.csv")
    other = refused("evidence", "add", str(tmp_path / "more"), "--as", "Scores.CSV")
    assert '"scores.csv" is evidence already' in other, "a Mac keeps one of the two"
    assert "no file" in refused("evidence", "add", str(tmp_path))
    assert "is restricted and the incident internal" in refused(
        "evidence", "add", str(tmp_path / "more"), "--class", "restricted"
    )
    (kept / "evidence" / "mine").write_text("mine")
    assert "another file of that name" in refused("evidence", "add", str(tmp_path / "more"), "--as", "mine")
    assert (kept / "evidence" / "mine").read_text() == "mine"


def test_large_files_are_hashed_where_they_are(kept: Path, tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(50_000_001)
    assert "larger than 50,000,000 bytes" in refused("evidence", "add", str(tmp_path / "large"))
    done("evidence", "add", str(tmp_path / "large"), "--reference", "s3://evidence/large")
    assert not (kept / "evidence" / "large").exists()


def test_a_sealed_incident_verifies_and_a_changed_one_does_not(
    kept: Path, here: Path, key: Path, signers: Path
) -> None:
    done(*TRANSFER, "--key", str(key))
    done("seal", "--key", str(key))
    said = done("verify", "--signers", str(signers))
    assert f"{ID} verifies.\n" in said
    assert f"signed at 2026-11-22T03:10:00Z for fraud-ml with {keygen('-lf', str(key)).split()[1]}" in said
    done("log", "after the seal")
    assert "the last line of timeline.jsonl is not sealed" in done("verify", "--signers", str(signers))
    done("seal", "--key", f"{key}.pub") if os.environ.get("SSH_AUTH_SOCK") else done("seal", "--key", str(key))
    assert "not sealed" not in done("verify", "--signers", str(signers))
    for name in ("timeline.jsonl", "custody.jsonl", "evidence/SHA256SUMS", "evidence/scores.csv", "seals/001.json"):
        file = kept / name
        before = file.read_bytes()
        file.write_bytes(before.replace(b"2", b"3", 1))
        result = incident("verify", "--signers", str(signers))
        assert (result.exit_code, "Does not fit:" in result.stdout) == (1, True), name
        file.write_bytes(before)
    (kept / "evidence" / "planted").write_text("x")
    assert "planted: in no line of the manifest" in incident("verify", "--signers", str(signers)).stdout
    (kept / "evidence" / "planted").unlink()
    (kept / "evidence" / "scores.csv").rename(here / "scores.csv")
    (kept / "evidence" / "scores.csv").symlink_to(here / "scores.csv")
    assert "SHA256SUMS:1: evidence/scores.csv: a link" in incident("verify", "--signers", str(signers)).stdout


def test_a_seal_that_was_taken_away_leaves_its_signature(kept: Path, key: Path, signers: Path) -> None:
    done("seal", "--key", str(key))
    before = (kept / "seals/001.json.sig").read_bytes()
    (kept / "seals/001.json").unlink()
    result = incident("verify", "--signers", str(signers))
    assert (result.exit_code, "seals/001.json.sig: a signature, and its seal is not there" in result.stdout) == (
        1,
        True,
    )
    assert "a signature, and its seal is not there" in refused("seal", "--key", str(key))
    assert (kept / "seals/001.json.sig").read_bytes() == before, "whoever seals at the same time loses nothing"
    (kept / "seals/001.json.sig").unlink()
    done("seal", "--key", str(key))
    assert "seal 1: " in done("verify", "--signers", str(signers))


def test_two_who_seal_at_once_never_mix_their_seals(kept: Path, key: Path, signers: Path) -> None:
    command = [sys.executable, "-m", "drillbook", "incident", "seal", "--key", str(key)]
    both = [subprocess.Popen([*command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(4)]
    ended = [each.wait(120) for each in both]
    assert 0 in ended
    assert len([*(kept / "seals").glob("*.json")]) == ended.count(0)
    assert f"{ID} verifies." in done("verify", "--signers", str(signers), now="2027-11-22T03:10Z")


def test_only_allowed_signers_count(kept: Path, here: Path, key: Path, tmp_path: Path, signers: Path) -> None:
    keygen("-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "stranger"))
    done("seal", "--key", str(tmp_path / "stranger"))
    assert "on no line of the allowed signers" in incident("verify", "--signers", str(signers)).stdout
    inside = here / "allowed"
    inside.write_text(signers.read_text())
    assert "could name its own signer" in refused("verify", "--signers", str(inside))
    assert "is under review" in refused("verify", "--signers", "HEAD:allowed")
    for old in (kept / "seals").iterdir():
        old.unlink()
    done("seal", "--key", str(key))
    inside.unlink()
    commit(here)
    git(here, "checkout", "-q", "-b", "protected")
    (here / ".drillbook").mkdir()
    (here / ".drillbook/allowed_signers").write_text(signers.read_text())
    commit(here)
    git(here, "checkout", "-q", "main")
    assert "verifies" in done("verify", "--signers", "protected:.drillbook/allowed_signers")
    git(here, "branch", "-q", "bare")
    assert "holds no" in refused("verify", "--signers", "bare:.drillbook/allowed_signers")
    for ref in ("main", "refs/heads/main", "heads/main", "HEAD~0", "@", "@{0}", ""):
        said = refused("verify", "--signers", f"{ref}:.drillbook/allowed_signers")
        assert "is under review; name a protected branch" in said, ref
    git(here, "checkout", "-q", "--detach")
    for ref in ("protected", git(here, "rev-parse", "protected")):
        assert "verifies" in done("verify", "--signers", f"{ref}:.drillbook/allowed_signers")
    assert "git knows no commit" in refused("verify", "--signers", "--all:.drillbook/allowed_signers")


def test_a_signature_that_was_made_for_something_else_is_no_seal(kept: Path, key: Path, signers: Path) -> None:
    done("seal", "--key", str(key))
    seal = kept / "seals" / "001.json"
    (kept / "seals" / "001.json.sig").unlink()
    assert "its signature is not there" in incident("verify", "--signers", str(signers)).stdout
    keygen("-Y", "sign", "-n", "git", "-f", str(key), str(seal))
    assert "does not fit" in incident("verify", "--signers", str(signers)).stdout


def test_custody_and_legal_hold_are_recorded(kept: Path) -> None:
    done(*TRANSFER)
    done("evidence", "hold", "scores.csv", "--because", "Legal asked")
    done("evidence", "hold", "scores.csv", "--release", "--because", "Legal said so")
    assert 'is no evidence of this incident, did you mean "scores.csv"' in refused(
        *TRANSFER[:2], "score.csv", *TRANSFER[3:]
    )
    lines = (kept / "custody.jsonl").read_text().splitlines()
    assert [line.split('"kind": "')[1].split('"')[0] for line in lines] == [
        "collected",
        "transferred",
        "held",
        "released",
    ]
    assert lint().exit_code == 0, lint().stdout


def test_what_stands_on_standard_input_is_kept(kept: Path) -> None:
    words = ["incident", "evidence", "add", "-", "--as", "pods.txt", "--command", "kubectl get pods"]
    result = CliRunner().invoke(commands, words, input="pods\n", env={"DRILLBOOK_NOW": NOW})
    assert result.exit_code == 0, result.output
    assert (kept / "evidence" / "pods.txt").read_text() == "pods\n"
    assert "schema: incident/1" in report(kept.parent.parent)


def test_evidence_of_two_branches_is_joined_with_its_manifest(kept: Path, here: Path, tmp_path: Path) -> None:
    commit(here)
    for branch, name in (("other", "a.txt"), ("main", "b.txt")):
        git(here, "checkout", "-q", *(["-b", branch] if branch == "other" else [branch]))
        (tmp_path / name).write_text(name)
        done("evidence", "add", str(tmp_path / name))
        commit(here)
    subprocess.run(
        ["git", "-C", str(here), "-c", "user.name=a", "-c", "user.email=a@example.org", "merge", "other"],
        capture_output=True,
        check=False,
    )
    for file in (kept / "timeline.jsonl", kept / "custody.jsonl"):
        lines = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join(each for each in lines if each.startswith(b"{")))
    assert "<<<<<<<" in (kept / "evidence" / "SHA256SUMS").read_text()
    said = done("merge")
    assert said.count("Joined the lines") == 2
    assert "3 files of evidence are as they were collected" in done("verify")
    assert lint().exit_code == 0, lint().stdout


HOSTILE = [
    {"name": "../../../etc/passwd", "how": "copied", "sha256": "0" * 64, "size": 1},
    {"name": "/etc/passwd", "how": "copied", "sha256": "0" * 64, "size": 1},
    {"name": "a\nb", "how": "copied", "sha256": "0" * 64, "size": 1},
    {"name": "x", "how": "copied"},
    {"name": 7, "how": [], "key": {}},
    {},
]


@pytest.mark.parametrize("more", HOSTILE)
def test_a_custody_log_from_elsewhere_is_told_and_leads_nowhere(kept: Path, key: Path, more: dict[str, object]) -> None:
    at = "2026-11-22T03:00:00Z"
    with append.Log(kept / "custody.jsonl") as log:
        log.add(
            {
                "at": at,
                "recorded_at": at,
                "kind": "collected",
                "text": "x",
                "by": "sre",
                "classification": "public",
                **more,
            }
        )
    result = incident("verify")
    assert (result.exit_code, "custody.jsonl:2: no entry of the contract" in result.stdout) == (1, True), result.output
    assert "nothing was sealed" in refused("seal", "--key", str(key))
    for command in (["evidence", "checklist"], ["postmortem"]):
        assert isinstance(incident(*command).exception, (SystemExit, type(None)))
