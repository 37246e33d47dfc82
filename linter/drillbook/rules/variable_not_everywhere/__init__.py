"""Variables in steps + the catalog -> findings of variable-not-everywhere. Pure."""

from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_BUILT_IN = ("environment", "evidence_dir", "stage")


@repository_rule(
    "DB435", help='give the environment the variable in catalog/environments.yaml, or say "only_if" in the step'
)
def variable_not_everywhere(document: Document, context: Context) -> Iterator[Found]:
    """A variable that one of the environments in which the step may run does not have."""
    runbook = context.repository.in_use(document)
    environments = context.repository.entries("environments")
    if runbook is None or not environments:
        return
    inputs = {*_BUILT_IN, *(each["id"] for each in runbook.data.get("inputs", ()))}
    for line in shell.lines(runbook):
        uses = {each.name: each.raw for each in line.shell.variables if not each.guarded}
        names = sorted(uses.keys() - inputs - line.shell.assigned)
        places = (shell.places(environments, runbook, line.step) or ()) if names else ()
        for name in names:
            lacking = [place for place in places if name not in shell.variables(environments[place])]
            if lacking and len(lacking) < len(places):
                where = ", ".join(f'"{each}"' for each in lacking)
                yield Found(
                    line.at, f'"{uses[name]}" is no variable of {where}, where this may run too', part=uses[name]
                )
