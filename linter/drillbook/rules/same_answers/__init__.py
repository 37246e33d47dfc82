"""Document -> findings of same-answers. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB415", help="let the answers lead to different steps, or leave the question out")
def same_answers(document: Document, context: Context) -> Iterator[Found]:
    """A question whose answers all lead to the same step."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    for name, step in flow.steps.items():
        if len(step.answers) > 1 and len(set(step.answers.values())) == 1:
            to = next(iter(step.answers.values()))
            words = f'each answer leads to "{to}"; expected at least two different steps'
            yield Found(("steps", flow.number[name], "answers"), words)
