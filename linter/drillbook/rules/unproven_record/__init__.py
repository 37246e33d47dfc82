"""Drill record + its journal -> findings of unproven-record. Pure."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from drillbook import record
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.history import doubts
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB930",
    help="take record and journal back from git as drillbook drill run wrote them; only the actions of a record go on",
)
def unproven_record(document: Document, context: Context) -> Iterator[Found]:
    """A drill's record that its journal does not prove."""
    if document.kind != "drill-record" or not document.readable or context.repository.violations(document):
        return
    path = str(PurePosixPath(document.path).with_suffix(".jsonl"))
    beside = context.repository.by_path.get(path)
    journal = beside.journal if beside else None
    doubt = doubts(document.front, journal)
    if doubt and journal is not None and journal.sound and doubt.endswith("is not what the journal says"):
        for at, said in record.differences(document.front, journal):
            yield Found(at, f"the record and its journal differ here; the journal says: {said}")
    elif doubt:
        yield Found(
            ("journal",),
            f"this record proves nothing: {doubt}, expected the journal {PurePosixPath(path).name} as it was written",
            key=True,
        )
