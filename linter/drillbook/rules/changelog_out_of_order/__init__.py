"""Document -> findings of changelog-out-of-order. Pure."""

from collections.abc import Iterator
from itertools import pairwise

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB702", help="write the newest entry first, each version once")
def changelog_out_of_order(document: Document, context: Context) -> Iterator[Found]:
    """A changelog that does not go from the newest version to the oldest."""
    runbook = context.repository.in_use(document)
    entries = runbook.data["changelog"] if runbook else ()
    for index, (above, below) in enumerate(pairwise(entries), 1):
        if _numbers(below["version"]) >= _numbers(above["version"]):
            said = f'version "{below["version"]}" stands below "{above["version"]}", expected an older one'
            yield Found(("changelog", index, "version"), said)
        elif below.get("date", "") > above.get("date", "9"):
            said = f"{below['date']} stands below {above['date']}, expected an earlier day"
            yield Found(("changelog", index, "date"), said)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split("."))
