"""Document + catalog -> findings of unknown-source. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, not_listed, repository_rule
from drillbook.suggest import hint


@repository_rule("DB206", help='name a source of catalog/environments.yaml, or "people" for what people notice')
def unknown_source(document: Document, context: Context) -> Iterator[Found]:
    """A source of measurements that an environment of the runbook does not have."""
    repository = context.repository
    if not document.readable or any(not file.readable for file in repository.of("environments")):
        return
    catalog = repository.entries("environments")
    if not catalog:
        yield from not_listed("source", "environments", document, context)
        return
    wanted = repository.effective(document).get("environments")
    names = (
        [name for name in wanted if isinstance(name, str) and name in catalog]
        if isinstance(wanted, list)
        else list(catalog)
    )
    sources = {name: _sources(catalog[name]) for name in names}
    if document.kind == "dictionary":  # a table lies where it lies, in whatever environment that is
        sources = {"": tuple(dict.fromkeys(name for each in sources.values() for name in each))}
    for reference, at in repository.references(document, "source"):
        lacking = [name for name, each in sources.items() if reference.name not in each]
        if lacking:
            known, where = sources[lacking[0]], f'environment "{lacking[0]}"' if lacking[0] else "any environment"
            yield Found(at, f'source "{reference.name}" is not in {where}, {hint(reference.name, known)}')


def _sources(environment: dict[str, object]) -> tuple[str, ...]:
    found = environment.get("sources")
    return tuple(found) if isinstance(found, dict) else ()
