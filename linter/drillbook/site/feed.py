"""Changes -> an Atom feed. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from feedgenerator import Atom1Feed

from drillbook.site.history import Entry
from drillbook.site.indexes import Change

_LENGTH = 50
_MOST = 10
"""So many differences between the files of two versions are told."""


def feed(changes: list[Change], address: str) -> str:
    """The newest changes; ``address`` is where the site stands (``https://…/``), or empty where it has no home yet.

    Without a home the links are relative: Atom lets them be, and they lead on from the address that the feed was read from.
    """
    address = address and address.rstrip("/") + "/"
    made = Atom1Feed(
        title="Changes of the runbooks",
        link=f"{address}changes/",
        description="What changed in the runbooks, newest first",
        feed_url=f"{address}changes.xml" if address else None,
        feed_guid="urn:drillbook:changes",
    )
    for change in changes[:_LENGTH]:
        entry = change.entry
        made.add_item(
            title=f"{change.book.title} {entry.version}",
            link=f"{address}runbooks/{change.book.slug}/#version-{entry.version.replace('.', '-')}",
            description=_described(entry),
            unique_id=f"urn:drillbook:runbook:{change.book.slug}:{entry.version}",
            unique_id_is_permalink=False,
            updateddate=_day(entry.date),
            pubdate=_day(entry.date),
        )
    return str(made.writeString("utf-8"))


def _described(entry: Entry) -> str:
    """What a version changed, as HTML, which is what the feed says that it is."""
    found = [each.words for each in entry.found]
    rest = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return escape("; ".join([*entry.changes, *found[:_MOST], *rest]), quote=False)


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
