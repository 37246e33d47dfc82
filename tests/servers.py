"""Real servers for the tests, on loopback: a Prometheus that holds given samples."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

Samples = Mapping[str, Iterable[tuple[datetime, float]]]
"""By series, ``errors{track="canary"}``: the time and value of each sample, oldest first."""


def program(name: str) -> str:
    """The path of a program that the tests need."""
    found = shutil.which(name)
    assert found, f"{name} is missing; make test installs it, or says how"
    return found


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def openmetrics(samples: Samples) -> str:
    """The samples in the format that promtool makes blocks from: each metric's series stand together."""
    families: dict[str, list[str]] = {}
    for series, values in samples.items():
        lines = families.setdefault(series.split("{")[0], [])
        lines += [f"{series} {_number(value)} {at.timestamp():.3f}" for at, value in values]
    text = [f"# TYPE {name} unknown\n" + "\n".join(lines) for name, lines in families.items()]
    return "\n".join([*text, "# EOF\n"])


def _number(value: float) -> str:
    return "NaN" if value != value else repr(value)


@contextmanager
def prometheus(folder: Path, samples: Samples) -> Iterator[str]:
    """The address of a Prometheus whose history is the samples; it scrapes nothing."""
    data, text = folder / "data", folder / "samples.om"
    data.mkdir()
    text.write_text(openmetrics(samples))
    made = subprocess.run(
        [program("promtool"), "tsdb", "create-blocks-from", "openmetrics", str(text), str(data)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    (folder / "prometheus.yml").write_text("global: {}\n")
    port = free_port()
    command = [
        program("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={data}",
        "--storage.tsdb.retention.time=50y",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(f"{address}/-/ready", server)
            yield address
        finally:
            server.terminate()


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
