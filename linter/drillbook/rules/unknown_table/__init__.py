"""Document + its SQL + the data dictionary -> findings of unknown-table. Pure."""

from collections.abc import Iterator

from drillbook import columns, dictionary
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule
from drillbook.statements import statements
from drillbook.suggest import nearest


@repository_rule(
    "DB350",
    help="write the name as the database has it, or list it in catalog/dictionary.yaml",
    severity=Severity.WARNING,
)
def unknown_table(document: Document, context: Context) -> Iterator[Found]:
    """A table that the data dictionary does not list for the source."""
    words = dictionary.of(context.repository)
    told: set[tuple[str, str]] = set()
    for each in statements(document, context.repository) if words.tables else ():
        here = words.columns.get(each.source, {})
        for table in columns.tables(each.text, each.kind):
            if table.name in here or table.short in here or (each.source, table.name) in told:
                continue
            told.add((each.source, table.name))
            elsewhere = next((source for source, names in words.columns.items() if table.short in names), "")
            part = table.text if each.text.count(table.text) == 1 else ""
            if elsewhere:
                said = f'is in source "{elsewhere}" by {dictionary.PATH}, and this asks "{each.source}"'
            else:
                near = nearest(table.name, here)
                meant = f'did you mean "{near}"' if near else "expected an entry there"
                said = f"is not in {dictionary.PATH}, {meant}"
            yield Found(each.at, f'table "{table.text}" {said}', part=part)
