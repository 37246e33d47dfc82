"""Text that a stranger wrote -> text that is safe to show. Pure."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# The older commands of CI services work in the middle of a line too:
# https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
_COMMAND = re.compile(r"#(?=#(\[|vso\[|teamcity\[))")
SHOWN = "\ufffd"
"""What stands for a character that must not be shown."""


def visible(text: str) -> str:
    """One line with as many characters as before, in which nothing moves the cursor, hides, or commands a CI service."""
    return _COMMAND.sub(SHOWN, _HIDDEN.sub(SHOWN, text))


_SPECIAL = re.compile(r"""[&<>"'|`\\*_~\[\](){}!$@#:.]""")


def code(words: str, longest: int = 300) -> str:
    """A text as a code element of Markdown, in entities: it cannot end a table, link, load, mention or run anything."""
    shown = visible(words if len(words) <= longest else words[: longest - 1] + "…")
    return f"<code>{_SPECIAL.sub(lambda match: f'&#{ord(match[0])};', shown)}</code>"


_MARKS = re.compile(r"([\\`*_\[\]<>|#~!&$])")
_ACTS = re.compile(r"(@|www\.|:(?=//))")


def prose(words: str) -> str:
    """A text as words of Markdown on one line: it forms nothing, links nowhere and calls nobody, so it can stand in a comment."""
    shown = visible(" ".join(words.split()))
    return _ACTS.sub(r"\1<!-- -->", _MARKS.sub(r"\\\1", shown))
