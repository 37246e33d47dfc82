"""Sources over HTTP that hang, break off, lie or flood: each is inconclusive with a reason, and none holds up another."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from drillbook.contract import State
from drillbook.environment import Environment
from drillbook.model import Signal, Threshold
from drillbook.probes import transport
from drillbook.probes.asking import Credentials
from drillbook.probes.evaluate import Answer, Asking, evaluate

SECRET = "hunter2-token"  # noqa: S105 - what must not be shown
SIGNAL = Signal(
    id="errors",
    source="metrics",
    query="errors",
    samples="requests",
    fires=Threshold("gt", 0.5, min_samples=10),
    clears=Threshold("lt", 0.1, min_samples=10),
)


def matrix(value: object, handler: BaseHTTPRequestHandler) -> dict[str, Any]:
    """A right answer of Prometheus: the value at every evaluation that was asked for, 100 samples."""
    form = dict(part.split("=") for part in handler.body.split("&"))  # type: ignore[attr-defined]
    start, end, step = (float(form[name]) for name in ("start", "end", "step"))
    count = round((end - start) / step) + 1
    shown = "100" if form["query"] == "requests" else value
    values = [[start + number * step, shown] for number in range(count)]
    return {"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": values}]}}


def text(body: object) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        made = body(handler) if callable(body) else body
        send(handler, made if isinstance(made, bytes) else json.dumps(made).encode())

    return answer


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response_only(status)
    headers = {"Date": format_datetime(datetime.now(UTC), usegmt=True), "Content-Length": str(len(body)), **headers}
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def flood(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(4000):
        handler.wfile.write(b"[" * 1_000_000)


def reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.connection.close()


def busy_twice(handler: BaseHTTPRequestHandler) -> None:
    counted = handler.server.counted  # type: ignore[attr-defined]
    counted.append(1)
    if len(counted) < 3:
        send(handler, b"later", 503)
    else:
        text(lambda handler: matrix("0.9", handler))(handler)


def an_hour_behind(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b"{}", Date=format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True))


def who(handler: BaseHTTPRequestHandler) -> None:
    known = handler.headers.get("Authorization") == f"Bearer {SECRET}"
    text(lambda handler: matrix("0.9", handler))(handler) if known else send(handler, b"no", 401)


WRONG: dict[str, tuple[Callable[[BaseHTTPRequestHandler], None], str]] = {
    "hangs": (lambda _: time.sleep(30), "did not answer within 1 seconds"),
    "drips": (drip, "did not finish its answer within 1 seconds"),
    "floods": (flood, "answered more than 20 MB"),
    "resets": (reset, "broke off the connection"),
    "redirects": (lambda each: send(each, b"", 302, Location="http://127.0.0.1:1/x"), "sends elsewhere (status 302)"),
    "is down": (lambda each: send(each, b"x", 503), "is busy or down (status 503)"),
    "refuses": (lambda each: send(each, b"x", 403), "refuses (status 403): expected credentials"),
    "fails": (lambda each: send(each, b"out of\x1b[31m memory", 500), "answered with status 500: out of [31m memory"),
    "is a page": (text(b"<html>log in</html>"), "answered something that is no JSON"),
    "is deep": (text(b"[" * 100_000), "answered something that is no JSON"),
    "is a list": (text([]), "answered no Prometheus result"),
    "bad query": (text({"status": "error", "error": "parse error"}), "refused the query: parse error"),
    "vector": (text({"status": "success", "data": {"resultType": "vector", "result": []}}), "answered another type"),
    "partial": (
        text(lambda each: {**matrix("0.9", each), "warnings": ["store 3 is down"]}),
        "says that its answer may be incomplete",
    ),
    "words": (text(lambda each: matrix("many", each)), "answered values that are no numbers"),
    "null": (text(lambda each: matrix(None, each)), "answered values that are no numbers"),
    "histograms": (
        text({"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "histograms": []}]}}),
        "answered histograms",
    ),
    "many series": (
        text(
            {
                "status": "success",
                "data": {
                    "resultType": "matrix",
                    "result": [{"metric": {"pod": "a"}, "values": []}, {"metric": {"pod": "b"}, "values": []}],
                },
            }
        ),
        "gave several series where one number is compared",
    ),
    "an hour behind": (an_hour_behind, "its clock is 60 minutes behind this machine's"),
    "NaN": (text(lambda each: matrix("NaN", each)), "no data"),
}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.answer(self)  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        self.server.answer(self)  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what is tested."""


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Starts servers that give one answer; one second is the longest that anybody waits."""
    monkeypatch.setattr(transport, "ANSWER", 1.0)
    started: list[Quiet] = []

    def start(answer: Callable[[BaseHTTPRequestHandler], None], certificate: Path | None = None) -> str:
        server = Quiet(("127.0.0.1", 0), Handler)
        server.answer, server.counted = answer, []  # type: ignore[attr-defined]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        started.append(server)
        return f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def environment(url: str, kind: str = "prometheus") -> Environment:
    return Environment("prod", {"sources": {"metrics": {"kind": kind, "url": url, "interval": "1m"}}})


def ask(url: str, signal: Signal = SIGNAL, kind: str = "prometheus", **more: Any) -> Answer:
    return evaluate((signal,), environment(url, kind), Asking(datetime.now(UTC), **more))[0]


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_trusted_is_inconclusive_and_says_why(name: str, serving: Callable[..., str]) -> None:
    answer, why = WRONG[name]
    found = ask(serving(answer))
    assert found.outcome.state is State.INCONCLUSIVE
    assert why in found.outcome.why
    assert found.outcome.why.isprintable()


def test_a_right_answer_fires(serving: Callable[..., str]) -> None:
    found = ask(serving(text(lambda handler: matrix("0.9", handler))))
    assert (found.outcome.state, found.outcome.series[0].value) == (State.FIRES, 0.9)


def test_a_long_time_is_asked_for_in_parts(serving: Callable[..., str]) -> None:
    """Two weeks of minutes are more than Prometheus gives at once."""
    long = Signal(
        id="x",
        source="metrics",
        query="errors",
        fires=Threshold("gt", 1),
        clears=Threshold("gt", 0.5, hold=timedelta(days=14)),
    )
    seen: list[int] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        made = matrix("0.9", handler)
        seen.append(len(made["data"]["result"][0]["values"]))
        text(made)(handler)

    found = ask(serving(answer), long)
    assert found.outcome.state is State.CLEARS
    assert (max(seen), sum(seen)) == (10_000, 14 * 1440 + 1 + 60)


def test_infinite_is_a_number(serving: Callable[..., str]) -> None:
    assert ask(serving(text(lambda handler: matrix("+Inf", handler)))).outcome.state is State.FIRES


def test_a_busy_source_is_asked_three_times(serving: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ANSWER", 10.0)
    assert ask(serving(busy_twice), SIGNAL).outcome.state is State.FIRES


def test_nobody_there() -> None:
    found = ask("http://127.0.0.1:1")
    assert found.outcome.why == "metrics cannot be reached"


def test_credentials_are_sent_and_never_shown(serving: Callable[..., str]) -> None:
    given = Credentials(token=SECRET)
    assert ask(serving(who), credentials=lambda _: given).outcome.state is State.FIRES
    assert SECRET not in repr(given)
    wrong = ask(serving(lambda each: send(each, SECRET.encode(), 302)), credentials=lambda _: given)
    assert SECRET not in str(wrong)


def test_a_secret_that_a_source_repeats_is_not_shown(serving: Callable[..., str]) -> None:
    given = Credentials(token=SECRET)
    found = ask(serving(lambda each: send(each, f"bad token {SECRET}".encode(), 500)), credentials=lambda _: given)
    assert found.outcome.state is State.INCONCLUSIVE
    assert SECRET not in str(found)


def test_a_certificate_that_does_not_fit(serving: Callable[..., str], tmp_path: Path) -> None:
    made = tmp_path / "own.pem"
    words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=elsewhere.example.com"]
    subprocess.run(
        ["openssl", "req", *words, "-keyout", made, "-out", tmp_path / "c.pem"], capture_output=True, check=True
    )
    made.write_text(made.read_text() + (tmp_path / "c.pem").read_text())
    found = ask(serving(text(lambda handler: matrix("0.9", handler)), made))
    assert "its certificate does not fit" in found.outcome.why


def test_two_hundred_signals_and_a_dead_source_beside_them(serving: Callable[..., str]) -> None:
    """The one that hangs is told as such, and all others are answered."""
    good, bad = serving(text(lambda handler: matrix("0.9", handler))), serving(lambda _: time.sleep(30))
    sources = {
        "good": {"kind": "prometheus", "url": good, "interval": "1m"},
        "bad": {"kind": "prometheus", "url": bad, "interval": "1m"},
    }
    signals = [
        Signal(id=f"s{number}", source="bad" if number == 7 else "good", query="errors", fires=Threshold("gt", 0.5))
        for number in range(200)
    ]
    found = evaluate(tuple(signals), Environment("prod", {"sources": sources}), Asking(datetime.now(UTC)))
    assert [each.signal.id for each in found] == [signal.id for signal in signals]
    states = [each.outcome.state for each in found]
    assert states.pop(7) is State.INCONCLUSIVE
    assert set(states) == {State.FIRES}


WEB = Signal(
    id="golden", source="metrics", query="/evals/latest $.pass", samples="/evals/latest $.n", fires=Threshold("lt", 0.9)
)


@pytest.mark.parametrize(
    ("body", "query", "state", "why"),
    [
        ({"pass": 0.8, "n": 200}, "/evals/latest $.pass", State.FIRES, ""),
        ({"runs": [{"pass": 0.8}, {"pass": 0.99}]}, "/evals/latest $.runs[1].pass", State.NEITHER, ""),
        ({"pass": None}, "/evals/latest $.pass", State.INCONCLUSIVE, "no data"),
        ({}, "/evals/latest $.pass", State.INCONCLUSIVE, "no data"),
        ({"pass": "0.8"}, "/evals/latest $.pass", State.INCONCLUSIVE, "leads to no single number"),
        ({"pass": True}, "/evals/latest $.pass", State.INCONCLUSIVE, "leads to no single number"),
        ({"a": 1, "b": 2}, "/evals/latest $.*", State.INCONCLUSIVE, "leads to no single number"),
        ({"a": 1}, "/evals/latest $[", State.INCONCLUSIVE, "the path $[ cannot be read"),
        (0.5, "/evals/latest", State.FIRES, ""),
    ],
)
def test_a_number_from_a_web_address(
    body: object, query: str, state: State, why: str, serving: Callable[..., str]
) -> None:
    signal = Signal(
        id="golden", source="metrics", query=query, fires=Threshold("lt", 0.9), clears=Threshold("gt", 0.999)
    )
    found = ask(serving(text(body)), signal, "http")
    assert found.outcome.state is state
    assert why in found.outcome.why
