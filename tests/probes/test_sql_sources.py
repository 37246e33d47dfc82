"""Databases: a real PostgreSQL, SQLite and DuckDB, asked read-only, within limits, at the time of each evaluation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drillbook.contract import State
from drillbook.environment import Environment
from drillbook.model import Signal, Threshold
from drillbook.probes import sql
from drillbook.probes.evaluate import Answer, Asking, evaluate
from tests.postgres import Server, running

T0 = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ROWS = """
CREATE TABLE scores (shop text, at timestamptz, score numeric(6, 3), n bigint);
INSERT INTO scores SELECT s, t, CASE WHEN t > '2026-11-22T02:30Z' THEN 0.9 ELSE 0.1 END, 500
  FROM generate_series(timestamptz '2026-11-22T00:00Z', '2026-11-22T03:00Z', '1 minute') AS t, unnest(ARRAY['a', 'b']) AS s;
CREATE SEQUENCE numbers;
CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM scores; RETURN 1; END $$;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as found:
        found.ask("CREATE DATABASE shop;")
        found.ask(ROWS, "shop")
        yield found


def ask(url: str, query: str, kind: str = "postgresql", at: datetime | None = T0, **more: Any) -> Answer:
    fires = Threshold("gt", 0.5, **more.pop("fires", {}))
    signal = Signal(id="x", source="db", query=query, fires=fires, clears=Threshold("lt", 0.2), **more)
    environment = Environment("prod", {"sources": {"db": {"kind": kind, "url": url, "interval": "1m"}}})
    return evaluate((signal,), environment, Asking(at or datetime.now(UTC), now=at is None))[0]


def url(server: Server) -> str:
    return f"postgresql:///shop?host={server.folder}&user=postgres"


LATEST = "SELECT shop, score AS value, n AS samples FROM scores WHERE at = date_trunc('minute', :at)"


@pytest.mark.slow
class TestPostgresql:
    def test_each_evaluation_is_asked_at_its_time(self, server: Server) -> None:
        for minute, state in ((20, State.CLEARS), (35, State.NEITHER), (45, State.FIRES)):
            at = T0 - timedelta(minutes=60 - minute)
            found = ask(url(server), LATEST, at=at, per=("shop",), fires={"hold": 10 * MINUTE, "min_samples": 100})
            assert found.outcome.state is state, (minute, found.outcome)
            assert [dict(each.labels) for each in found.outcome.series] == [{"shop": "a"}, {"shop": "b"}]

    def test_too_few_samples(self, server: Server) -> None:
        found = ask(url(server), LATEST, per=("shop",), fires={"min_samples": 501})
        assert (found.outcome.state, found.outcome.why) == (State.INCONCLUSIVE, "too few samples: 500 of 501")

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("SELECT nextval('numbers') AS value, :at AS t", "read-only transaction"),
            ("SELECT writes() AS value, :at AS t", "read-only transaction"),
            ("DELETE FROM scores WHERE at < :at RETURNING 1 AS value", "read-only transaction"),
            ("WITH gone AS (DELETE FROM scores RETURNING 1) SELECT count(*) AS value, :at FROM gone", "read-only"),
            ("CREATE TABLE t AS SELECT 1 AS value, :at AS t", "read-only transaction"),
            ("SELECT 1 AS value, :at; DELETE FROM scores", "cannot insert multiple commands"),
            ("SELECT pg_sleep(30)::text AS value, :at AS t", "did not answer within 1 seconds"),
            (
                "SELECT shop, 1 AS value, :at AS t, g FROM scores, generate_series(1, 20) AS g",
                "answered more than 1000 rows",
            ),
            ("SELECT 1 AS number, :at AS t", 'answered no column "value"'),
            ("SELECT 'many' AS value, :at AS t", "answered str where a number is expected"),
            ("SELECT true AS value, :at AS t", "answered bool where a number is expected"),
            ("SELECT now() AS value, :at AS t", "answered datetime where a number is expected"),
            (
                "SELECT g AS value, :at AS t FROM generate_series(1, 2) AS g",
                "several rows where one number is compared",
            ),
            ("SELECT missing AS value, :at AS t", "refused the query"),
            ("SELECT 1 AS value", "the query has no :at, so it can only say what is now"),
        ],
    )
    def test_what_cannot_be_trusted_is_inconclusive_and_says_why(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, query: str, said: str
    ) -> None:
        monkeypatch.setattr(sql, "SECONDS", 1)
        sql._engine.cache_clear()
        before = server.ask("SELECT count(*), (SELECT is_called FROM numbers) FROM scores;", "shop")
        found = ask(url(server), query)
        assert found.outcome.state is State.INCONCLUSIVE
        assert said in found.outcome.why
        assert server.ask("SELECT count(*), (SELECT is_called FROM numbers) FROM scores;", "shop") == before

    @pytest.mark.parametrize(
        ("query", "state"),
        [
            ("SELECT 0.9::numeric AS value, (:at)::date", State.FIRES),
            ("SELECT '0.9'::float8 AS value, :at::text AS t WHERE 'a:b' LIKE 'a%' AND '12:30' <> ':x'", State.FIRES),
            ("SELECT count(*) FILTER (WHERE 7 % 5 = 2) AS value, :at", State.FIRES),
            ("SELECT NULL::numeric AS value, :at", State.INCONCLUSIVE),
            ("SELECT 'NaN'::float8 AS value, :at", State.INCONCLUSIVE),
            ("SELECT 'Infinity'::float8 AS value, :at", State.FIRES),
            ("SELECT 1 AS value WHERE :at < '2000-01-01'", State.INCONCLUSIVE),
            ("SELECT (EXTRACT(hour FROM :at) = 3)::int AS value", State.FIRES),
        ],
    )
    def test_types_colons_and_percent_signs(self, server: Server, query: str, state: State) -> None:
        assert ask(url(server), query).outcome.state is state

    def test_a_server_that_is_not_there(self) -> None:
        found = ask("postgresql://127.0.0.1:1/shop", "SELECT 1 AS value, :at AS t")
        assert found.outcome.why == "db cannot be reached, or refuses the credentials"


