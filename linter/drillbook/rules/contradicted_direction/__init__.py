"""Document -> findings of contradicted-direction. Pure."""

from collections.abc import Iterator

from drillbook import words
from drillbook.claims import Claim, claims
from drillbook.document import Document
from drillbook.finding import Found, Severity, Span
from drillbook.rule import Context, repository_rule

_UP, _DOWN = ("gt", "gte"), ("lt", "lte")


@repository_rule("DB347", help="say it as the signal does, or turn the signal round", severity=Severity.WARNING)
def contradicted_direction(document: Document, context: Context) -> Iterator[Found]:
    """A sentence that says "exceeds" of a signal that fires below its threshold, or the other way round."""
    for claim in claims(document, context.repository):
        if _contradicts(claim):
            said = f'"{claim.words}" is said of "{claim.signal.id}", which fires {words.fires(claim.signal)}'
            yield Found(
                claim.at, f"{said}; expected the same direction", part="" if isinstance(claim.at, Span) else claim.words
            )


def _contradicts(claim: Claim) -> bool:
    """Whether the words point away from the threshold that they name, or, without a number, "exceed" what must not fall."""
    fires, clears = claim.signal.fires, claim.signal.clears
    if fires is None or not claim.direction:
        return False
    against = _DOWN if claim.direction == "up" else _UP
    if claim.value is None:
        return fires.op in _DOWN and claim.words.lower().startswith("exceed")
    return fires.op in against and fires.value == claim.value and (clears is None or clears.value != claim.value)
