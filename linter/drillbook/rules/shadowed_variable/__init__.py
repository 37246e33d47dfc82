"""Document + catalog -> findings of shadowed-variable. Pure."""

from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB730", help="give the input a name of its own, or delete it")
def shadowed_variable(document: Document, context: Context) -> Iterator[Found]:
    """An input with the name of a variable that an environment of the runbook sets."""
    runbook = context.repository.in_use(document)
    inputs = runbook.data.get("inputs", ()) if runbook else ()
    if runbook is None or not inputs:
        return
    catalog = context.repository.sound("environments")
    places = [name for name in runbook.data.get("environments", catalog) if name in catalog]
    for index, each in enumerate(inputs):
        where = next((name for name in places if each["id"] in shell.variables(catalog[name])), "")
        if where:
            said = f'input "{each["id"]}" is a variable of environment "{where}" as well'
            yield Found(("inputs", index, "id"), f"{said}, expected a name of its own")
