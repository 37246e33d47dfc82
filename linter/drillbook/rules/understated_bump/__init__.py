"""Document + repository before and after a change -> findings of understated-bump. Pure."""

from collections.abc import Iterator

from drillbook import meaning
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB741", help="write the version that the change asks for, here and in the changelog; drillbook bump does it"
)
def understated_bump(document: Document, context: Context) -> Iterator[Found]:
    """A version that grew by less than what the change means asks for."""
    compared = meaning.compared(document, context.before, context.repository)
    if compared is None:
        return
    was, now = compared.was, compared.now
    step, asked = meaning.step_of(was, now), meaning.level(compared.changes)
    if not step and was != now and not compared.changes:
        yield Found(("version",), f'went back from "{was}" to "{now}", expected the same version or a later one')
    elif step and meaning.LEVELS.index(step) < meaning.LEVELS.index(asked):
        said = meaning.summary(tuple(each for each in compared.changes if each.level == asked))
        told = f'went from "{was}" to "{now}", a {step} version, while the change is {asked}: {said}'
        yield Found(("version",), f'{told}; expected "{meaning.bumped(was, asked)}" or later')
