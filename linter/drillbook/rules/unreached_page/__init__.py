"""Document + repository -> findings of unreached-page. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity, Span
from drillbook.links import End, Links
from drillbook.repository import Repository
from drillbook.rule import Context, across_rule


@across_rule("DB807", help="name it in nav of mkdocs.yml, or link to it from a page there", severity=Severity.WARNING)
def unreached_page(document: Document, context: Context) -> Iterator[Found]:
    """A page that neither the menu nor a page in it leads to."""
    site = context.repository.site
    if document.kind != "page" or site is None or site.nav is None or site.others_list:
        return
    uri = document.path.removeprefix("docs/")
    kept = context.repository.once(_kept)
    if not kept:
        kept.append(_reached(context))
    if site.leaves_out(uri) or document.path in kept[0]:
        return
    first = document.text.split("\n", 1)[0]
    yield Found(
        Span(0, len(first.rstrip("\r"))), f"nothing leads to {uri}, expected it in nav of mkdocs.yml or a link to it"
    )


def _kept(_: Repository) -> list[frozenset[str]]:
    return []


def _reached(context: Context) -> frozenset[str]:
    """The paths of the documents that one comes to from the menu, the start page and the runbooks, which have indexes."""
    repository = context.repository
    links = Links(repository, context.known)
    nav = repository.site.nav if repository.site and repository.site.nav else ()
    named = {"docs/index.md", "docs/README.md", *(f"docs/{page}" for page in nav)}
    waiting = [each for each in repository.documents if each.path in named or each.kind == "runbook"]
    reached = {each.path for each in waiting}
    while waiting:
        here = waiting.pop()
        for link in here.card.links:
            landing = links.follow(here, link)
            there = landing.document if landing is not None and landing.end is End.FOUND else None
            if there is not None and there.path not in reached:
                reached.add(there.path)
                waiting.append(there)
    return frozenset(reached)
