"""Document -> findings of unknown-waiver. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, closing_rule, waivers
from drillbook.suggest import nearest


@closing_rule("DB710", help="name a rule; drillbook rules lists them")
def unknown_waiver(document: Document, context: Context) -> Iterator[Found]:
    """A waiver of a rule that does not exist."""
    for waiver in waivers(document):
        if waiver.rule not in context.known:
            coded = [name for name, rule in context.rules.items() if rule.code == waiver.rule]
            near = coded[0] if coded else nearest(waiver.rule, context.known)
            meant = f'did you mean "{near}"' if near else "expected the name of one"
            yield Found((*waiver.at, "rule"), f'there is no rule "{waiver.rule}", {meant}')
