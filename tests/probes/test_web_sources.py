"""Sources over HTTP that hang, break off, lie or flood: each is inconclusive with a reason, and none holds up another."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import subprocess
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from drillbook.contract import State
from drillbook.environment import Environment
from drillbook.model import Signal, Threshold
from drillbook.probes import evaluate as evaluation
from drillbook.probes import transport
from drillbook.probes.asking import Credentials
from drillbook.probes.evaluate import SIDE_BY_SIDE, Answer, Asking, evaluate

pytestmark = pytest.mark.slow

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


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, length: int = -1, **headers: str) -> None:
    handler.send_response_only(status)
    length = len(body) if length < 0 else length
    headers = {"Date": format_datetime(datetime.now(UTC), usegmt=True), "Content-Length": str(length), **headers}
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


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    for letter in b"HTTP/1.1 200 OK\r\n" + b"X" * 200:
        handler.wfile.write(bytes([letter]))
        handler.wfile.flush()
        time.sleep(0.1)


def bomb(handler: BaseHTTPRequestHandler) -> None:
    send(handler, gzip.compress(b"[" * 50_000_000), Content_Encoding="gzip")


def changed(handler: BaseHTTPRequestHandler, **more: object) -> dict[str, Any]:
    """A right answer, but for some keys of its one series."""
    found = matrix("0.9", handler)
    found["data"]["result"][0].update(more)
    return found


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


WRONG: dict[str, tuple[Callable[[BaseHTTPRequestHandler], None], str]] = {
    "hangs": (lambda _: time.sleep(30), "did not answer within 1 seconds"),
    "drips": (drip, "did not finish its answer within 1 seconds"),
    "drips headers": (drip_headers, "did not finish its answer within 1 seconds"),
    "is a bomb": (bomb, "answered something compressed"),
    "is short": (
        lambda each: send(each, b"{}", length=100),
        "broke off the connection",
    ),
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
    "true": (text(lambda each: changed(each, values=[[0, True]])), "answered values that are no numbers"),
    "no times": (text(lambda each: changed(each, values=[["x", "1"]])), "answered values that are no numbers"),
    "NaN times": (
        text(lambda each: changed(each, values=[[float("nan"), "1"]])),
        "answered values that are no numbers",
    ),
    "other times": (text(lambda each: changed(each, values=[[1, "0.9"]])), "answered for other times"),
    "huge": (text(lambda each: changed(each, values=[[10**400, "1"]])), "answered values that are no numbers"),
    "long": (lambda each: send(each, b'{"status": ' + b"9" * 9000 + b"}"), "answered something that is no JSON"),
    "no labels": (text(lambda each: changed(each, metric=None)), "answered values that are no numbers"),
    "no series": (text(lambda each: {**matrix("1", each), "data": None}), "answered another type"),
    "not found": (lambda each: send(each, b"<html>", 404), "answered with status 404"),
    "two thousand series": (
        text(
            lambda _: {
                "status": "success",
                "data": {
                    "resultType": "matrix",
                    "result": [{"metric": {"pod": str(n)}, "values": []} for n in range(2000)],
                },
            }
        ),
        "several series where one number is compared",
    ),
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
def test_what_cannot_be_trusted_is_inconclusive_and_says_why(
    name: str, serving: Callable[..., str], capfd: pytest.CaptureFixture[str]
) -> None:
    answer, why = WRONG[name]
    found = ask(serving(answer))
    assert found.outcome.state is State.INCONCLUSIVE
    assert why in found.outcome.why
    assert found.outcome.why.isprintable()
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")  # a library may warn of what it reads


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


def test_more_series_than_anybody_reads(serving: Callable[..., str]) -> None:
    many = [{"metric": {"pod": str(number)}, "values": []} for number in range(2000)]
    answer = {"status": "success", "data": {"resultType": "matrix", "result": many}}
    found = ask(serving(text(answer)), replace(SIGNAL, per=("pod",)))
    assert found.outcome.why == "metrics answered 2000 series, expected at most 1000"


def test_one_that_refuses_to_be_cached_gets_its_own_times(serving: Callable[..., str]) -> None:
    """VictoriaMetrics answers for other times unless it is told not to use its cache."""
    seen: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.body)  # type: ignore[attr-defined]
        text(lambda handler: matrix("0.9", handler))(handler)

    assert ask(serving(answer)).outcome.state is State.FIRES
    assert all("nocache=1" in each for each in seen)


def test_a_busy_source_is_asked_three_times(serving: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ANSWER", 10.0)
    assert ask(serving(busy_twice), SIGNAL).outcome.state is State.FIRES


def test_nobody_there() -> None:
    found = ask("http://127.0.0.1:1")
    assert found.outcome.why == "metrics cannot be reached"


def test_a_source_where_nobody_is_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eighty signals of a source that is not there take as long as a few."""
    asked: list[float] = []
    monkeypatch.setattr(time, "sleep", asked.append)
    signals = tuple(replace(SIGNAL, id=f"s{number}") for number in range(80))
    found = evaluate(signals, environment("http://127.0.0.1:1"), Asking(datetime.now(UTC)))
    assert {each.outcome.why for each in found} == {"metrics cannot be reached"}
    assert len(asked) <= 2 * SIDE_BY_SIDE


