"""Catalog -> findings of circular-dependency. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.graph import circles
from drillbook.rule import Context, repository_rule


@repository_rule("DB720", help="keep the direction in which one must be up before the other can start")
def circular_dependency(document: Document, context: Context) -> Iterator[Found]:
    """Components that need each other in a circle, so that none can be restored first."""
    if document.kind != "components":
        return
    catalog = context.repository.sound("components")
    ways = {name: [each for each in entry.get("depends_on", ()) if each in catalog] for name, entry in catalog.items()}
    number = {name: index for index, name in enumerate(catalog)}
    for group in circles(ways):
        first = min(group, key=lambda name: number[name])
        if len(group) == 1 and first not in ways[first]:
            continue
        way = _back(first, frozenset(group), ways)
        others = ", ".join(way[1:])
        said = f'"{first}" depends on itself' + (f", by {others}" if others else "")
        wanted = "one of them to need none of the others" if others else "other components only"
        at = ("components", first, "depends_on", catalog[first]["depends_on"].index(way[1 % len(way)]))
        yield Found(at, f"{said}; expected {wanted}")


def _back(first: str, group: frozenset[str], ways: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way from a component back to itself: the components on it, itself first."""
    came: dict[str, str] = {}
    todo = [first]
    for name in todo:
        for other in ways[name]:
            if other == first:
                way = [name]
                while way[0] != first:
                    way.insert(0, came[way[0]])
                return way
            if other in group and other not in came:
                came[other] = name
                todo.append(other)
    return [first]
