"""Adding to a journal while others write, processes are killed and disks are full."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from drillbook import append, journal

WRITER = """
import sys
from pathlib import Path
from drillbook import append
path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(count):
    with append.Log(path, wait=30) as log:
        log.add({"by": name, "n": number, "text": "x" * 300})
    print(number, flush=True)
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_two_writers_at_once_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    both = [writer(path, name, 40) for name in ("one", "other")]
    assert [each.wait(60) for each in both] == [0, 0]
    read = journal.read(path.read_bytes())
    assert read.sound
    for name in ("one", "other"):
        assert [each.value["n"] for each in read.entries if each.value["by"] == name] == list(range(40))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(int(os.environ.get("DRILLBOOK_SOAK", "5"))))
def test_a_killed_writer_loses_nothing_that_it_said_it_had_written(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "journal.jsonl"
    killed = writer(path, "killed", 1_000_000)
    assert killed.stdout is not None
    killed.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 0.3))  # noqa: S311 - a seeded moment
    killed.send_signal(signal.SIGKILL)
    said = [int(each) for each in killed.stdout.read().split()]
    killed.wait()
    with append.Log(path) as log:
        log.add({"by": "next"})
    read = journal.read(path.read_bytes())
    assert read.sound
    kept = [each.value["n"] for each in read.entries[:-1]]
    assert kept == list(range(len(kept)))
    assert len(kept) > max(said, default=0)


def test_a_torn_line_is_set_aside_and_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with append.Log(path) as log:
        log.add({"text": "whole"})
    with path.open("ab") as file:
        file.write(b'{"text": "ha')
    with append.Log(path) as log:
        assert log.torn == b'{"text": "ha'
        log.add({"text": "after"})
    assert [each.value["text"] for each in journal.read(path.read_bytes()).entries] == ["whole", "after"]
    assert (tmp_path / "journal.jsonl.torn").read_bytes() == b'{"text": "ha\n'


def test_who_holds_the_journal_keeps_others_out(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with append.Log(path), pytest.raises(append.LockedError, match="somebody else is writing it"):
        append.Log(path, wait=0.1).__enter__()
    with append.Log(path) as log:
        assert log.add({"text": "free again"}) == log.journal.tip


def test_a_full_disk_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    """The kernel refuses to let the file grow, in the middle of a line."""
    path = tmp_path / "journal.jsonl"
    with append.Log(path) as log:
        log.add({"text": "whole"})
    before = path.read_bytes()
    limited = """
import resource, signal, sys
from pathlib import Path
from drillbook import append
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 50,) * 2)
with append.Log(path) as log:
    try:
        log.add({"text": "x" * 500})
    except OSError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", limited, str(path)], capture_output=True, text=True, check=True)
    assert "File too large" in done.stdout
    assert path.read_bytes() == before


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / "journal.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="a link"):
        append.Log(tmp_path / "journal.jsonl").__enter__()
