"""Document -> findings of contradicted-threshold. Pure."""

from collections.abc import Iterator
from math import isclose

from drillbook import words
from drillbook.claims import claims
from drillbook.document import Document
from drillbook.finding import Found, Severity, Span
from drillbook.model import Signal
from drillbook.rule import Context, repository_rule


@repository_rule("DB346", help='leave the number out, or show it: [[[ signal("id") ]]]', severity=Severity.WARNING)
def contradicted_threshold(document: Document, context: Context) -> Iterator[Found]:
    """A sentence that gives a signal another threshold than the signal has."""
    for claim in claims(document, context.repository):
        if claim.value is None or any(
            isclose(abs(claim.value), abs(each), rel_tol=1e-6) for each in _numbers(claim.signal)
        ):
            continue
        fires = f"fires {words.fires(claim.signal)}" if claim.signal.fires else ""
        clears = f"clears {words.clears(claim.signal)}" if claim.signal.clears else ""
        said = f'"{claim.words}" is said of "{claim.signal.id}", which {" and ".join(each for each in (fires, clears) if each)}'
        yield Found(
            claim.at, f"{said}; expected its own number", part="" if isinstance(claim.at, Span) else claim.words
        )


def _numbers(signal: Signal) -> Iterator[float]:
    for side in (signal.fires, signal.clears):
        if side and side.value is not None:
            yield from side.value if isinstance(side.value, tuple) else (side.value,)
