"""Databases: a real PostgreSQL, SQLite and DuckDB, asked read-only, within limits, at the time of each evaluation."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from drillbook.contract import State
from drillbook.environment import Environment
from drillbook.model import Signal, Threshold
from drillbook.probes import sql
from drillbook.probes.evaluate import Answer, Asking, evaluate
from tests.postgres import Server, running

pytestmark = pytest.mark.slow

T0 = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ROWS = """
CREATE TABLE scores (shop text, at timestamptz, score numeric(6, 3), n bigint);
INSERT INTO scores SELECT s, t, CASE WHEN t > '2026-11-22T02:30Z' THEN 0.9 ELSE 0.1 END, 500
  FROM generate_series(timestamptz '2026-11-22T00:00Z', '2026-11-22T03:00Z', '1 minute') AS t, unnest(ARRAY['a', 'b']) AS s;
CREATE SEQUENCE numbers;
CREATE PROCEDURE deletes() LANGUAGE sql AS 'DELETE FROM scores';
CREATE FUNCTION endless() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('statement_timeout', '0', false); PERFORM pg_sleep(30); RETURN 1; END $$;
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
            ("SELECT nextval('numbers') AS value, :at AS t", "would change something (nextval)"),
            ("SELECT writes() AS value, :at AS t", "read-only transaction"),
            ("DELETE FROM scores WHERE at < :at RETURNING 1 AS value", "would change something (DELETE)"),
            ("WITH gone AS (DELETE FROM scores RETURNING 1) SELECT count(*) AS value, :at FROM gone", "(DELETE)"),
            ("SELECT 1 AS value, :at; DELETE FROM scores", "holds 2 statements, expected one"),
            ("", "holds 0 statements, expected one"),
            ("SELECT pg_sleep(30)::text AS value, :at AS t", "did not answer within 1 seconds"),
            ("SELECT shop, 1 AS value, :at AS t, g FROM scores, generate_series(1, 20) AS g", "more than 1000 rows"),
            ("SELECT g AS value, :at FROM generate_series(1, 1000000000) AS g", "did not answer within 1 seconds"),
            ("SELECT 1 AS number, :at AS t", 'answered no column "value"'),
            ("SELECT 1 AS value, 2 AS value, :at AS t", 'answered two columns "value"'),
            ("SELECT 'many' AS value, :at AS t", "answered a text where a number is expected"),
            ("SELECT true AS value, :at AS t", "answered true or false where a number is expected"),
            ("SELECT now() AS value, :at AS t", "answered a time where a number is expected"),
            ("SELECT ARRAY[1] AS value, :at AS t", "answered list where a number is expected"),
            ("SELECT g AS value, :at FROM generate_series(1, 2) AS g", "several rows where one number is compared"),
            ("SELECT missing AS value, :at AS t", "refused the query"),
            ("SELECT 1 AS value", "cannot say what was: the query has no :at"),
            ("SELECT 1 AS value, ':at' AS t -- :at", "cannot say what was: the query has no :at"),
        ],
    )
    def test_what_cannot_be_trusted_is_inconclusive_and_says_why(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, query: str, said: str
    ) -> None:
        monkeypatch.setattr(sql, "SECONDS", 1)
        found = ask(url(server), query)
        assert found.outcome.state is State.INCONCLUSIVE
        assert said in found.outcome.why

    @pytest.mark.parametrize("at", [T0, None])
    @pytest.mark.parametrize(
        "query",
        [
            "SELECT nextval('numbers') AS value",
            "SELECT writes() AS value",
            "DELETE FROM scores RETURNING 1 AS value",
            "WITH gone AS (DELETE FROM scores RETURNING 1) SELECT count(*) AS value FROM gone",
            "CREATE TABLE t AS SELECT 1 AS value",
            "SELECT 1 AS value; DELETE FROM scores",
            "SELECT 1 AS value; COMMIT; SET default_transaction_read_only = off; COMMIT; DELETE FROM scores",
            "COMMIT; BEGIN READ WRITE; DELETE FROM scores; COMMIT; SELECT 1 AS value",
            "SET TRANSACTION READ WRITE",
            "SELECT set_config('transaction_read_only', 'off', false)::int AS value",
            "COPY scores TO PROGRAM 'cat > {folder}/written'",
            "COPY scores TO '{folder}/written'",
            "DO $$ BEGIN DELETE FROM scores; END $$",
            "CALL deletes()",
            "LOCK TABLE scores",
        ],
    )
    def test_the_session_itself_is_read_only(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, query: str, at: datetime | None
    ) -> None:
        """Where nothing in the text tells, or nobody reads it: the user is a superuser here, which no checker should be."""
        monkeypatch.setattr(sql, "_only_reads", lambda text, _: text)
        before = server.ask("SELECT count(*), (SELECT is_called FROM numbers) FROM scores;", "shop")
        query = query.format(folder=server.folder) + (" -- " if at else "")
        query = query.replace("SELECT 1 AS value", "SELECT 1 AS value, :at") if at else query
        found = ask(url(server), query, at=at)
        assert found.outcome.state is State.INCONCLUSIVE
        assert server.ask("SELECT count(*), (SELECT is_called FROM numbers) FROM scores;", "shop") == before
        assert not (server.folder / "written").exists()

    def test_a_query_that_lifts_its_limit_is_interrupted(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sql, "SECONDS", 1)
        found = ask(url(server), "SELECT endless() AS value", at=None)
        assert found.outcome.why == "db did not answer within 1 seconds"
        running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%endless()%' AND pid <> pg_backend_pid();"
        assert server.ask(running, "shop") == [["0"]]

    def test_many_queries_that_each_take_a_while_end_together(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sql, "WHOLE", 0.3)
        query = "SELECT 0.9 AS value, pg_sleep(0.1)::text AS t, :at"
        found = ask(url(server), query, fires={"hold": 60 * MINUTE})
        assert found.outcome.why == "db did not answer 61 queries within 0.3 seconds"

    def test_an_event_that_does_not_heal_by_itself_is_looked_for_in_the_past(self, server: Server) -> None:
        query = "SELECT CASE WHEN (:at) = '2026-11-22T01:00Z' THEN 1 ELSE 0 END AS value"
        assert ask(url(server), query, latched=True, cleared_by="x").outcome.state is State.FIRES

    def test_a_clock_that_is_an_hour_off(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        class Ahead(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return datetime.now(tz) + timedelta(hours=1)

        monkeypatch.setattr(sql, "datetime", Ahead)
        found = ask(url(server), "SELECT 0.9 AS value", at=None)
        assert "its clock is 60 minutes behind this machine's" in found.outcome.why
        assert ask(url(server), "SELECT 0.9 AS value, :at").outcome.state is State.FIRES

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
            ("SELECT 1 AS VALUE, '%s %(at)s' AS t WHERE '100%' LIKE '%00\\%' AND :at IS NOT NULL;", State.FIRES),
            ("SELECT length(':at') - 3 AS value, $$x :at y$$ AS t, E'it\\'s :at' AS u, :at /* :at */", State.CLEARS),
            ("SELECT length(':at%') - 3 AS value -- :at, 'it''s", State.FIRES),
            ("SELECT '-Infinity'::numeric AS value, :at", State.CLEARS),
            ("SELECT 1e300::numeric AS value, (:at)::time", State.FIRES),
            ("SELECT 0.9::real AS value, (ARRAY[1, 2])[1:2] AS t, :at", State.FIRES),
            ("SELECT (EXTRACT(hour FROM :at) = 3)::int AS value", State.FIRES),
        ],
    )
    def test_types_colons_and_percent_signs(self, server: Server, query: str, state: State) -> None:
        at = T0 if ":at" in query.split("--")[0].replace("':at%'", "") else None
        found = ask(url(server), query, at=at)
        assert found.outcome.state is state, found.outcome

    def test_a_label_that_is_null_is_empty(self, server: Server) -> None:
        found = ask(url(server), "SELECT NULL AS shop, 0.9 AS value, :at", per=("shop",))
        assert found.outcome.series[0].labels == (("shop", ""),)

    def test_a_server_that_is_not_there(self) -> None:
        found = ask("postgresql://127.0.0.1:1/shop", "SELECT 1 AS value, :at AS t")
        assert found.outcome.why == "db cannot be reached"

    def test_a_server_that_says_nothing(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            found = ask(f"postgresql://127.0.0.1:{port}/shop", "SELECT 1 AS value, :at AS t")
        assert found.outcome.why == "db cannot be reached"

    def test_a_database_and_a_user_that_are_not_there(self, server: Server) -> None:
        said = {
            name: ask(url(server).replace(*change), "SELECT 1 AS value, :at").outcome.why
            for name, change in {"database": ("/shop?", "/nope?"), "user": ("user=postgres", "user=nope")}.items()
        }
        assert said == {
            "database": "db has no database of that name",
            "user": "db refuses the credentials: expected others in the environment or the keyring",
        }


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
            "VACUUM INTO 'other.db'",
            "CREATE TEMP TABLE t AS SELECT 1 AS value",
            "PRAGMA user_version = 7",
            "PRAGMA writable_schema = 1",
            "SELECT name AS value FROM pragma_database_list",
            "SELECT 1 AS value; DELETE FROM scores",
        ],
    )
    def test_it_writes_nothing(self, file: Path, query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sql, "_only_reads", lambda text, _: text)
        before = file.read_bytes()
        assert ask(f"sqlite:///{file}", query, "sqlite", None).outcome.state is State.INCONCLUSIVE
        assert (file.read_bytes(), [each.name for each in tmp_path.iterdir()]) == (before, ["shop.db"])

    def test_it_reads_at_the_time_as_sqlite_writes_it(self, file: Path) -> None:
        query = "SELECT :at = datetime('2026-11-22 03:00:00') AS value, ':at' AS t"
        assert ask(f"sqlite:///{file}", query, "sqlite").outcome.state is State.FIRES

    def test_a_name_with_signs_of_an_address_opens_that_file(self, file: Path, tmp_path: Path) -> None:
        odd = file.rename(tmp_path / "a b?mode=rwc#100%.db")
        query = "SELECT max(score) AS value FROM scores"
        made = sqlalchemy.URL.create("sqlite", database=str(odd)).render_as_string()
        assert ask(made, query, "sqlite", None).outcome.state is State.FIRES
        assert [each.name for each in tmp_path.iterdir()] == [odd.name]

    def test_a_value_of_gigabytes(self, file: Path) -> None:
        found = ask(f"sqlite:///{file}", "SELECT length(zeroblob(900000000) || 'x') AS value", "sqlite", None)
        assert found.outcome.why == "db answered a value of more than 10 MB"

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "text.db").write_text("no database " * 100)
        found = ask(f"sqlite:///{tmp_path}/text.db", "SELECT count(*) AS value FROM sqlite_master", "sqlite", None)
        assert found.outcome.why == "db refused the query: file is not a database"

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
            "SELECT count(*) AS value FROM glob('/*')",
            "SELECT count(*) AS value FROM read_parquet('http://127.0.0.1:1/x')",
            "SET enable_external_access = true",
            "SET memory_limit = '20GB'",
            "EXPORT DATABASE 'out'",
            "INSTALL httpfs",
            "ATTACH 'other.db'",
        ],
    )
    def test_it_writes_nothing_and_reads_no_other_file(
        self, file: Path, query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sql, "_only_reads", lambda text, _: text)
        found = ask(f"duckdb:///{file}", query, "duckdb", None)
        assert found.outcome.state is State.INCONCLUSIVE, found.outcome
        assert [each.name for each in tmp_path.iterdir()] == ["shop.duckdb"]

    def test_more_rows_than_memory(self, file: Path) -> None:
        found = ask(f"duckdb:///{file}", "SELECT range AS value FROM range(100000000000)", "duckdb", None)
        assert found.outcome.why == "db answered more than 1000 rows, expected one for each set of labels"

    def test_a_query_without_end_is_ended(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sql, "SECONDS", 1)
        endless = "SELECT count(*) AS value FROM range(1000000000000) WHERE range % 7 = random()"
        found = ask(f"duckdb:///{file}", endless, "duckdb", None)
        assert found.outcome.why == "db did not answer within 1 seconds"

    def test_a_file_that_is_not_there_is_not_made(self, tmp_path: Path) -> None:
        found = ask(f"duckdb:///{tmp_path}/none.duckdb", "SELECT 1 AS value", "duckdb", None)
        assert found.outcome.state is State.INCONCLUSIVE
        assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_not_known_yet_says_so() -> None:
    found = ask("snowflake://x/y", "SELECT 1 AS value", "snowflake", None)
    assert '"snowflake", which drillbook check cannot ask yet, only duckdb, postgresql, sqlite' in found.outcome.why
