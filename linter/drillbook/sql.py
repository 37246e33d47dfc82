"""A query in SQL -> what it would do, and the columns that it gives. Pure; sqlglot is imported when the first is read."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlglot import exp

_DIALECTS = {
    "postgresql": "postgres",
    **{kind: kind for kind in ("mysql", "sqlite", "duckdb", "bigquery", "snowflake", "clickhouse", "trino")},
}
"""What sqlglot calls the kinds of sources."""
_BEGINS = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*(?:select|with|insert|update|delete|truncate|drop|create)\s",
    re.IGNORECASE | re.DOTALL,
)
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_STAND_IN = re.compile(r"v_[A-Za-z0-9_]+_")
_WRITERS = {
    "Alter": "ALTER",
    "Comment": "COMMENT",
    "Copy": "COPY",
    "Create": "CREATE",
    "Delete": "DELETE",
    "Drop": "DROP",
    "Grant": "GRANT",
    "Insert": "INSERT",
    "Into": "INTO",
    "Kill": "KILL",
    "Lock": "FOR",
    "Merge": "MERGE",
    "TruncateTable": "TRUNCATE",
    "Update": "UPDATE",
}
"""What in sqlglot's tree changes something, and the word for it."""
_COMMANDS = (
    *("call", "cluster", "comment", "deallocate", "discard", "do", "exec", "execute", "grant", "kill", "load", "lock"),
    *("optimize", "prepare", "put", "refresh", "reindex", "rename", "replace", "reset", "revoke", "system", "vacuum"),
)
"""Statements that change something and that sqlglot keeps as text."""
FUNCTIONS = (
    *(
        "dblink_exec",
        "lo_creat",
        "lo_create",
        "lo_export",
        "lo_from_bytea",
        "lo_import",
        "lo_put",
        "lo_unlink",
        "nextval",
        "pg_cancel_backend",
        "pg_create_restore_point",
    ),
    *("pg_drop_replication_slot", "pg_promote", "pg_reload_conf", "pg_rotate_logfile", "pg_stat_reset"),
    *("pg_switch_wal", "pg_terminate_backend", "setval", "pg_advisory_lock", "pg_advisory_lock_shared"),
    *("pg_advisory_xact_lock", "pg_advisory_xact_lock_shared", "pg_try_advisory_lock", "pg_try_advisory_lock_shared"),
)
"""Functions of PostgreSQL that change something (https://www.postgresql.org/docs/current/functions-admin.html)."""
_ANALYZED = re.compile(
    r"analy[sz]e\b(?:\s+verbose\b)?|\([^)]*\banaly[sz]e\b(?!\s+(?:false|off|0)\b)[^)]*\)", re.IGNORECASE
)
"""EXPLAIN with this runs what it explains."""
_STRICT_COMMA = ("postgresql", "mysql", "sqlite", "trino")
"""Kinds that refuse a comma before FROM, which sqlglot lets pass."""
_COMMA = re.compile(r",\s*from\b", re.IGNORECASE)


_TIMED = re.compile(
    r"""(?<!\w)e'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(?P<tag>\$\w*\$).*?(?P=tag)|--[^\n]*|/\*.*?\*/|"""
    r"(?<![:\w]):at\b",
    re.IGNORECASE | re.DOTALL,
)
"""The time of an evaluation, and before it what hides such letters: texts, quoted names and comments."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a text asks for.

    ``error`` says why it is no SQL, ``wrong`` at which words; ``count`` is how many statements it holds. ``writes`` are
    the words by which it changes something, ``everything`` the star that stands for columns nobody named. ``columns`` are
    the names of the result in lower case, "" for one without a name, and None where they cannot be known. ``grouped`` tells that
    it gives a row for each group.
    """

    error: str = ""
    wrong: str = ""
    count: int = 1
    writes: tuple[str, ...] = ()
    everything: str = ""
    columns: tuple[str, ...] | None = None
    grouped: bool = False


