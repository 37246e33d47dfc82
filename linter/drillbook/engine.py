"""Repository + rules -> findings. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from drillbook.document import Document
from drillbook.finding import Finding, Found, Span
from drillbook.repository import Repository
from drillbook.rule import Context, Rule, waivers
from drillbook.rules import all_rules

_EXCERPT = 400
_SPOKEN_FOR = ("DB1",)


def lint(
    repository: Repository, rules: Iterable[Rule], as_of: date, before: Repository | None = None
) -> tuple[Finding, ...]:
    """Every finding of the rules in the repository, by file and line; a finding that several files cause stands once."""
    rules = tuple(rules)
    running = {rule.name: rule for rule in rules}
    context = Context(repository, as_of, before, running, {rule.name: rule.waivable for rule in all_rules()})
    first = [each for document in repository.documents for each in _of_one(document, rules, context, closing=False)]
    found: dict[str, set[str]] = {}
    for finding in first:
        found.setdefault(finding.path, set()).add(finding.rule)
    context = replace(context, found={path: frozenset(names) for path, names in found.items()})
    last = [each for document in repository.documents for each in _of_one(document, rules, context, closing=True)]
    waived = {document.path: _waived(document, context) for document in repository.documents if document.front}
    once = {
        (finding.order, finding.end_line, finding.end_column): finding
        for finding in (*first, *last)
        if finding.rule not in waived.get(finding.path, ())
    }
    return tuple(sorted(once.values(), key=lambda finding: finding.order))


def _waived(document: Document, context: Context) -> frozenset[str]:
    """The rules that the document sets aside, and may."""
    names = (waiver.rule for waiver in waivers(document) if waiver.counts(context.as_of))
    return frozenset(name for name in names if name in context.rules and context.rules[name].waivable)


def _of_one(document: Document, rules: tuple[Rule, ...], context: Context, closing: bool) -> Iterator[Finding]:
    misread = {problem.span for problem in document.problems}
    for rule in (each for each in rules if each.closing is closing):
        for found in rule.check(document, context):
            holder, span = _place(document, found, context.repository)
            if holder is document and span in misread and rule.code.startswith(_SPOKEN_FOR):
                continue  # what could not be read has its finding: one cause, one finding
            yield _finding(holder, span, found, rule)


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
        help=rule.help,
        excerpt=document.line(line)[:_EXCERPT] if document.text else "",
        place=() if isinstance(found.at, Span) else found.at,
    )
