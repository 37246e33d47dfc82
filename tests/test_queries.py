"""Every query of every runbook, asked of the real programs: PostgreSQL with the tables of the dictionary, and promtool."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from drillbook import columns, dictionary, files
from drillbook.queries import expressions
from drillbook.repository import Repository
from drillbook.statements import Asked, statements
from tests.postgres import Failed, Server, running
from tests.test_columns import CERTAIN, KNOWN, SILENT

ROOT = Path(__file__).parent.parent
REPOSITORY = files.load(ROOT)
RUNBOOKS = [document for document in REPOSITORY.of("runbook") if REPOSITORY.in_use(document)]
NUMBERS = {"smallint", "integer", "bigint", "real", "double precision", "numeric"}
pytestmark = pytest.mark.slow


def _sources(repository: Repository) -> dict[str, str]:
    """The kind of each source."""
    found = {}
    for environment in repository.entries("environments").values():
        found |= {name: source["kind"] for name, source in environment["sources"].items()}
    return found


ASKED = [
    (document, asked)
    for document in RUNBOOKS
    for asked in statements(document, REPOSITORY)
    if _sources(REPOSITORY).get(asked.source) == "postgresql"
]


def name_of(asked: Asked) -> str:
    return asked.signal.id if asked.signal else asked.step.id if asked.step else ""


def filled(text: str, path: str) -> str:
    """A query with an example in the place of each of the runbook's inputs, and a time in that of ``:at``."""
    inputs = REPOSITORY.effective(REPOSITORY.by_path[path]).get("inputs", ())
    examples = {each["id"]: each["example"] for each in inputs}
    text = re.sub(r"\$\{(\w+)\}", lambda found: str(examples[found[1]]), text)
    return re.sub(r"(?<![:\w]):at\b", "timestamptz '2026-11-22T12:00:00Z'", text)


def table(name: str, types: dict[str, str]) -> str:
    """The statements that make a table."""
    schema, _, _ = name.lower().rpartition(".")
    made = f'CREATE SCHEMA IF NOT EXISTS "{schema}";' if schema else ""
    quoted = ".".join(f'"{part}"' for part in name.lower().split("."))
    inner = ", ".join(f'"{column.lower()}" {kind}' for column, kind in types.items())
    return f"{made} CREATE TABLE {quoted} ({inner});"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with a database for each source, and in it the tables that the dictionary lists there."""
    tables = dictionary.of(REPOSITORY).tables
    with running() as found:
        for source, kind in _sources(REPOSITORY).items():
            if kind != "postgresql":
                continue
            found.ask(f'CREATE DATABASE "{source}";')
            found.ask("".join(made(tables, source)), source)
        yield found


def made(tables: object, source: str) -> Iterator[str]:
    assert isinstance(tables, dict)
    for name, entry in tables.items():
        if entry["source"] == source:
            yield table(name, {column: said["type"] for column, said in entry["columns"].items()})


def test_there_is_something_to_ask() -> None:
    assert {document.path for document, _ in ASKED} <= {document.path for document in RUNBOOKS}
    assert len(ASKED) >= 8
    assert {name for _, asked in ASKED for name in [asked.source]} >= {"warehouse", "features", "traces"}


@pytest.mark.parametrize(
    ("path", "asked"),
    [(document.path, asked) for document, asked in ASKED],
    ids=lambda each: name_of(each) if isinstance(each, Asked) else Path(each).stem,
)
def test_postgresql_answers_with_the_columns_of_the_contract(path: str, asked: Asked, server: Server) -> None:
    query = filled(asked.text, path)
    assert server.ask(f"EXPLAIN {query};", asked.source)
    server.ask(f"{query};", asked.source)
    types = server.columns(query, asked.source)
    for name, why in asked.wanted(len(types)):
        assert name in types, f'no column "{name}", {why}'
    judged = {name for name, _ in asked.wanted(len(types))} & {"value", "samples"}
    if asked.step and asked.step.passes and len(types) == 1:
        judged = set(types)
    assert {name: types[name] for name in judged if types[name] not in NUMBERS} == {}


def test_postgresql_knows_every_table_that_the_linter_finds(server: Server) -> None:
    """The names that the linter takes for tables, and no others, are those that PostgreSQL plans to read."""
    for document, asked in ASKED:
        named = {each.short for each in columns.tables(asked.text, asked.kind)}
        query = f"EXPLAIN (FORMAT JSON) {filled(asked.text, document.path)};"
        plan = "\n".join(row[0] for row in server.ask(query, asked.source))
        assert set(re.findall(r'"Relation Name": "(\w+)"', plan)) == named, asked.text


@pytest.fixture(scope="module")
def examples(server: Server) -> Server:
    """The same server with the tables that the tests of columns know."""
    server.ask("CREATE DATABASE examples;")
    types = {"psi": "float8", "price": "float8", "made_at": "timestamptz"}
    for name, names in KNOWN.items():
        server.ask(table(name, {column: types.get(column, "text") for column in sorted(names)}), "examples")
    server.ask("CREATE TABLE unheard_of (shop text, nobody text, anything text);", "examples")
    return server


@pytest.mark.parametrize(("text", "missing"), CERTAIN)
def test_postgresql_misses_the_columns_that_the_linter_misses(text: str, missing: list[str], examples: Server) -> None:
    with pytest.raises(Failed, match=f'column "?{re.escape(missing[0])}"? does not exist'):
        examples.ask(f"{text};", "examples")


@pytest.mark.parametrize("text", [text for text in SILENT if "${" not in text and "psy" not in text])
def test_postgresql_finds_the_columns_of_which_the_linter_says_nothing(text: str, examples: Server) -> None:
    assert examples.ask(f"{text}\n\\gdesc\n", "examples")


@pytest.mark.parametrize("path", [document.path for document in RUNBOOKS if expressions(document, REPOSITORY)])
def test_promtool_reads_every_expression(path: str, tmp_path: Path) -> None:
    program = shutil.which("promtool")
    assert program, "promtool is missing; make test installs it, or says how"
    asked = expressions(REPOSITORY.by_path[path], REPOSITORY)
    rules = [{"record": f"asked:{number}", "expr": filled(query.text, path)} for number, (query, _) in enumerate(asked)]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": Path(path).stem, "rules": rules}]}, sort_keys=False))
    done = subprocess.run([program, "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"SUCCESS: {len(asked)} rules found" in done.stdout
