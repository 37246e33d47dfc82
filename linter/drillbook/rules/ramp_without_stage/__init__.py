"""Steps -> findings of ramp-without-stage. Pure."""

from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB438", help="write ${stage} where the command has a number, or leave the ramp out")
def ramp_without_stage(document: Document, context: Context) -> Iterator[Found]:
    """Stages that the command does not know of: it does the same at each."""
    runbook = context.repository.in_use(document)
    for line in shell.lines(runbook) if runbook else ():
        if line.key == "run" and line.step.ramp and "stage" not in line.text:
            stages = ", ".join(f"{each:g}" for each in line.step.ramp)
            yield Found(line.at, f'the command is the same at each stage of {stages}, expected "${{stage}}" in it')
