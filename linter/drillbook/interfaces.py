"""A runbook in its repository -> the components that it is about, each with the interface it was checked for. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drillbook.document import Document
from drillbook.finding import Place
from drillbook.repository import Repository


@dataclass(frozen=True, slots=True)
class Use:
    """A component of a runbook: ``validated`` is the interface that the runbook names, ``serves`` the catalog's.

    Either is empty where nobody says it. ``kept`` are the interfaces of versions that one may go back to.
    """

    at: Place
    name: str
    validated: str
    serves: str
    kept: tuple[str, ...]


def uses(document: Document, repository: Repository) -> Iterator[Use]:
    """The components of a runbook that is not retired and that the catalog knows."""
    if document.kind != "runbook" or document.card.status == "retired":
        return
    components = document.front.get("components")
    catalog = repository.sound("components") if isinstance(components, list) else {}
    for index, each in enumerate(components if isinstance(components, list) else ()):
        name = each.get("ref") if isinstance(each, dict) else None
        if isinstance(name, str) and name in catalog:
            entry = catalog[name]
            validated = each.get("validated_for", "")
            kept = (str(version["interface"]) for version in entry.get("versions", ()) if "interface" in version)
            words = validated if isinstance(validated, str) else ""
            yield Use(("components", index), name, words, entry.get("interface", ""), tuple(dict.fromkeys(kept)))
