"""A call of the linter or of MkDocs under watch: what it opens, lists, runs and asks is written to a file, a line each.

Called as a program: outside.py LOG lint|build ARGUMENTS. It watches from inside, with Python's audit events.
"""

from __future__ import annotations

import os
import sys

PATHS = {"open": 0, "os.listdir": 0, "os.scandir": 0, "os.walk": 0, "os.chdir": 0, "os.remove": 0, "os.rename": 0}
PROGRAMS = (
    "subprocess.Popen",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
    "os.fork",
    "os.forkpty",
)
NETWORK = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "urllib.Request",
    "http.client.connect",
    "ftplib.connect",
)


def watch(log: int) -> None:
    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event in PATHS and arguments and isinstance(arguments[0], (str, bytes, os.PathLike)):
            os.write(log, f"path\t{os.path.realpath(os.fsdecode(arguments[0]))}\n".encode())
        elif event in PROGRAMS:
            os.write(log, f"program\t{str(arguments[0])[:200]}\n".encode())
        elif event in NETWORK:
            os.write(log, f"network\t{event} {str(arguments)[:200]}\n".encode())

    sys.addaudithook(hear)


def main() -> None:
    log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    command, arguments = sys.argv[2], sys.argv[3:]
    watch(log)
    if command == "lint":
        from drillbook.cli import commands

        commands.main(["lint", *arguments])
    else:
        from mkdocs.__main__ import cli

        cli.main(["build", *arguments])


if __name__ == "__main__":
    main()
