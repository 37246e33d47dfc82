"""What a text of SQL would do and give: pairs of right and wrong."""

from __future__ import annotations

import pytest

from drillbook import sql

RIGHT = [
    ("postgresql", "SELECT a FROM t"),
    ("postgresql", "SELECT a FROM t;"),
    ("postgresql", "-- note\nSELECT a /* that */ FROM t"),
    ("postgresql", "SELECT count(*) FILTER (WHERE NOT ok) AS value, count(*) AS samples FROM runs"),
    ("postgresql", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY p50) AS value FROM stats"),
    ("postgresql", "SELECT a->>'b' AS value FROM t WHERE at > now() - interval '1 day'"),
    ("postgresql", "SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, at DESC"),
    ("postgresql", "SELECT a::numeric FROM t, LATERAL jsonb_array_elements(t.items) AS x"),
    ("postgresql", "SELECT a FROM ${table} WHERE b = '${day}' LIMIT ${rows}"),
    ("postgresql", "SELECT deleted_at, updates, inserted FROM t WHERE note = 'drop; delete'"),
    ("postgresql", "EXPLAIN SELECT a FROM t"),
    ("postgresql", "EXPLAIN DELETE FROM t"),
    ("postgresql", "EXPLAIN ANALYZE SELECT a FROM t"),
    ("postgresql", "EXPLAIN (ANALYZE false) DELETE FROM t"),
    ("mysql", "EXPLAIN DELETE FROM t"),
    ("postgresql", "SELECT set_config('statement_timeout', '5s', true)"),
    ("postgresql", "SHOW server_version"),
    ("mysql", "SELECT `a`, IF(b > 1, 1, 0) AS value FROM t"),
    ("sqlite", "SELECT strftime('%H', at) AS hour, count(*) AS value FROM t GROUP BY 1"),
    ("duckdb", "SELECT a, FROM t"),
    ("bigquery", "SELECT a, COUNTIF(b) AS value FROM `p.d.t` WHERE DATE(at) = CURRENT_DATE() GROUP BY a"),
    (
        "snowflake",
        "SELECT a, v:b::float AS value FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY at DESC) = 1",
    ),
    ("clickhouse", "SELECT a, quantile(0.99)(b) AS value FROM t FINAL PREWHERE c = 1 GROUP BY a"),
    ("trino", "SELECT approx_percentile(a, 0.99) AS value FROM h.s.t"),
]
BROKEN = [
    ("postgresql", "SELEC a FROM t"),
    ("postgresql", "SELECT a FORM t"),
    ("postgresql", "SELECT a, FROM t"),
    ("postgresql", "SELECT a FROM"),
    ("postgresql", "SELECT a FROM t WHERE"),
    ("postgresql", "SELECT (a FROM t"),
    ("postgresql", "SELECT avg(a)) FROM t"),
    ("postgresql", "SELECT 'a FROM t"),
    ("postgresql", "SELECT a AS value b AS samples FROM t"),
    ("postgresql", "feature_psi"),
    ("postgresql", "sum(rate(requests_total[5m]))"),
    ("mysql", "SELECT a FROM t WHERE b = = 1"),
    ("postgresql", "-- nothing"),
]


@pytest.mark.parametrize(("kind", "text"), RIGHT)
def test_right(kind: str, text: str) -> None:
    statement = sql.read(text, kind)
    assert (statement.error, statement.count, statement.writes) == ("", 1, ())


@pytest.mark.parametrize(("kind", "text"), BROKEN)
def test_broken(kind: str, text: str) -> None:
    assert sql.read(text, kind).error


