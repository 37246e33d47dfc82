"""Changes -> an Atom feed. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from feedgenerator import Atom1Feed

from drillbook.site.indexes import Change

_LENGTH = 50


def feed(changes: list[Change], address: str) -> str:
    """The newest changes; ``address`` is where the site stands (``https://…/``), or empty where it has no home yet."""
    made = Atom1Feed(
        title="Changes of the runbooks",
        link=address or "changes/",
        description="What changed in the runbooks, newest first",
        feed_guid="urn:drillbook:changes",
    )
    for change in changes[:_LENGTH]:
        made.add_item(
            title=f"{change.book.title} {change.version}",
            link=f"{address}runbooks/{change.book.slug}/#version-{change.version.replace('.', '-')}",
            description="; ".join(change.changes),
            unique_id=f"urn:drillbook:runbook:{change.book.slug}:{change.version}",
            unique_id_is_permalink=False,
            updateddate=_day(change.date),
            pubdate=_day(change.date),
        )
    return str(made.writeString("utf-8"))


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
