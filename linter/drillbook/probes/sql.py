"""A question -> series, from a SQL query that is run once for each evaluation, read-only. By SQLAlchemy.

A query that looks back takes the time from ``:at``. Without it there is the present only, and nobody can say what was before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from drillbook import sql
from drillbook.contract import Labels, Series
from drillbook.probes.asking import (
    MOST_SERIES,
    PAUSES,
    Credentials,
    Question,
    SourceError,
    Unreachable,
    apart,
    labelled,
    series,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

SECONDS = 15
"""Limit of one statement."""
WHOLE = 45.0
"""Limit of all statements of one signal: one for each evaluation."""
_DRIVERS = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite", "duckdb": "duckdb"}
_PLACES = {"postgresql": "%(at)s", "sqlite": ":at", "duckdb": "$1"}
"""How each driver writes the place of a value."""
_SQLITE_LIMIT_LENGTH = 0
_LONGEST = 10_000_000
"""Bytes of the largest value that SQLite may make."""


def ask(question: Question) -> tuple[Series, ...]:
    """Each row's labels as a series, with ``value`` and ``samples``. Raises SourceError."""
    import sqlalchemy

    kind, times = question.source["kind"], question.times
    if kind not in _DRIVERS:
        raise SourceError(
            f'is of the kind "{kind}", which drillbook check cannot ask yet, only {", ".join(sorted(_DRIVERS))}'
        )
    query = _only_reads(question.signal.query, kind)
    whole = sql.takes_time(query)
    if not whole and not question.now:
        raise SourceError("cannot say what was: the query has no :at; leave out --at, or write :at for the time")
    values: dict[Labels, dict[int, float]] = {}
    samples: dict[Labels, dict[int, float]] = {}
    statement = sql.with_time(query.replace("%", "%%") if kind == "postgresql" else query, _PLACES[kind])
    until = time.monotonic() + WHOLE
    try:
        with _reading(question) as (connection, interrupt):
            for number in range(question.count) if whole else [question.count - 1]:
                if time.monotonic() > until:
                    raise SourceError(f"did not answer {question.count} queries within {WHOLE:g} seconds")
                with _limited(interrupt):
                    rows = _rows(connection, statement, _bound(kind, times[number]) if whole else None)
                for row in rows:
                    _take(question, row, number, values, samples)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise SourceError(_said(error, question.credentials)) from None
    return series(question, values, samples)


def _only_reads(query: str, kind: str) -> str:
    """The query without its last semicolon. Raises SourceError where it is more than one, or would change something.

    The session reads only as well; but in PostgreSQL that forbids neither ``COPY … TO PROGRAM`` nor ``lo_export``.
    """
    text = query.strip().rstrip(";")
    found = sql.read(text, kind)
    if found.count != 1:
        raise SourceError(f"was not asked: the query holds {found.count} statements, expected one")
    if found.writes:
        raise SourceError(
            f"was not asked: the query would change something ({found.writes[0]}), expected one that reads"
        )
    return text


def _bound(kind: str, at: datetime) -> object:
    """The time as a driver takes it; SQLite has no type for it, and compares the text that its own functions give."""
    if kind == "postgresql":
        return {"at": at}
    return {"at": f"{at:%Y-%m-%d %H:%M:%S}"} if kind == "sqlite" else (at,)


def _rows(connection: Connection, statement: str, parameters: Any) -> list[Mapping[str, Any]]:
    found = connection.exec_driver_sql(statement, parameters)
    if not found.returns_rows:
        raise SourceError('gave no rows, expected a query with a column "value"')
    names = list(found.keys())
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise SourceError(f'answered two columns "{twice}"')
    rows = found.fetchmany(MOST_SERIES + 1)
    found.close()
    if len(rows) > MOST_SERIES:
        raise SourceError(f"answered more than {MOST_SERIES} rows, expected one for each set of labels")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _take(
    question: Question,
    row: Mapping[str, Any],
    number: int,
    values: dict[Labels, dict[int, float]],
    samples: dict[Labels, dict[int, float]],
) -> None:
    missing = [name for name in ("value", *question.signal.per) if name not in row]
    if missing:
        raise SourceError(f'answered no column "{missing[0]}"')
    labels = labelled(question.signal, row)
    if number in values.get(labels, {}):
        where = f"for {dict(labels)}" if labels else "where one number is compared"
        raise SourceError(f'gave several rows {where}; expected one, name the labels in "per" or aggregate')
    value, counted = _number(row["value"]), _number(row.get("samples"))
    own = values.setdefault(labels, {})
    if value is not None:
        own[number] = value
    if counted is not None:
        samples.setdefault(labels, {})[number] = counted


