"""A PostgreSQL of its own for a test, on a socket in a temporary folder; nothing of it is left behind."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class Failed(Exception):
    """What the server said to a statement that failed."""


@dataclass(frozen=True)
class Server:
    """A running server: ``programs`` is where its programs lie, ``folder`` where its socket is."""

    programs: Path
    folder: Path

    def ask(self, statements: str, database: str = "postgres") -> list[list[str]]:
        """The rows that statements of SQL, or commands of psql, give, as texts; raises Failed."""
        rows = ("-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1")
        done = subprocess.run(
            [self.programs / "psql", *rows, "-U", "postgres", "-h", self.folder, "-d", database],
            input=statements,
            env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(done.stderr)
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def columns(self, query: str, database: str) -> dict[str, str]:
        """The columns of a query and their types, in their order."""
        rows = self.ask(f"{query}\n\\gdesc\n", database)
        return {row[0]: row[1] for row in rows}


@contextmanager
def running() -> Iterator[Server]:
    """A server with an empty database, until the end of the block."""
    programs = _programs()
    # Not below the folders of pytest: the path of a socket is short, and another user must get there.
    folder = Path(tempfile.mkdtemp(prefix="drillbook-pg-"))
    data, log = folder / "data", folder / "log"
    user: dict[str, str | int] = {}
    if os.geteuid() == 0:  # which PostgreSQL refuses to be
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid}
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C", "TZ": "UTC"}

    def run(program: str, *arguments: str) -> None:
        said = folder / "said"
        with said.open("w") as file:  # no pipe: the server would keep it open
            done = subprocess.run(
                [programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd=folder,
                env=surroundings,
                check=False,
                **({"extra_groups": [], **user} if user else {}),  # type: ignore[call-overload]
            )
        assert done.returncode == 0, said.read_text() + (log.read_text() if log.exists() else "")

    try:
        run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c jit=off -c timezone=UTC"
        run("pg_ctl", "start", "-w", "-D", str(data), "-l", str(log), "-o", options)
        try:
            yield Server(programs, folder)
        finally:
            run("pg_ctl", "stop", "-w", "-D", str(data), "-m", "immediate")
    finally:
        shutil.rmtree(folder)


PLACES = ("/usr/lib/postgresql/*", "/opt/homebrew/opt/postgresql@*", "/usr/local/opt/postgresql@*")
"""Where Debian and Homebrew keep the programs, out of the path."""


def _programs() -> Path:
    """Where ``initdb`` lies; of several versions, the newest."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = [
        folder for place in PLACES for folder in Path("/").glob(f"{place[1:]}/bin") if (folder / "initdb").exists()
    ]
    assert folders, "PostgreSQL is missing; make test installs it, or says how"
    return max(folders, key=lambda folder: [int(number) for number in re.findall(r"\d+", folder.parent.name)])
