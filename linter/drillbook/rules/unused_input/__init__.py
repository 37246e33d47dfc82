"""Inputs + the text of a runbook -> findings of unused-input. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB436", help="use it in a command, or delete the input")
def unused_input(document: Document, context: Context) -> Iterator[Found]:
    """An input that is asked for and that nothing uses."""
    runbook = context.repository.in_use(document)
    if runbook is None:
        return
    for index, each in enumerate(runbook.data.get("inputs", ())):
        at = ("inputs", index, "id")
        name = each["id"]
        if context.repository.inherited(document, at) or re.search(rf"\$(?:{name}\b|\{{[#!]?{name}\b)", document.text):
            continue  # inputs that a team shares are not all used by each of its runbooks
        yield Found(at, f'nothing uses the input "{name}", expected "${{{name}}}" in a step')