def _number(value: object) -> float | None:
    """A number of the database as a number; nothing stays nothing, and a text is none."""
    if value is None:
        return None
    try:
        if not isinstance(value, (str, bytes, bool)):
            return float(value)  # type: ignore[arg-type]  # Decimal and the like
    except (TypeError, ValueError, OverflowError):
        pass
    what = {str: "a text", bytes: "bytes", bool: "true or false", datetime: "a time"}.get(type(value))
    raise SourceError(f"answered {what or type(value).__name__} where a number is expected")


@contextmanager
def _reading(question: Question) -> Iterator[tuple[Connection, Callable[[], None]]]:
    """A connection in which nothing can be written, and what interrupts its statement."""
    kind = question.source["kind"]
    with _connected(_engine(kind, question.source["url"], question.credentials)) as connection:
        raw: Any = connection.connection.driver_connection
        if kind == "postgresql":
            raw.read_only = True
            limits = f"SET LOCAL statement_timeout = '{SECONDS}s'; SET LOCAL lock_timeout = '{SECONDS}s'"
            connection.exec_driver_sql(f"{limits}; SET LOCAL timezone = 'UTC'")
            there = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
            if question.now and (why := apart(there, datetime.now(UTC))):
                raise SourceError(why)
            # A server-side cursor takes one SELECT and nothing else, and sends no more rows than are fetched.
            yield connection.execution_options(stream_results=True), lambda: raw.cancel_safe(timeout=3)
            return
        if kind == "sqlite":
            raw.set_authorizer(_reads)
            raw.setlimit(_SQLITE_LIMIT_LENGTH, _LONGEST)
        yield connection, raw.interrupt


def _connected(engine: Engine) -> Connection:
    """A connection, at the third attempt where the server cannot be reached or is busy."""
    import sqlalchemy

    for pause in (*PAUSES, None):
        try:
            return engine.connect()
        except sqlalchemy.exc.OperationalError as error:
            said = str(error.orig)
            if pause is None or "password" in said or ("FATAL" in said and "too many" not in said):
                raise Unreachable(_unreached(said)) from None
            time.sleep(pause)
    raise AssertionError  # the loop ends above


def _unreached(said: str) -> str:
    """Why there is no connection; never the address or who asks."""
    if "password" in said or "authentication" in said or "role" in said:
        return "refuses the credentials: expected others in the environment or the keyring"
    if "certificate" in said or "SSL" in said:
        return "cannot be trusted: its certificate does not fit"
    if "does not exist" in said:
        return "has no database of that name"
    return "cannot be reached"


@contextmanager
def _limited(interrupt: Callable[[], None]) -> Iterator[None]:
    """Interrupts what takes too long. PostgreSQL has a limit of its own, which a query can lift."""
    timer = threading.Timer(SECONDS + 0.5, _quietly, (interrupt,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _quietly(interrupt: Callable[[], None]) -> None:
    with suppress(Exception):  # the statement may have ended meanwhile, and nobody would catch it here
        interrupt()


def _reads(action: int, *_: object) -> int:
    """Allows what a SELECT does, and nothing that writes, attaches a file, or changes how SQLite works."""
    import sqlite3

    read = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    return sqlite3.SQLITE_OK if action in read else sqlite3.SQLITE_DENY


@cache
def _engine(kind: str, url: str, credentials: Credentials) -> Engine:
    import sqlalchemy
    from sqlalchemy.pool import NullPool

    try:
        address = sqlalchemy.make_url(url)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise SourceError("its address cannot be read, expected for example postgresql://host:5432/database") from None
    address = address.set(drivername=_DRIVERS[kind])
    if credentials.user:
        address = address.set(username=credentials.user, password=credentials.password)
    options: dict[str, Any] = {}
    if kind == "postgresql":
        options = {"connect_timeout": 3}
    elif kind == "sqlite":
        address = address.set(database=f"file:{quote(address.database or '')}", query={"mode": "ro", "uri": "true"})
        options = {"timeout": 3}
    else:
        # Read-only alone still lets a query read other files of the machine, and fetch extensions.
        config = {"enable_external_access": False, "lock_configuration": True, "memory_limit": "1GB"}
        options = {"read_only": True, "config": config}
    try:
        return sqlalchemy.create_engine(address, connect_args=options, poolclass=NullPool)
    except ModuleNotFoundError as error:
        raise SourceError(f"needs {error.name}, which is not installed; pip install 'drillbook[live]'") from None


def _said(error: Exception, credentials: Credentials) -> str:
    """The first line of what the database says; it may name tables, never the address or who asks."""
    original = getattr(error, "orig", None)
    words = credentials.told(str(original or "").split("\n")[0])
    name = type(original or error).__name__
    if "timeout" in words.lower() or "interrupt" in words.lower() or name in ("QueryCanceled", "LockNotAvailable"):
        return f"did not answer within {SECONDS} seconds"
    if "server closed" in words or ("connection" in words and name == "OperationalError"):
        return "broke off the connection"
    if "too big" in words:  # of SQLite: a value larger than the limit
        return f"answered a value of more than {_LONGEST // 1_000_000} MB"
    return f"refused the query: {words or name}"
