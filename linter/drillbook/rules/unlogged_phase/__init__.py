"""Document + repository -> findings of unlogged-phase. Pure."""

from collections.abc import Iterator

from drillbook import validation
from drillbook.course import course
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, across_rule


@across_rule("DB952", help="record the phase: drillbook incident milestone PHASE --at TIME; it writes both files")
def unlogged_phase(document: Document, context: Context) -> Iterator[Found]:
    """A status or a time of an incident that its timeline does not tell."""
    timeline = context.repository.by_path.get(document.path.replace("incident.md", "timeline.jsonl"))
    told = timeline.journal if timeline and timeline.kind == "timeline" else None
    if document.kind != "incident" or not told or context.repository.violations(document):
        return
    now = course([each for each in told.entries if validation.holds(("timeline-entry",), each.value)])
    times = document.front.get("times")
    if not now.times or not isinstance(times, dict):
        return  # a timeline of another origin, without milestones
    for phase, at in times.items():
        said = now.times.get(phase)
        if said != at and (said or phase != "started"):
            other = f"says {said}" if said else "has no such milestone"
            yield Found(("times", phase), f'"{phase}" at {at}, and the timeline {other}, expected the same in both')
    if document.card.status != now.status:
        yield Found(
            ("status",), f'status "{document.card.status}", and by the timeline it is "{now.status}", expected the same'
        )
