"""Document -> findings of public-evidence. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule("DB617", help="classify it as confidential or restricted", severity=Severity.WARNING)
def public_evidence(document: Document, context: Context) -> Iterator[Found]:
    """Evidence that everybody may read, where personal data may be affected."""
    if document.kind != "runbook" or document.card.status == "retired":
        return
    evidence = document.front.get("evidence")
    for index, each in enumerate(evidence if isinstance(evidence, list) else ()):
        if isinstance(each, dict) and each.get("classification") == "public":
            governance = context.repository.effective(document).get("governance")
            data = governance.get("personal_data") if isinstance(governance, dict) else None
            if data in ("personal", "special"):
                said = f'evidence is public and personal data is "{data}"'
                yield Found(("evidence", index, "classification"), f"{said}, expected confidential or restricted")
