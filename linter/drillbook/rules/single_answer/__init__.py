"""Document -> findings of single-answer. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB414", help="write the other answer, or make it a step that does something")
def single_answer(document: Document, context: Context) -> Iterator[Found]:
    """A question with one answer."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    for name, step in flow.steps.items():
        if len(step.answers) == 1:
            words = f'the question has one answer, "{next(iter(step.answers))}"; expected at least two'
            yield Found(("steps", flow.number[name], "answers"), words)
