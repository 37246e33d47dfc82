"""Document + repository -> findings of missing-evidence. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB954", help="bring the file back from git, or keep it: drillbook incident evidence add")
def missing_evidence(document: Document, context: Context) -> Iterator[Found]:
    """An entry of a timeline that names a file of the evidence folder which is not there."""
    if document.kind != "timeline" or not document.journal:
        return
    folder = document.path.rpartition("/")[0]
    for each in document.journal.entries:
        named = each.value.get("evidence")
        for path in named if isinstance(named, list) else ():
            if str(path).startswith("evidence/") and f"{folder}/{path}" not in context.repository.paths:
                words = f'the entry names "{str(path)[:100]}", and there is no such file in {folder}, expected it there'
                yield Found(document.line_span(each.number), words)