def takes_time(text: str) -> bool:
    """Whether a query takes the time of an evaluation, ``:at`` outside of texts and comments."""
    return any(found[0] == ":at" for found in _TIMED.finditer(text))


def with_time(text: str, place: str) -> str:
    """The query with its time written as ``place``, in brackets for ``:at::date``."""
    return _TIMED.sub(lambda found: f"({place})" if found[0] == ":at" else found[0], text)


def begins(text: str) -> bool:
    """Whether a text begins as only SQL does."""
    return _BEGINS.match(text) is not None


def stands_in(name: str) -> bool:
    """Whether a name in a tree stands for a variable of the runbook."""
    return _STAND_IN.search(name) is not None


def _without_variables(text: str) -> str:
    """A variable of the runbook is a name of the same length, quoted or not."""
    return _VARIABLE.sub(lambda found: f"v_{found[1]}_", text)


def tree(text: str, kind: str) -> exp.Expression | None:
    """The tree of a text that is one statement which gives rows; None of any other. Whoever asks leaves it as it is."""
    trees, error, _ = _parse(_without_variables(text), _DIALECTS.get(kind, ""))
    return trees[0] if not error and len(trees) == 1 and isinstance(trees[0], _sqlglot().expressions.Query) else None


@lru_cache(maxsize=256)
def read(text: str, kind: str) -> Statement:
    """The statement in ``text`` for a kind of source; another kind means any dialect, of which no error is certain."""
    text = _without_variables(text)
    trees, error, wrong = _parse(text, _DIALECTS.get(kind, ""))
    if error:
        return Statement(error=error if kind in _DIALECTS and not _parse(text, "")[0] else "", wrong=wrong)
    if not trees:
        return Statement(error="there is no statement", count=0)
    if (comma := _COMMA.search(text)) and kind in _STRICT_COMMA:
        return Statement(error='a comma stands before "FROM"', wrong=comma[0])
    if odd := _no_statement(trees[0]):
        return Statement(error=odd)
    writes = tuple(dict.fromkeys(word for tree in trees for word in _writes(tree)))
    columns, everything = _columns(trees[0], {})
    return Statement(
        count=len(trees),
        writes=writes,
        everything=everything,
        columns=None if everything else columns,
        grouped=_grouped(trees[0]),
    )


@lru_cache(maxsize=16)  # several rules ask for the queries of one document, and trees are large
def _parse(text: str, dialect: str) -> tuple[tuple[exp.Expression, ...], str, str]:
    sqlglot = _sqlglot()
    try:
        return tuple(tree for tree in sqlglot.parse(text, read=dialect or None) if tree is not None), "", ""
    except sqlglot.errors.ParseError as error:
        first = error.errors[0] if error.errors else {}
        wrong = str(first.get("highlight") or "")
        why = f'nobody expects "{wrong}" here' if wrong.strip() else "it ends too early"
        return (), why, wrong
    except sqlglot.errors.SqlglotError:
        return (), "a quote or a comment is never closed", ""
    except RecursionError:
        return (), "it is nested too deep", ""


def nodes(tree: exp.Expression) -> list[exp.Expression]:
    """A node and all below it, the nearest first, as ``tree.walk()`` has them: that takes twice as long."""
    base = getattr(_sqlglot().expressions, "Expr", _sqlglot().expressions.Expression)
    found = [tree]
    for node in found:
        for value in node.args.values():
            if isinstance(value, base):
                found.append(value)
            elif isinstance(value, list):
                found += [each for each in value if isinstance(each, base)]
    return found


@cache
def _sqlglot() -> Any:
    import sqlglot  # half a tenth of a second that only SQL is worth
    import sqlglot.errors
    import sqlglot.expressions

    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it would print about each statement that it keeps as text
    return sqlglot


def _no_statement(tree: exp.Expression) -> str:
    """A lone column or condition, which sqlglot reads and no database answers."""
    exp = _sqlglot().expressions
    known = (exp.Query, exp.DML, exp.DDL, exp.Command, exp.Values, exp.Set, exp.Describe, exp.Show, exp.Use, exp.Pragma)
    if isinstance(tree, known) or type(tree).__name__ not in (
        "Alias",
        "Column",
        "Identifier",
        "Literal",
        "Paren",
        "Binary",
    ):
        return ""
    return "it is no statement"