@pytest.mark.parametrize("kind", ["prometheus", "http"])
@pytest.mark.parametrize(
    "given",
    [Credentials(token=SECRET), Credentials("someone", SECRET), Credentials("sömeone", f"{SECRET}ö€")],
    ids=["token", "password", "other letters"],
)
def test_credentials_are_sent_and_never_shown(serving: Callable[..., str], given: Credentials, kind: str) -> None:
    """Not even by a source that repeats what it was sent, as it was, encoded, cut, or as an error of its own."""
    sent = given.token or b64encode(f"{given.user}:{given.password}".encode()).decode()
    secret = given.token or given.password

    def known(handler: BaseHTTPRequestHandler) -> None:
        right = handler.headers.get("Authorization") == f"{'Bearer' if given.token else 'Basic'} {sent}"
        body = {"pass": 0.99} if kind == "http" else matrix("0.9", handler)
        send(handler, json.dumps(body).encode()) if right else send(handler, b"no", 401)

    signal = SIGNAL if kind == "prometheus" else replace(WEB, samples="", fires=Threshold("gt", 0.9))
    assert ask(serving(known), signal, kind, credentials=lambda _: given).outcome.state is State.FIRES
    assert secret not in repr(given) + str(given)
    echoes = [f"bad {secret}", f"Basic {sent}", "x" * 190 + secret, json.dumps({"status": "error", "error": secret})]
    for said in [*echoes, f"a{quote(secret)}b", json.dumps({"status": "success", "warnings": ["y" * 195 + secret]})]:
        for status in (200, 302, 401, 500, 503):
            url = serving(lambda each, s=status, b=said: send(each, b.encode(), s, Location=secret.encode().hex()))
            found = str(ask(url, signal, kind, credentials=lambda _: given))
            assert secret[:7] not in found
            assert sent[:9] not in found


@pytest.mark.parametrize("broken", ["a\nb", "\x00", "\ud800"])
def test_credentials_that_cannot_be_sent_are_not_shown_either(serving: Callable[..., str], broken: str) -> None:
    url = serving(text(lambda handler: matrix("0.9", handler)))
    for given in (Credentials(token=SECRET + broken), Credentials("someone", SECRET + broken)):
        found = ask(url, credentials=lambda _, given=given: given)
        assert SECRET not in str(found)


def openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], capture_output=True, check=True)


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, Path]:
    """A certificate for another name, and one for this name that nobody known signed."""
    made = {}
    for name, subject in (("other", "elsewhere.example.com"), ("own", "127.0.0.1")):
        made[name] = tmp_path / f"{name}.pem"
        names = "DNS:elsewhere.example.com" if name == "other" else "IP:127.0.0.1"
        words = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
        words += ["-subj", f"/CN={subject}", "-addext", f"subjectAltName={names}"]
        openssl("req", *words, "-keyout", tmp_path / "key.pem", "-out", tmp_path / "c.pem")
        made[name].write_text((tmp_path / "key.pem").read_text() + (tmp_path / "c.pem").read_text())
    return made


@pytest.mark.parametrize("name", ["other", "own"])
def test_a_certificate_that_does_not_fit(
    name: str, serving: Callable[..., str], certificates: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one for another name does not fit even where somebody trusts who signed it."""
    if name != "own":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates[name]))
    transport._pool.cache_clear()
    found = ask(serving(text(lambda handler: matrix("0.9", handler)), certificates[name]))
    assert "its certificate does not fit" in found.outcome.why


def test_a_certificate_that_the_machine_trusts(
    serving: Callable[..., str], certificates: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates["own"]))
    transport._pool.cache_clear()
    found = ask(serving(text(lambda handler: matrix("0.9", handler)), certificates["own"]))
    assert found.outcome.state is State.FIRES


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


@pytest.mark.parametrize("patience", [0.5])
def test_two_hundred_signals_of_a_source_that_hangs(
    serving: Callable[..., str], monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    """All are given up together, and no thread waits on for its turn."""
    monkeypatch.setattr(evaluation, "PATIENCE", patience)
    before = threading.active_count()
    signals = tuple(replace(SIGNAL, id=f"s{number}") for number in range(200))
    begun = time.monotonic()
    found = evaluate(signals, environment(serving(lambda _: time.sleep(30))), Asking(datetime.now(UTC)))
    assert time.monotonic() - begun < 5
    assert {each.outcome.state for each in found} == {State.INCONCLUSIVE}
    until = time.monotonic() + 5
    while threading.active_count() > before + 20 and time.monotonic() < until:
        time.sleep(0.1)
    assert threading.active_count() <= before + 20  # the server's own


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