class TestSqlite:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "shop.db"
        with sqlite3.connect(path) as made:
            made.execute("CREATE TABLE scores (score real, at text)")
            made.execute("INSERT INTO scores VALUES (0.9, '2026-11-22')")
        return path

    def test_it_reads(self, file: Path) -> None:
        assert (
            ask(f"sqlite:///{file}", "SELECT max(score) AS value FROM scores", "sqlite", None).outcome.state
            is State.FIRES
        )

    @pytest.mark.parametrize(
        "query",
        [
            "DELETE FROM scores RETURNING 1 AS value",
            "INSERT INTO scores VALUES (1, 2) RETURNING 1 AS value",
            "ATTACH DATABASE 'other.db' AS other",
            "SELECT load_extension('x') AS value",
        ],
    )
    def test_it_writes_nothing(self, file: Path, query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        before = file.read_bytes()
        assert ask(f"sqlite:///{file}", query, "sqlite", None).outcome.state is State.INCONCLUSIVE
        assert (file.read_bytes(), [each.name for each in tmp_path.iterdir()]) == (before, ["shop.db"])

    def test_a_file_that_is_not_there_is_not_made(self, tmp_path: Path) -> None:
        found = ask(f"sqlite:///{tmp_path}/none.db", "SELECT 1 AS value", "sqlite", None)
        assert found.outcome.state is State.INCONCLUSIVE
        assert list(tmp_path.iterdir()) == []

    def test_a_query_without_end_is_ended(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sql, "SECONDS", 1)
        endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) AS value FROM n"
        found = ask(f"sqlite:///{file}", endless, "sqlite", None)
        assert found.outcome.why == "db did not answer within 1 seconds"


class TestDuckdb:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        import duckdb

        path = tmp_path / "shop.duckdb"
        with duckdb.connect(str(path)) as made:
            made.execute("CREATE TABLE scores (score double, seen timestamptz)")
            made.execute("INSERT INTO scores VALUES (0.9, '2026-11-22T02:59:00Z'), (0.1, '2026-11-22T02:00:00Z')")
        return path

    def test_it_reads_at_the_time(self, file: Path) -> None:
        query = "SELECT last(score ORDER BY seen) AS value FROM scores WHERE seen <= :at"
        assert ask(f"duckdb:///{file}", query, "duckdb").outcome.state is State.FIRES
        assert ask(f"duckdb:///{file}", query, "duckdb", T0 - 30 * MINUTE).outcome.state is State.CLEARS

    @pytest.mark.parametrize(
        "query",
        [
            "DELETE FROM scores RETURNING 1 AS value",
            "SELECT count(*) AS value FROM read_csv('/etc/passwd')",
            "SELECT count(*) AS value FROM '/etc/passwd'",
            "COPY scores TO 'out.csv'",
            "INSTALL httpfs",
            "ATTACH 'other.db'",
        ],
    )
    def test_it_writes_nothing_and_reads_no_other_file(
        self, file: Path, query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        found = ask(f"duckdb:///{file}", query, "duckdb", None)
        assert found.outcome.state is State.INCONCLUSIVE, found.outcome
        assert [each.name for each in tmp_path.iterdir()] == ["shop.duckdb"]


def test_a_database_that_is_not_known_yet_says_so() -> None:
    found = ask("snowflake://x/y", "SELECT 1 AS value", "snowflake", None)
    assert 'cannot ask "snowflake" yet, only duckdb, postgresql, sqlite' in found.outcome.why
