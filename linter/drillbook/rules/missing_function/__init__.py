"""Document + catalog -> findings of missing-function. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_NEEDED = ("sre", "data-engineering", "ml-governance", "product")


@repository_rule("DB616", help="add a team that stands for it, or note in catalog/teams.yaml that one does")
def missing_function(document: Document, context: Context) -> Iterator[Found]:
    """A postmortem without SRE, data engineering, ML governance or product."""
    if document.kind != "runbook" or not context.repository.is_complete(document):
        return
    postmortem = context.repository.effective(document).get("postmortem")
    names = postmortem.get("participants") if isinstance(postmortem, dict) else None
    catalog = context.repository.sound("teams")
    if not isinstance(names, list) or not names:
        return
    found = set()
    for name in names:
        team = catalog.get(document.card.owner if name == "owner" else str(name))
        if team is None:
            return  # a team that nobody knows has its own finding, and may stand for what is missing
        found.update(team["functions"])
    missing = [f'"{each}"' for each in _NEEDED if each not in found]
    if missing:
        words = f"no participant stands for {' or '.join(missing)}, expected SRE, data engineering, ML governance and product"
        yield Found(("postmortem", "participants"), words)
