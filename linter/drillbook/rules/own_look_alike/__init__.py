"""Document -> findings of own-look-alike. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB811", help="name the other runbook, or leave runbook out")
def own_look_alike(document: Document, context: Context) -> Iterator[Found]:
    """A look-alike that leads back to the runbook that somebody is reading."""
    runbook = context.repository.in_use(document)
    for index, each in enumerate(runbook.data.get("look_alikes", ()) if runbook else ()):
        if each.get("runbook") == document.id:
            words = f'runbook "{document.id}" is this one, expected another'
            yield Found(("look_alikes", index, "runbook"), words)
