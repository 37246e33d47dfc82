"""Document -> findings of changelog-behind-version. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB701", help="add an entry on top that says what this version changed")
def changelog_behind_version(document: Document, context: Context) -> Iterator[Found]:
    """A changelog whose newest entry is of another version than the runbook."""
    runbook = context.repository.in_use(document)
    if runbook is None:
        return
    newest = runbook.data["changelog"][0]["version"]
    if newest != runbook.version:
        said = f'the newest entry is of version "{newest}" and the runbook has "{runbook.version}"'
        yield Found(("changelog", 0, "version"), f"{said}, expected the same")
