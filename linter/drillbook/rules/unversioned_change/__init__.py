"""Document + repository before and after a change -> findings of unversioned-change. Pure."""

from collections.abc import Iterator

from drillbook import meaning
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB740",
    help="drillbook bump writes the next version and a changelog entry; a version never stands for two contents",
)
def unversioned_change(document: Document, context: Context) -> Iterator[Found]:
    """A runbook in use whose content changed while its version did not grow."""
    compared = meaning.compared(document, context.before, context.repository)
    if compared is None or not compared.changes or meaning.step_of(compared.was, compared.now):
        return
    same = compared.was == compared.now
    stands = (
        f'version "{compared.now}" stands as before' if same else f'"{compared.now}" is no later than "{compared.was}"'
    )
    why = "what it has from catalog/defaults.yaml changed" if compared.inherited else "its content changed"
    wanted = meaning.bumped(compared.was, meaning.level(compared.changes))
    said = meaning.summary(compared.changes)
    yield Found(("version",), f'{stands} although {why}: {said}; expected "{wanted}" or later')
