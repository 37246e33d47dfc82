"""Document + catalog -> findings of unlisted-part. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule

_KINDS = ("model/", "feature-view/", "prompt/", "index/", "service/")
"""What goes back to a version; a tool in the same command does the work."""


@repository_rule("DB525", help="add it with its version, or take it out of the command", severity=Severity.WARNING)
def unlisted_part(document: Document, context: Context) -> Iterator[Found]:
    """A command of the rollback that names a component with kept versions which the rollback does not list."""
    runbook = context.repository.in_use(document)
    rollback = runbook.rollback if runbook else None
    if runbook is None or rollback is None or not rollback.to:
        return
    catalog = context.repository.entries("components")
    about = [str(each.get("ref")) for each in runbook.data.get("components", ())]
    kept = [name for name in about if name.startswith(_KINDS) and catalog.get(name, {}).get("previous_good")]
    listed = {name.partition("/")[2] for name in rollback.to}
    for index, step in enumerate(runbook.steps):
        for name in kept if step.action == "run" and step.id in rollback.steps else ():
            short = name.partition("/")[2]
            if short not in listed and re.search(rf"(?<![\w./=-]){re.escape(short)}(?![\w./=-])", step.text):
                said = f'this names "{name}", and rollback.to does not list it'
                yield Found(("steps", index, "run"), f"{said}; expected the whole bundle there", part=short)
