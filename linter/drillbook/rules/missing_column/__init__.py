"""Document + its SQL -> findings of missing-column. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.statements import Asked, statements


@repository_rule("DB344", help="name the column with AS")
def missing_column(document: Document, context: Context) -> Iterator[Found]:
    """SQL whose rows lack a column by which they are judged."""
    for each in statements(document, context.repository):
        columns = each.statement.columns
        if columns is None or each.statement.count > 1 or each.statement.writes:
            continue
        for wanted, why in _wanted(each, len(columns)):
            if wanted not in columns:
                named = ", ".join(column or "one without a name" for column in columns)
                yield Found(each.at, f'the rows have no column "{wanted}", {why}; the columns are {named}')


def _wanted(each: Asked, width: int) -> Iterator[tuple[str, str]]:
    """The columns that the contract asks for. A step's one column is its value, whatever its name is."""
    if each.step is not None:
        if each.step.passes is not None and width > 1:
            yield "value", 'which "passes" judges'
    elif each.signal is not None:
        if each.signal.fires or each.signal.clears:
            yield "value", "which the thresholds judge"
        if any(side and side.min_samples is not None for side in (each.signal.fires, each.signal.clears)):
            yield "samples", 'which "min_samples" counts'
        for label in each.signal.per:
            yield label.lower(), 'a label of "per"'
