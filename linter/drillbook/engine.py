"""Repository + rules -> findings. No I/O."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from drillbook.document import CATALOG, Document
from drillbook.finding import Finding, Fix, Found, Span
from drillbook.repository import Repository
from drillbook.rule import Context, Rule, Turn, waivers
from drillbook.rules import all_rules

_EXCERPT = 400
_BLACK = "\u2588"
_MOST = 100
"""So many findings of one rule in one file are told."""
_OFTEN = 200
"""After so many files what leads in circles is given back, which is little: the trees of SQL."""
_SPOKEN_FOR = ("DB1", "DB2")


def lint(
    repository: Repository,
    rules: Iterable[Rule],
    as_of: date,
    before: Repository | None = None,
    only: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """Every finding of the rules in the repository, by file and line; a finding that several files cause stands once.

    ``only`` names the files that are asked about. What others cause in them is found all the same.
    """
    rules = tuple(rules)
    turns = {turn: tuple(rule for rule in rules if rule.turn is turn) for turn in Turn}
    running = {rule.name: rule for rule in rules}
    context = Context(repository, as_of, before, running, {rule.name: rule.waivable for rule in all_rules()})
    asked = tuple(_asked(repository, only))
    kept = {document.path for document in asked if document.in_memory}  # somebody had read it, and will again
    found: list[Finding] = []
    with _without_collecting():
        for turn in (Turn.NEAR, Turn.ACROSS):
            for number, document in enumerate(asked):
                found += _of_one(document, turns[turn], context)
                if document.path not in kept:
                    repository.forget(document)
                if number % _OFTEN == _OFTEN - 1:
                    gc.collect(0)
        names: dict[str, set[str]] = {}
        for finding in found:
            names.setdefault(finding.path, set()).add(finding.rule)
        context = replace(context, found={path: frozenset(each) for path, each in names.items()})
        waiving = [document for document in asked if document.card.waivers]
        for document in waiving:
            found += _of_one(document, turns[Turn.CLOSING], context)
            if document.path not in kept:
                repository.forget(document)
    waived = {document.path: _waived(document, context) for document in waiving}
    once = {
        (finding.order, finding.end_line, finding.end_column): finding
        for finding in found
        if finding.rule not in waived.get(finding.path, ())
    }
    shown = _without_secrets(once.values(), repository, frozenset(rule.name for rule in rules if rule.hides))
    return tuple(sorted(shown, key=lambda finding: finding.order))


def _without_secrets(findings: Iterable[Finding], repository: Repository, hiding: frozenset[str]) -> Iterator[Finding]:
    """The findings, with what must not be shown blacked out wherever one of them would show it."""
    findings = [*findings]
    hidden: dict[str, set[str]] = {}
    for each in findings:
        if each.rule in hiding and each.line == each.end_line:
            line = repository.by_path[each.path].line(each.line)
            hidden.setdefault(each.path, set()).add(line[each.column - 1 : each.end_column - 1] or line)
    for path in hidden:
        repository.forget(repository.by_path[path])
    for each in findings:
        words = sorted(hidden.get(each.path, ()), key=len, reverse=True)
        yield (
            replace(each, excerpt=_blacked(each.excerpt, words), message=_blacked(each.message, words))
            if words
            else each
        )


def _blacked(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, _BLACK * len(word))
    return text


def _asked(repository: Repository, only: Collection[str] | None) -> Iterator[Document]:
    """Everything stands on the catalog: where a file of it is asked about, or cannot be read, all are looked at."""
    catalog = [document for document in repository.documents if document.kind in CATALOG]
    whole = only is None or any(document.path in only or not document.readable for document in catalog)
    for document in repository.documents:
        if whole or only is None or document.path in only:
            yield document


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Hardly anything here leads in circles: to look through everything for what does would be a fifth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _waived(document: Document, context: Context) -> frozenset[str]:
    """The rules that the document sets aside, and may."""
    names = (waiver.rule for waiver in waivers(document) if waiver.counts(context.as_of))
    return frozenset(name for name in names if name in context.rules and context.rules[name].waivable)


def _of_one(document: Document, rules: tuple[Rule, ...], context: Context) -> Iterator[Finding]:
    for rule in rules:
        for number, found in enumerate(_checked(rule, document, context)):
            if number == _MOST:  # whoever has mended these runs the linter again
                words = f"more than {_MOST} of these in this file, the rest is not told"
                yield _finding(*_place(document, found, context.repository), replace(found, message=words), rule)
                break
            holder, span = _place(document, found, context.repository)
            spoken_for = rule.code.startswith(_SPOKEN_FOR) and holder is document
            if spoken_for and any(problem.span == span for problem in document.problems):
                continue  # what could not be read has its finding: one cause, one finding
            yield _finding(holder, span, found, rule)


def _checked(rule: Rule, document: Document, context: Context) -> list[Found]:
    """What a rule finds, up to one more than is told. A file that nests too deep for it never keeps others from being checked."""
    found: list[Found] = []
    try:
        for each in rule.check(document, context):
            found.append(each)
            if len(found) > _MOST:
                break
    except RecursionError:
        found.append(Found(Span(0, 0), "something in this file nests too deep for this rule to look at"))
    return found


def _place(document: Document, found: Found, repository: Repository) -> tuple[Document, Span]:
    if isinstance(found.at, Span):
        return document, found.at
    holder, place = repository.origin(document, found.at)
    return holder, holder.span(place, found.key, found.part)


def _finding(document: Document, span: Span, found: Found, rule: Rule) -> Finding:
    size = len(document.text)
    start = min(span.start, size)
    end = min(max(span.end, start), size)
    line, column = document.position(start)
    end_line, end_column = document.position(end)
    return Finding(
        path=document.path,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        rule=rule.name,
        code=rule.code,
        severity=rule.severity,
        message=found.message,
        help=found.help or rule.help,
        excerpt=document.line(line)[:_EXCERPT] if document.text else "",
        place=() if isinstance(found.at, Span) else found.at,
        fix=_resolved(document, Span(start, end), found.fix) if found.fix else None,
    )


def _resolved(document: Document, span: Span, fix: Fix) -> Fix:
    """A fix whose edits name stretches of the text; quotes around the marked words stay."""
    if fix.new is None:
        return fix
    words = document.text[span.start : span.end]
    quoted = len(words) > 1 and words[0] in "\"'" and words[-1] == words[0] and fix.new[:1] != words[0]
    inner = Span(span.start + 1, span.end - 1) if quoted else span
    return replace(fix, new=None, edits=((inner, fix.new),))
