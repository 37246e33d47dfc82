"""A question -> series, from a SQL query that is run once for each evaluation, read-only. By SQLAlchemy.

A query that looks back takes the time from ``:at``. Without it there is the present only, and nobody can say what was before.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from drillbook.contract import Labels, Series
from drillbook.probes.asking import MOST_SERIES, Credentials, Question, SourceError, labelled, series

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

SECONDS = 15
"""Limit of one statement."""
_COLON = re.compile(r"(?<![:\w\\]):(?!at\b)(?=\w)")
_AT = re.compile(r"(?<![:\w\\]):at\b")
_DRIVERS = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite", "duckdb": "duckdb"}


def looks_back(query: str) -> bool:
    """Whether a query takes the time of an evaluation."""
    return bool(_AT.search(query))


def ask(question: Question) -> tuple[Series, ...]:
    """Each row's labels as a series, with ``value`` and ``samples``. Raises SourceError."""
    import sqlalchemy

    query = question.signal.query
    whole = looks_back(query)
    wanted = list(enumerate(question.times)) if whole else [(question.count - 1, question.times[-1])]
    if not whole and not question.now:
        raise SourceError(
            "the query has no :at, so it can only say what is now; leave out --at, or write :at for the time"
        )
    values: dict[Labels, dict[int, float]] = {}
    samples: dict[Labels, dict[int, float]] = {}
    statement = sqlalchemy.text(_AT.sub("(:at)", _COLON.sub(r"\\:", query)))  # in brackets, for :at::date
    try:
        with _reading(question) as connection:
            for number, at in wanted:
                for row in _rows(connection, statement, {"at": at} if whole else {}):
                    _take(question, row, number, values, samples)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise SourceError(_said(error)) from None
    return series(question, values, samples)


def _rows(connection: Connection, statement: Any, parameters: Mapping[str, datetime]) -> list[Mapping[str, Any]]:
    rows = connection.execute(statement, parameters).mappings().fetchmany(MOST_SERIES + 1)
    if len(rows) > MOST_SERIES:
        raise SourceError(f"answered more than {MOST_SERIES} rows, expected one for each set of labels")
    return [dict(row) for row in rows]


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
    if isinstance(value, (str, bytes, bool)):
        raise SourceError(f"answered {type(value).__name__} where a number is expected")
    try:
        return float(value)  # type: ignore[arg-type]  # Decimal and the like
    except (TypeError, ValueError, OverflowError):
        raise SourceError(f"answered {type(value).__name__} where a number is expected") from None


@contextmanager
def _reading(question: Question) -> Iterator[Connection]:
    """A connection in which nothing can be written and no statement runs for long."""
    engine = _engine(question.source["kind"], question.source["url"], question.credentials)
    with engine.connect() as connection:
        if question.source["kind"] == "postgresql":
            yield connection
            return
        raw: Any = connection.connection.driver_connection
        if question.source["kind"] == "sqlite":
            raw.set_authorizer(_no_other_file)
        timer = threading.Timer(SECONDS, raw.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield connection
        finally:
            timer.cancel()


def _no_other_file(action: int, *_: object) -> int:
    """Denies ATTACH, which would make a file; everything else is left to the read-only mode."""
    import sqlite3

    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


@cache
def _engine(kind: str, url: str, credentials: Credentials) -> Engine:
    import sqlalchemy
    from sqlalchemy.pool import NullPool

    if kind not in _DRIVERS:
        raise SourceError(f'drillbook check cannot ask "{kind}" yet, only {", ".join(sorted(_DRIVERS))}')
    try:
        address = sqlalchemy.make_url(url)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise SourceError("its address cannot be read, expected for example postgresql://host:5432/database") from None
    address = address.set(drivername=_DRIVERS[kind])
    if credentials.user:
        address = address.set(username=credentials.user, password=credentials.password)
    options: dict[str, Any] = {}
    if kind == "postgresql":
        limits = f"-c default_transaction_read_only=on -c statement_timeout={SECONDS}s -c timezone=UTC"
        options = {"connect_timeout": 3, "options": limits}
    elif kind == "sqlite":
        address = address.set(database=f"file:{address.database}", query={"mode": "ro", "uri": "true"})
        options = {"timeout": 3}
    else:
        # Read-only alone still lets a query read other files of the machine, and fetch extensions.
        options = {"read_only": True, "config": {"enable_external_access": False, "lock_configuration": True}}
    try:
        return sqlalchemy.create_engine(address, connect_args=options, poolclass=NullPool)
    except ModuleNotFoundError as error:
        raise SourceError(f"needs {error.name}, which is not installed; pip install 'drillbook[live]'") from None


def _said(error: Exception) -> str:
    """The first line of what the database says; it may name tables, never the address or who asks."""
    original = getattr(error, "orig", None)
    words = " ".join(str(original or type(error).__name__).split("\n")[0].split())[:200]
    name = type(original or error).__name__
    if "timeout" in words.lower() or "interrupt" in words.lower() or name == "QueryCanceled":
        return f"did not answer within {SECONDS} seconds"
    if name == "OperationalError" and ("connect" in words or "resolve" in words or "password" in words):
        return "cannot be reached, or refuses the credentials"
    return f"refused the query: {words}"
