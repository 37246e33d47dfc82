"""A repository now and the name of a commit -> the findings that the change between the two brought."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from drillbook import engine, vcs
from drillbook.cli import stop
from drillbook.finding import Finding
from drillbook.repository import Repository
from drillbook.rule import Rule
from drillbook.settings import Settings


def brought(found: Settings, now: Repository, ref: str, rules: Sequence[Rule], day: date) -> Sequence[Finding]:
    """What is found now and was not found before, in whatever file; everything where the settings or the schema changed."""
    try:
        git = vcs.find(found.root)
        commit = git.base(ref)
        before = git.repository(commit, found.exclude)
        whole = _judged_otherwise(found, git, commit)
    except vcs.VcsError as error:
        stop(str(error))
    after = engine.lint(now, rules, day, before=before)
    return after if whole else new(engine.lint(before, rules, day), after, before.renamed)


def new(before: Sequence[Finding], after: Sequence[Finding], renamed: Mapping[str, str]) -> Sequence[Finding]:
    """The findings that stood nowhere before. A finding is known by its file, rule and words, never by its line."""
    now = {old: new for new, old in renamed.items()}
    old = Counter((now.get(each.path, each.path), each.rule, each.message) for each in before)
    found = []
    for each in after:
        key = (each.path, each.rule, each.message)
        if old[key]:
            old[key] -= 1
        else:
            found.append(each)
    return tuple(found)


def _judged_otherwise(found: Settings, git: vcs.Git, commit: str) -> bool:
    """Whether what counts as wrong changed: the settings, or the schema where it lies in the repository itself."""
    listed = git.files(commit)
    for name in ("drillbook.toml", "pyproject.toml"):
        path = found.root / name
        now = path.read_bytes() if path.is_file() else b""
        was = next(git.texts([listed[name]])) if name in listed else b""
        if now != was and _table(name, now) != _table(name, was):
            return True
    schemas = {path for path in listed if path.startswith("schema/") and path.endswith(".schema.json")}
    there = {path.relative_to(found.root).as_posix() for path in (found.root / "schema").glob("*.schema.json")}
    if schemas != there:
        return True
    paths = sorted(schemas)
    texts = git.texts([listed[path] for path in paths])
    return any((found.root / path).read_bytes() != was for path, was in zip(paths, texts, strict=True))


def _table(name: str, data: bytes) -> object:
    """What a file says to drillbook; its bytes where that cannot be read."""
    try:
        read = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return data
    return read if name == "drillbook.toml" else read.get("tool", {}).get("drillbook")