def test_no_error_is_certain_without_a_kind() -> None:
    assert sql.read("SELECT a FORM t", "").error == ""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("INSERT INTO t SELECT 1", "INSERT"),
        ("UPDATE t SET a = 1", "UPDATE"),
        ("DELETE FROM t", "DELETE"),
        ("MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", "MERGE"),
        ("CREATE TABLE u AS SELECT a FROM t", "CREATE"),
        ("CREATE TEMP TABLE u AS SELECT a FROM t", "CREATE"),
        ("DROP TABLE t", "DROP"),
        ("TRUNCATE t", "TRUNCATE"),
        ("ALTER TABLE t ADD COLUMN b int", "ALTER"),
        ("COPY t TO '/tmp/x'", "COPY"),
        ("GRANT ALL ON t TO x", "GRANT"),
        ("SELECT a INTO u FROM t", "INTO"),
        ("WITH gone AS (DELETE FROM t RETURNING a) SELECT a FROM gone", "DELETE"),
        ("SELECT a FROM t FOR UPDATE", "FOR"),
        ("SELECT pg_terminate_backend(pid) FROM pg_stat_activity", "pg_terminate_backend"),
        ("SELECT nextval('ids')", "nextval"),
        ("VACUUM t", "VACUUM"),
        ("CALL tidy()", "CALL"),
        ("REFRESH MATERIALIZED VIEW v", "REFRESH"),
        ("SELECT 1; DROP TABLE t", "DROP"),
        ("EXPLAIN ANALYZE DELETE FROM t", "DELETE"),
        ("explain (analyze, buffers) update t set a = 1", "UPDATE"),
        ("SELECT set_config('search_path', 'x', false)", "set_config"),
        ("SELECT pg_advisory_lock(7)", "pg_advisory_lock"),
        ("SELECT pg_try_advisory_lock(7)", "pg_try_advisory_lock"),
    ],
)
def test_writes(text: str, word: str) -> None:
    assert word in sql.read(text, "postgresql").writes


def test_what_is_explained_by_running_it() -> None:
    assert sql.read("EXPLAIN ANALYZE DELETE FROM t", "mysql").writes == ("DELETE",)


@pytest.mark.parametrize(
    ("text", "columns", "everything"),
    [
        ("SELECT a, b AS value FROM t", ("a", "value"), ""),
        ("SELECT A, t.b Value FROM t", ("a", "value"), ""),
        ('SELECT "Feature", count(*) FROM t', ("feature", ""), ""),
        ("SELECT value::float, cast(samples AS int) FROM t", ("value", "samples"), ""),
        ("SELECT a FROM t UNION ALL SELECT b FROM u", ("a",), ""),
        ("WITH x AS (SELECT a, b AS value FROM t) SELECT * FROM x", ("a", "value"), ""),
        ("WITH x AS (SELECT * FROM t) SELECT a FROM x", ("a",), ""),
        ("SELECT * FROM (SELECT a FROM t) AS x", ("a",), ""),
        ("(SELECT a FROM t)", ("a",), ""),
        ("SELECT * FROM t", None, "*"),
        ("SELECT t.*, 1 AS value FROM t", None, "t.*"),
        ("WITH x AS (SELECT * FROM t) SELECT * FROM x", None, "*"),
        ("SELECT * FROM (SELECT a FROM t) AS x JOIN u USING (a)", None, "*"),
        ("SELECT count(*) AS value FROM t", ("value",), ""),
        ("EXPLAIN SELECT a FROM t", None, ""),
    ],
)
def test_columns(text: str, columns: tuple[str, ...] | None, everything: str) -> None:
    statement = sql.read(text, "postgresql")
    assert (statement.columns, statement.everything) == (columns, everything)


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("SELECT a, max(b) AS value FROM t GROUP BY a", True),
        ("SELECT max(b) AS value FROM t GROUP BY date_trunc('hour', at)", True),
        ("SELECT max(b) AS value FROM t", False),
        ("SELECT max(b) AS value FROM t GROUP BY a ORDER BY a LIMIT 1", False),
        ("SELECT max(n) AS value FROM (SELECT count(*) AS n FROM t GROUP BY a) AS x", False),
        ("SELECT max(b) AS value FROM t GROUP BY a HAVING max(b) > 3", False),
        ("SELECT avg(v) AS value FROM t WHERE model = 'f' GROUP BY model", False),
        ("SELECT avg(v) AS value FROM t WHERE hour = (SELECT max(hour) FROM t) GROUP BY hour", False),
        ("SELECT feature, max(psi) AS value FROM t GROUP BY 1", True),
    ],
)
def test_groups(text: str, grouped: bool) -> None:
    assert sql.read(text, "postgresql").grouped is grouped


@pytest.mark.parametrize(
    "text", ["", ";", "(" * 400, "SELECT " + "(" * 3000, "\x00", "SELECT '", "/*", "🙂", "SELECT a FROM t " * 200]
)
@pytest.mark.parametrize("kind", ["", "postgresql", "bigquery", "clickhouse", "unheard-of"])
def test_never_raises(text: str, kind: str) -> None:
    assert isinstance(sql.read(text, kind), sql.Statement)
