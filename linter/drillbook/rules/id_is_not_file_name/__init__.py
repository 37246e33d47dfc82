"""Document -> findings of id-is-not-file-name. Pure."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule


@file_rule(
    "DB201", help="rename the file or change the id; links and alerts go by the id, so keep an id that was published"
)
def id_is_not_file_name(document: Document) -> Iterator[Found]:
    """An id that is not the name of its file, or of its folder for an incident."""
    path = PurePosixPath(document.path)
    folder = document.kind == "incident"
    name, where = (path.parent.name, f'the folder "{path.parent.name}"') if folder else (path.stem, f'"{path.name}"')
    if document.kind in ("runbook", "drill", "incident") and document.id and document.id != name:
        yield Found(("id",), f'id "{document.id}" stands in {where}, expected "{name}"')
