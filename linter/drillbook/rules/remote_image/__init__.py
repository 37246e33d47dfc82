"""Document -> findings of remote-image. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule

_LOADING = ("img", "picture", "source", "video", "audio", "track", "image", "input")
_OTHER_HOST = ("http:", "https:", "//")


@file_rule("DB602", help="put the picture into docs/ and name it by its path, or write a link to it")
def remote_image(document: Document) -> Iterator[Found]:
    """A picture that the page would load from another host."""
    for link in document.body.links:
        if link.image and link.target.lower().startswith(_OTHER_HOST):
            words = f'the picture "{link.target[:60]}" comes from another host'
            yield Found(link.span, f"{words}, expected a file of this repository")
    for tag in (each for each in document.body.tags if each.name in _LOADING):
        where = tag.get("src") or tag.get("srcset") or tag.get("poster")
        if where.strip().lower().startswith(_OTHER_HOST):
            yield Found(
                tag.span, f'the {tag.name} "{where[:60]}" comes from another host, expected a file of this repository'
            )
