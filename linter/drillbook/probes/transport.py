"""An address -> the bytes that it answers, within limits of time and size. Follows no redirect and shows no secret."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

import urllib3

from drillbook.probes.asking import PAUSES, Credentials, SourceError, Unreachable, apart

CONNECT = 3.0
"""Seconds to reach a source."""
ANSWER = 15.0
"""Seconds for a whole answer, however slowly it drips."""
LIMIT = 20_000_000
"""Bytes of the largest answer that is read."""
_LATER = 0.05
"""Seconds that a server which says nothing at all has on top, so that it is told as what it is."""
_AGAIN = (429, 502, 503, 504)


@cache
def _pool() -> urllib3.PoolManager:
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it prints a traceback where a header is odd
    pool = urllib3.PoolManager(num_pools=20, maxsize=8, retries=False, headers={"User-Agent": "drillbook"})
    pool.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return pool


class _Limited:
    """Ends a connection whose status and headers drip: the limit of urllib3 begins anew with every byte."""

    def getresponse(self) -> Any:
        timer = threading.Timer(self.timeout + _LATER, _end, (self.sock,))  # type: ignore[attr-defined]
        timer.daemon = True
        timer.start()
        try:
            return super().getresponse()  # type: ignore[misc]
        finally:
            timer.cancel()


def _end(sock: socket.socket) -> None:
    with suppress(OSError):  # it may have ended by itself
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = type("_Connection", (_Limited, urllib3.connection.HTTPConnection), {})


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = type("_SecureConnection", (_Limited, urllib3.connection.HTTPSConnection), {})


def fetch(
    method: str, url: str, credentials: Credentials, fields: Mapping[str, str] | None = None, now: bool = False
) -> bytes:
    """The body of an answer with status 200. ``now``: the server's clock must agree with this machine's.

    Tries three times where the source cannot be reached or says that it is busy. Raises SourceError.
    """
    until = time.monotonic() + ANSWER
    for pause in (*PAUSES, None):
        try:
            return _once(method, url, credentials, fields, now, until)
        except (_Busy, Unreachable) as error:
            if pause is None or time.monotonic() + pause >= until:
                raise error from None
            time.sleep(pause)
    raise AssertionError  # the loop ends above


class _Busy(SourceError):
    """Worth another attempt."""


def _once(
    method: str, url: str, credentials: Credentials, fields: Mapping[str, str] | None, now: bool, until: float
) -> bytes:
    timeout = urllib3.Timeout(connect=CONNECT, read=max(0.1, until - time.monotonic()))
    body = urlencode(fields) if fields else None
    headers = _headers(credentials)
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        answer = _pool().request(
            method, url, body=body, headers=headers, timeout=timeout, redirect=False, preload_content=False
        )
        try:
            return _read(answer, credentials, until, now)
        finally:
            answer.close()
    except urllib3.exceptions.SSLError:
        raise SourceError("its certificate does not fit its name, is out of date or signed by nobody known") from None
    except (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError):
        raise Unreachable("cannot be reached") from None
    except urllib3.exceptions.ReadTimeoutError:
        raise SourceError(f"did not answer within {ANSWER:g} seconds") from None
    except (urllib3.exceptions.ProtocolError, ConnectionError):
        if time.monotonic() >= until:
            raise SourceError(f"did not finish its answer within {ANSWER:g} seconds") from None
        raise _Busy("broke off the connection") from None
    except (urllib3.exceptions.HTTPError, ValueError, OSError) as error:
        raise SourceError(f"cannot be asked: {type(error).__name__}") from None


def _read(answer: urllib3.BaseHTTPResponse, credentials: Credentials, until: float, now: bool) -> bytes:
    if answer.status in _AGAIN:
        raise _Busy(f"is busy or down (status {answer.status})")
    if 300 <= answer.status < 400:
        raise SourceError(f"sends elsewhere (status {answer.status}), which is not followed; write its own address")
    if answer.status in (401, 403):
        raise SourceError(f"refuses (status {answer.status}): expected credentials in the environment or the keyring")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise SourceError("answered something compressed, which was not asked for")
    if now:
        _same_time(answer.headers.get("Date", ""))
    data = bytearray()
    while part := answer.read1(65536):  # what has come, however little: a drip must not block
        data += part
        if len(data) > LIMIT:
            raise SourceError(f"answered more than {LIMIT // 1_000_000} MB")
        if time.monotonic() > until:
            break
    if time.monotonic() > until:  # also where the rest of its headers did not come, and no more is expected
        raise SourceError(f"did not finish its answer within {ANSWER:g} seconds")
    if answer.status != 200:
        raise SourceError(f"answered with status {answer.status}{_said(bytes(data), credentials)}")
    return bytes(data)


def _said(body: bytes, credentials: Credentials) -> str:
    """The beginning of what an error says, on one line."""
    words = credentials.told(body[:10_000].decode("utf-8", "replace"))
    return f": {words}" if words and not words.startswith("<") else ""


def _same_time(written: str) -> None:
    try:
        there = parsedate_to_datetime(written)
    except ValueError:
        return
    if there.tzinfo is not None and (why := apart(there, datetime.now(UTC))):
        raise SourceError(why)


def _headers(credentials: Credentials) -> dict[str, str]:
    if credentials.token:
        return {"Authorization": f"Bearer {credentials.token}"}
    return {"Authorization": f"Basic {credentials.basic}"} if credentials.user else {}
