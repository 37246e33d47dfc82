"""The tables that a query in SQL reads, and the columns that none of them has."""

import pytest

from drillbook import columns

KNOWN = {
    "lists": frozenset({"shop", "psi", "made_at"}),
    "items": frozenset({"shop", "item", "price"}),
    "public.carts": frozenset({"cart"}),
}


CERTAIN = [
    ("SELECT psy FROM lists", ["psy"]),
    ("SELECT l.psy AS value FROM lists AS l", ["l.psy"]),
    ("SELECT psi AS value FROM lists WHERE made > now()", ["made"]),
    ("SELECT count(*) FILTER (WHERE psy > 1) AS value FROM lists", ["psy"]),
    ("SELECT rank() OVER (PARTITION BY shap ORDER BY psi) AS value FROM lists", ["shap"]),
    ("SELECT psi FROM lists JOIN items USING (shop) WHERE cost > 1", ["cost"]),
    ("SELECT psi FROM lists JOIN items ON items.shop = lists.shap", ["lists.shap"]),
    ("SELECT psi FROM lists WHERE EXISTS (SELECT 1 FROM items WHERE items.shop = lists.shap)", ["lists.shap"]),
    ("WITH x AS (SELECT shop, max(psi) AS most FROM lists GROUP BY shop) SELECT x.psi FROM x", ["x.psi"]),
    ("SELECT y.psi FROM (SELECT shop FROM lists) AS y", ["y.psi"]),
    ("SELECT shop FROM lists UNION ALL SELECT store FROM items", ["store"]),
    ("SELECT kart FROM public.carts", ["kart"]),
]
"""Queries, and the columns that no table in them has."""
SILENT = [
    'SELECT PSI, "psi" FROM Lists',
    "SELECT shop AS store FROM lists GROUP BY store HAVING count(*) > 1 ORDER BY store",
    "SELECT lists, count(l.*) FROM lists AS l, lists GROUP BY 1",
    "SELECT psi, nobody FROM lists JOIN unheard_of USING (shop)",
    "SELECT psi FROM lists WHERE (SELECT max(price) FROM items WHERE items.shop = made_at::text) > psi",
    "SELECT n, psi FROM lists, generate_series(1, 3) AS n",
    "SELECT z.a FROM (VALUES (1, 2)) AS z (a, b)",
    "SELECT x.anything FROM (SELECT * FROM unheard_of) AS x",
    "SELECT t.c, t.a FROM lists AS t (a, b, c)",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "SELECT l.psi, m.price FROM lists AS l CROSS JOIN LATERAL (SELECT price FROM items WHERE shop = l.shop) AS m",
    "SELECT psi FROM lists WHERE made_at > current_date - interval '1 day' AND user <> 'x'",
    "SELECT extract(epoch FROM made_at), date_trunc('hour', made_at), made_at::date FROM lists",
    "SELECT ctid, psi FROM lists",
    "SELECT ${column} FROM lists",
    "SELECT psy FROM ${table}",
    "DELETE FROM lists WHERE psy > 1",
    "SELECT psy FROM",
]
"""Queries of which nothing is said."""


@pytest.mark.parametrize(("text", "expected"), CERTAIN)
def test_a_column_that_no_table_has(text: str, expected: list[str]) -> None:
    assert [each.text for each in columns.missing(text, "postgresql", KNOWN)] == expected


@pytest.mark.parametrize("text", SILENT)
def test_what_is_not_certain_is_not_told(text: str) -> None:
    assert columns.missing(text, "postgresql", KNOWN) == ()


def test_what_is_known_of_a_missing_column() -> None:
    (found,) = columns.missing("SELECT prise FROM lists JOIN items USING (shop)", "postgresql", KNOWN)
    assert found.tables == ("lists", "items")
    assert found.known == KNOWN["lists"] | KNOWN["items"]
    assert found.bare
    (found,) = columns.missing("SELECT max(prise) AS value FROM items", "postgresql", KNOWN)
    assert not found.bare


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("sqlite", 'SELECT shop FROM lists WHERE shop = "berlin"'),
        ("mysql", "SELECT timestampdiff(SECOND, made_at, now()) FROM lists"),
        ("bigquery", "SELECT timestamp_diff(made_at, made_at, HOUR), _PARTITIONTIME FROM lists"),
        ("snowflake", "SELECT datediff(hour, made_at, made_at), dateadd(day, 1, made_at) FROM lists"),
        ("duckdb", "SELECT list_transform([psi], x -> x + 1) FROM lists"),
        ("trino", "SELECT date_diff('hour', made_at, made_at), transform(ARRAY[psi], x -> x + 1) FROM lists"),
        ("clickhouse", "SELECT arrayMap(x -> x + 1, [psi]), countIf(psi > 1) FROM lists"),
    ],
)
def test_the_words_of_other_dialects_are_no_columns(kind: str, text: str) -> None:
    assert columns.missing(text, kind, KNOWN) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1 FROM lists JOIN Public.Carts USING (x), lists AS again", ["lists", "public.carts"]),
        ("WITH x AS (SELECT * FROM lists) SELECT * FROM x WHERE EXISTS (SELECT 1 FROM items)", ["items", "lists"]),
        ("SELECT 1 FROM pg_catalog.pg_class, information_schema.tables, generate_series(1, 2)", []),
        ("SELECT 1 FROM ${table}", []),
        ("SELECT 1 FROM 'data/*.parquet'", []),
        ("no sql", []),
    ],
)
def test_the_tables_that_a_query_reads(text: str, expected: list[str]) -> None:
    assert (
        sorted(each.name for each in columns.tables(text, "duckdb" if "parquet" in text else "postgresql")) == expected
    )
