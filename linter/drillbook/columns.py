"""A query in SQL and the columns of tables -> the tables that it reads, and the columns that none of them has. Pure.

Only what is certain: where a table, a star or a function could bring a column along, nothing is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from drillbook import sql

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

Tables = Mapping[str, frozenset[str]]
"""The columns of each table, both in lower case."""
_WORDS = re.compile(
    r"(?:current_|session_)?(?:user|role|catalog|schema|database)|local(?:time|timestamp)|sysdate|row(?:num|id)|oid|tableoid"
    r"|ctid|[xc]m(?:in|ax)|(?:micro|milli)?second|minute|hour|day|(?:iso)?week|month|quarter|year"
)
"""What stands where a column may and is none: words of the language, hidden columns, lengths of time."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
"""What is no file or pattern of files, which DuckDB reads where a table stands."""
_SYSTEM = frozenset({"information_schema", "pg_catalog", "system", "sqlite_master", "sqlite_schema", "dual"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a query reads: its full name and the last part of it, both in lower case, and the text that names it."""

    name: str
    short: str
    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A column that no table in sight has: ``tables`` are those it was looked for in, ``known`` their columns.

    ``text`` is how the query writes it. ``bare`` tells that it names a column of the result by itself.
    """

    name: str
    text: str
    tables: tuple[str, ...]
    known: frozenset[str]
    bare: bool


@lru_cache(maxsize=4096)
def tables(text: str, kind: str) -> tuple[Table, ...]:
    """The tables that a query reads, without those that it makes itself; nothing where the text is not understood."""
    from sqlglot import exp

    tree = sql.tree(text, kind)
    if tree is None:
        return ()
    found: dict[str, Table] = {}
    nodes = sql.nodes(tree)
    read = [each for each in nodes if isinstance(each, exp.Table)]
    made = {each.alias.lower() for each in nodes if isinstance(each, exp.CTE)}
    aliases = {each.alias_or_name.lower() for each in read}
    for node in read:
        first = node.parts[0].name.lower()
        inside = first in aliases if node.db else first in made  # a field of a row that BigQuery unfolds, or made here
        if _plain(node) and not inside and not _SYSTEM.intersection(part.name.lower() for part in node.parts):
            parts = [each.name for each in node.parts]
            table = Table(".".join(parts).lower(), node.name.lower(), ".".join(parts))
            found.setdefault(table.name, table)
    return tuple(found.values())


def missing(text: str, kind: str, known: Tables) -> tuple[Missing, ...]:
    """The columns of a query that none of the tables in their sight has."""
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.scope import traverse_scope

    tree = sql.tree(text, kind)
    if tree is None or _all_have_all(tree, known):
        return ()
    try:
        found = [each for scope in traverse_scope(tree) for each in _of_scope(scope, kind, known)]
    except (SqlglotError, RecursionError):
        return ()
    return tuple(dict.fromkeys(found))


def _all_have_all(tree: exp.Expression, known: Tables) -> bool:
    """Whether a query reads nothing but tables of which each has every column that it names: of most, no more need be known."""
    from sqlglot import exp

    nodes = sql.nodes(tree)
    for each in nodes:
        if isinstance(each, (exp.CTE, exp.UDTF)) or (
            isinstance(each, exp.Subquery) and isinstance(each.parent, (exp.From, exp.Join))
        ):
            return False  # it makes columns of its own
    read = [_listed(each, known) for each in nodes if isinstance(each, exp.Table)]
    names = {each.name.lower() for each in nodes if isinstance(each, exp.Column)}
    return all(columns is not None and names <= columns for columns in read)


def _plain(table: exp.Table) -> bool:
    """Whether it is a table by its name: no function, and no name that a variable gives."""
    from sqlglot import exp

    return all(
        isinstance(part, exp.Identifier) and _NAME.fullmatch(part.name) and not sql.stands_in(part.name)
        for part in table.parts
    )


def _of_scope(scope: Scope, kind: str, known: Tables) -> Iterator[Missing]:
    from sqlglot import exp

    sights = [_sources(each, known) for each in _around(scope)]
    aliases = {each.alias.lower() for each in getattr(scope.expression, "selects", ()) if isinstance(each, exp.Alias)}
    for column in scope.find_all(exp.Column):
        name = column.name.lower()
        if not name or not _certain(column, kind) or (not column.table and (name in aliases or _WORDS.fullmatch(name))):
            continue
        if column.table:
            table = column.table.lower()
            here: Mapping[str, _Source] = next((each for each in sights if table in each), {})
            seen = {table: here[table]} if table in here else {}
        else:
            seen = {f"{depth}.{alias}": each for depth, sight in enumerate(sights) for alias, each in sight.items()}
            if any(name == alias for sight in sights for alias in sight):
                continue  # the whole row
        columns = [each.columns for each in seen.values()]
        if not columns or any(each is None or name in each for each in columns):
            continue
        every = frozenset[str]().union(*(each for each in columns if each is not None))
        names = tuple(dict.fromkeys(each.name for each in seen.values()))
        written = f"{column.table}.{column.name}" if column.table else column.name
        bare = scope.parent is None and column.parent is scope.expression and column.arg_key == "expressions"
        yield Missing(column.name, written, names, every, bare)


def _certain(column: exp.Column, kind: str) -> bool:
    """Whether it can be nothing but a column."""
    from sqlglot import exp

    quoted = isinstance(column.this, exp.Identifier) and column.this.quoted
    if quoted and kind in ("sqlite", "mysql", ""):
        return False  # a text, where no column has the name
    odd = column.is_star or column.db or column.name.startswith("_") or sql.stands_in(column.name)
    return not odd and column.find_ancestor(exp.Lambda, exp.Lateral, exp.Unnest, exp.Pivot) is None


def _around(scope: Scope | None) -> Iterator[Scope]:
    """A scope and those around it, whose columns it may name when it is a subquery."""
    while scope is not None:
        yield scope
        scope = scope.parent


@dataclass(frozen=True, slots=True)
class _Source:
    """What a FROM brings: its name for people, and its columns where they are known."""

    name: str
    columns: frozenset[str] | None


def _sources(scope: Scope, known: Tables) -> Mapping[str, _Source]:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

    found = {}
    for alias, source in scope.sources.items():
        if isinstance(source, Scope) and source.is_cte and alias not in scope.selected_sources:
            continue  # it was made, and is not read here
        if isinstance(source, exp.Table):
            renamed = source.alias_column_names or source.args.get("pivots") or not _plain(source)
            columns = None if renamed else _listed(source, known)
            found[alias.lower()] = _Source(source.name.lower(), columns)
        else:
            found[alias.lower()] = _Source(alias.lower(), _given(source))
    return found


def _listed(table: exp.Table, known: Tables) -> frozenset[str] | None:
    """What is listed of a table, by its full name or the last part of it."""
    return known.get(".".join(part.name for part in table.parts).lower(), known.get(table.name.lower()))


def _given(scope: Scope) -> frozenset[str] | None:
    """The columns of a query inside the query, where all of them have a name."""
    from sqlglot import exp

    tree = scope.expression
    if not isinstance(tree, exp.Query) or tree.is_star or scope.outer_columns:
        return None
    names = tree.named_selects
    return None if not names or "" in names else frozenset(name.lower() for name in names)
