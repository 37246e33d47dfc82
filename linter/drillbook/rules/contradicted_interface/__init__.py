"""Catalog -> findings of contradicted-interface. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB727", help="keep the interface that was released with the version")
def contradicted_interface(document: Document, context: Context) -> Iterator[Found]:
    """A version to which the catalog gives two interfaces."""
    if document.kind != "components":
        return
    for name, entry in context.repository.sound("components").items():
        said = {entry["in_service"]: entry["interface"]} if "in_service" in entry and "interface" in entry else {}
        for index, each in enumerate(entry.get("versions", ())):
            version, interface = each["version"], each.get("interface")
            if interface and said.setdefault(version, interface) != interface:
                words = (
                    f'version "{version}" of "{name}" has the interface "{said[version]}" above and "{interface}" here'
                )
                yield Found(("components", name, "versions", index, "interface"), f"{words}, expected one")
