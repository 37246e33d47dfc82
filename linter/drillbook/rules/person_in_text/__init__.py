"""Document + catalog -> findings of person-in-text. Pure."""

from collections.abc import Iterator

from drillbook import people
from drillbook.document import Document
from drillbook.finding import Found, Severity, Span
from drillbook.repository import Repository
from drillbook.rule import Context, repository_rule

_READ = ("runbook", "drill", "incident", "components", "defaults", "clocks", "dictionary")


@repository_rule("DB218", help="name a team, by its channel or on-call", severity=Severity.WARNING)
def person_in_text(document: Document, context: Context) -> Iterator[Found]:
    """An address or a handle of somebody, where a team belongs."""
    if document.kind == "teams":
        for each in people.contacts(document):
            if people.is_personal(each.words):
                yield Found(each.at, f'"{each.words}" looks like one person, expected an address of the whole team')
    if document.kind not in _READ or document.card.status == "retired" or "@" not in document.text:
        return
    known = _known(context.repository)
    for each in people.named(document):
        if people.suspect(each.words, known):
            yield Found(
                each.at,
                f'"{each.words}" is no contact of a team in catalog/teams.yaml, expected a team',
                part="" if isinstance(each.at, Span) else each.words,
            )


def _known(repository: Repository) -> frozenset[str]:
    """The addresses, handles and names of teams, in lower case."""
    return frozenset().union(*(repository.derived(each, _of_teams) for each in repository.of("teams")))


def _of_teams(document: Document, repository: Repository) -> frozenset[str]:
    words = (each.words.lower().removeprefix("@") for each in people.contacts(document))
    return frozenset((*words, *repository.entries("teams")))
