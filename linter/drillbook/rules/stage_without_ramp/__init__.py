"""Steps -> findings of stage-without-ramp. Pure."""

from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB437", help='give the step a "ramp", or write the number')
def stage_without_ramp(document: Document, context: Context) -> Iterator[Found]:
    """A stage in a step that has no stages."""
    runbook = context.repository.in_use(document)
    if runbook is None:
        return
    declared = {each["id"] for each in runbook.data.get("inputs", ())}
    for line in shell.lines(runbook):
        raw = next((each.raw for each in line.shell.variables if each.name == "stage" and not each.guarded), "")
        if raw and not line.step.ramp and "stage" not in line.shell.assigned | declared:
            yield Found(line.at, f'"{raw}" has no value in a step without "ramp"', part=raw)
    for index, step, key, words in shell.told(runbook):
        if "stage" in shell.used(words) and not step.ramp:
            yield Found(("steps", index, key), '"${stage}" has no value in a step without "ramp"', part="${stage}")
