"""Document + repository -> findings of unpinned-runbook. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, across_rule


@across_rule(
    "DB955",
    help="open it with drillbook incident open RUNBOOK --incident ID while the runbook is committed",
    severity=Severity.WARNING,
)
def unpinned_runbook(document: Document, context: Context) -> Iterator[Found]:
    """A runbook of an incident of which nobody can say later how it was on that day."""
    timeline = context.repository.by_path.get(document.path.replace("incident.md", "timeline.jsonl"))
    told = timeline.journal if timeline and timeline.kind == "timeline" else None
    runbooks = document.front.get("runbooks") if document.kind == "incident" and document.readable else ()
    if not told or not isinstance(runbooks, list) or context.repository.violations(document):
        return
    pins = [each.value["pin"] for each in told.entries if isinstance(each.value.get("pin"), dict)]
    for index, used in enumerate(runbooks):
        mine = [each for each in pins if each.get("id") == used["id"]]
        versions = [str(each.get("version")) for each in mine]
        at = ("runbooks", index)
        if mine and used["version"] not in versions:
            words = (
                f'"{used["id"]}" {used["version"]}, and the timeline pinned {versions[-1]}, expected the same version'
            )
            yield Found((*at, "version"), words)
        elif not mine:
            yield Found(at, f'no entry of the timeline pins "{used["id"]}", expected its version and steps there')
        elif "commit" not in used:
            yield Found(at, f'no commit is named that holds "{used["id"]}" as it was followed, expected one')
