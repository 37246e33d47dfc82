"""Document + its PromQL -> findings of impossible-selector. Pure."""

import re
from collections.abc import Iterator, Sequence

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Matcher, Selector
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB360", help='ask for one value, or for one of several: code=~"500|502"')
def impossible_selector(document: Document, context: Context) -> Iterator[Found]:
    """Conditions on one label that no value satisfies."""
    for query, at in expressions(document, context.repository):
        for selector, _ in query.selectors:
            for label, asked in _by_label(selector):
                if _excluded(asked):
                    shown = ", ".join(sorted(f'{label}{each.op}"{each.value}"' for each in asked))
                    words = f"no series has {shown} at once, so there is never a value"
                    yield Found(at, f"{words}; expected conditions that fit together", part=query.part(selector.name))


def _by_label(selector: Selector) -> Iterator[tuple[str, list[Matcher]]]:
    """The conditions on labels that have more than one; a placeholder may stand for anything."""
    if selector.open or len(selector.matchers) < 2:
        return
    for label in sorted({each.label for each in selector.matchers}):
        asked = [each for each in selector.matchers if each.label == label]
        if len(asked) > 1 and not any("${" in each.value for each in asked):
            yield label, asked


_PLAIN = re.compile(r"[\w-]+(?:\|[\w-]+)*")
_SIMPLE = re.compile(r"(?:\\[.]|[\w .|:/-]|(?<![*+])[*+]){1,100}")
_REPEATS = 3
"""So many stars and plusses are tried: what no pattern of an alert needs could take very long."""


def _excluded(asked: Sequence[Matcher]) -> bool:
    """Whether one condition lists the values that are left, and each of these fails another one."""
    listed = [[each.value] for each in asked if each.op == "="]
    listed += [each.value.split("|") for each in asked if each.op == "=~" and _PLAIN.fullmatch(each.value)]
    return bool(listed) and not any(all(_accepts(each, value) for each in asked) for value in listed[0])


def _accepts(matcher: Matcher, value: str) -> bool:
    """Whether a label with this value passes; of a pattern that is not simple nobody knows."""
    if matcher.op in ("=", "!="):
        return (matcher.value == value) is (matcher.op == "=")
    if not _SIMPLE.fullmatch(matcher.value) or len(re.findall("[*+]", matcher.value)) > _REPEATS:
        return True
    return (re.fullmatch(matcher.value, value) is not None) is (matcher.op == "=~")
