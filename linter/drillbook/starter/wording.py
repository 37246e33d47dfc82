"""Words for drafts: the mark of a gap, names in kebab case, shortened texts, fences. Pure."""

from __future__ import annotations

import re
import unicodedata

GAP = "TODO: "
"""What stands before the words for something that nobody knows yet: it passes in a draft and fails in an active runbook."""
LOOK = f"{GAP}say what to look at, and what one sees when it is this"


def kebab(name: str) -> str:
    """A name in kebab case, at most 60 letters: ``KubePodDown`` is ``kube-pod-down``; empty where no letter fits."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", plain)
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60].rstrip("-")


def shortened(text: str, most: int) -> str:
    """A text of at most ``most`` characters, cut between two words."""
    return text if len(text) <= most else f"{text[: most - 3].rsplit(' ', 1)[0]}..."


def fence(text: str) -> str:
    """A fence that nothing in the text ends."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(3, longest + 1)
