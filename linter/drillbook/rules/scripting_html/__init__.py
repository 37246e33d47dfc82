"""Document -> findings of scripting-html. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB640", help="write it in Markdown, or between backticks where it is an example")
def scripting_html(document: Document) -> Iterator[Found]:
    """HTML that runs or loads something in the browser of whoever reads the page."""
    yield from reported("scripting-html", document)
