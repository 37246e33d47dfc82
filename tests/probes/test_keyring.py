"""Credentials from a keyring of this machine: the real library, with a keyring in a file that the test brings."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

keyring = pytest.importorskip("keyring")

from drillbook.cli import commands  # noqa: E402 - only where there is a keyring to ask
from drillbook.probes.asking import Credentials  # noqa: E402
from drillbook.probes.credentials import credentials  # noqa: E402

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "token-of-the-keyring"  # noqa: S105 - none of anybody


@pytest.fixture
def kept() -> Iterator[dict[tuple[str, str], str]]:
    """What the keyring holds, by service and user."""
    held: dict[tuple[str, str], str] = {}

    class Held(keyring.backend.KeyringBackend):  # type: ignore[misc, name-defined]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return held.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            held[service, username] = password

    before = keyring.get_keyring()
    keyring.set_keyring(Held())
    yield held
    keyring.set_keyring(before)


def test_a_token_or_a_user_with_a_password(kept: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    kept["drillbook", "prod/metrics"] = TOKEN
    kept["drillbook", "prod/warehouse"] = f"reader:{TOKEN}"
    assert credentials("prod", "metrics").token == TOKEN
    assert (credentials("prod", "warehouse").user, credentials("prod", "warehouse").password) == ("reader", TOKEN)
    monkeypatch.setenv("DRILLBOOK_PROD_METRICS_TOKEN", "first")
    assert credentials("prod", "metrics") == Credentials(token="first")  # noqa: S106 - none of anybody


def test_a_check_sends_it_and_never_prints_it(
    kept: dict[tuple[str, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept["drillbook", "prod/metrics"] = TOKEN
    sent: list[str | None] = []

    class Repeats(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            sent.append(self.headers["Authorization"])
            body = json.dumps({"status": "error", "error": f"refused {TOKEN}"}).encode()
            self.send_response(400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Repeats)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for folder in ("runbooks", "catalog"):
        (tmp_path / folder).mkdir()
        for file in (ROOT / folder).iterdir():
            text = file.read_text(encoding="utf-8")
            address = f"http://127.0.0.1:{server.server_port}"
            (tmp_path / folder / file.name).write_text(text.replace("http://prometheus.prod.example.com:9090", address))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(commands, ["check", "ranker-latency-regression", "--env", "prod"])
    server.shutdown()
    assert set(sent) == {f"Bearer {TOKEN}"}
    assert "refused ***" in done.output
    assert TOKEN not in done.output