def _writes(tree: exp.Expression) -> Iterator[str]:
    exp = _sqlglot().expressions
    if isinstance(tree, exp.Describe) and tree.args.get("style") != "ANALYZE":
        return  # it says how something would be done
    for node in nodes(tree):
        word = _WRITERS.get(type(node).__name__)
        if word:
            yield word
        elif isinstance(node, exp.Command):
            yield from _of_command(node)
        elif isinstance(node, exp.Func) and _changes(node):
            yield _function(node)


def _of_command(node: exp.Expression) -> Iterator[str]:
    """What a statement changes that sqlglot keeps as text."""
    name, rest = str(node.this).lower(), node.expression.name if node.expression else ""
    if name in _COMMANDS:
        yield name.upper()
    elif name == "explain" and (found := _ANALYZED.match(rest.strip())):
        for tree in _parse(rest.strip()[found.end() :], "postgres")[0]:
            yield from _writes(tree)


def _changes(node: exp.Func) -> bool:
    name = _function(node)
    if name == "set_config":  # but for the rest of a transaction only, where its last argument says so
        return not (node.expressions and node.expressions[-1].sql().lower() == "true")
    return name in FUNCTIONS


def _function(node: exp.Func) -> str:
    name = node.name if type(node).__name__ == "Anonymous" else node.sql_name()
    return name.lower()


Known = dict[str, tuple[str, ...] | None]


def _columns(tree: exp.Expression, known: Known) -> tuple[tuple[str, ...] | None, str]:
    """The names of a query's columns, and the star among them that cannot be followed to names."""
    exp = _sqlglot().expressions
    if isinstance(tree, exp.Subquery):
        return _columns(tree.this, known)
    if not isinstance(tree, exp.Query):
        return None, ""
    known = dict(known)
    for table in tree.ctes:
        known[table.alias.lower()] = _columns(table.this, known)[0]
    if isinstance(tree, exp.SetOperation):
        return _columns(tree.this, known)
    if not isinstance(tree, exp.Select):
        return None, ""
    names: list[str] = []
    for column in tree.expressions:
        if not column.is_star or isinstance(column, exp.Alias):
            names.append(column.output_name.lower())
            continue
        behind = _behind(tree, known)
        if behind is None:
            return None, f"{column.table}.*" if isinstance(column, exp.Column) and column.table else "*"
        names += behind
    return tuple(names), ""


def _behind(tree: exp.Select, known: Known) -> tuple[str, ...] | None:
    """The columns for which a star stands, where it stands before one table that this query made itself."""
    exp = _sqlglot().expressions
    source = tree.args.get("from_") or tree.args.get("from")
    if source is None or tree.args.get("joins"):
        return None
    table = source.this
    if isinstance(table, exp.Subquery):
        return _columns(table, known)[0]
    return known.get(table.name.lower()) if isinstance(table, exp.Table) and not table.db else None


def _grouped(tree: exp.Expression) -> bool:
    """Whether it gives a row for each group, and nothing cuts that to one."""
    exp = _sqlglot().expressions
    if (
        not isinstance(tree, exp.Select)
        or tree.args.get("limit")
        or tree.args.get("having")
        or tree.args.get("qualify")
    ):
        return False
    group = tree.args.get("group")
    if group is None:
        return False
    where = tree.args.get("where")
    fixed = {side.name for each in (where.find_all(exp.EQ) if where else ()) for side in (each.left, each.right)}
    outputs = tree.expressions
    by = [
        outputs[int(each.name) - 1] if isinstance(each, exp.Literal) and 0 < int(each.name) <= len(outputs) else each
        for each in group.expressions
        if not isinstance(each, exp.Literal) or each.name.isdigit()
    ]
    return any(isinstance(each, exp.Func) or (isinstance(each, exp.Column) and each.name not in fixed) for each in by)
