"""Drill record or incident + the files around it -> findings of missing-proof. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB923", help="name a file of the repository from its top, or an address that begins with https://")
def missing_proof(document: Document, context: Context) -> Iterator[Found]:
    """A proof that an action is done, and that is not there."""
    listed = document.front.get("actions") if document.kind in ("drill-record", "incident") else None
    for index, action in enumerate(listed if isinstance(listed, list) else ()):
        proof = action.get("proof") if isinstance(action, dict) else None
        if isinstance(proof, str) and "://" not in proof and proof.split("#")[0] not in context.repository.paths:
            yield Found(("actions", index, "proof"), f'there is no file "{proof}" in this repository')
