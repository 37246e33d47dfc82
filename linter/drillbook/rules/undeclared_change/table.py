"""A command -> the words in it that change a running system. Pure; a closed list, to be read."""

import re
from itertools import pairwise

from drillbook.shell import Command

_VERBS = {
    "kubectl": "delete drain cordon uncordon scale patch apply replace edit taint autoscale",
    "oc": "delete drain scale patch apply replace edit",
    "helm": "rollback upgrade uninstall delete",
    "docker": "rm rmi kill stop restart",
    "podman": "rm rmi kill stop restart",
    "systemctl": "stop restart disable mask kill",
    "terraform": "apply destroy",
    "redis-cli": "flushall flushdb del unlink",
    "dvc": "destroy",
}
_PAIRS = {
    "kubectl": ("rollout restart", "rollout undo", "set image", "set env"),
    "oc": ("rollout restart", "rollout undo", "rollout latest", "set image", "set env"),
    "aws": ("s3 rm", "s3 rb"),
}
_ALWAYS = ("dropdb", "pkill", "killall", "shutdown", "reboot", "gsutil")
_GENERAL = frozenset(("delete", "drop", "truncate", "destroy", "purge", "wipe"))
_READ_ONLY = frozenset(
    (
        "echo",
        "printf",
        "grep",
        "egrep",
        "rg",
        "awk",
        "sed",
        "jq",
        "cat",
        "man",
        "test",
        "[",
        "which",
        "type",
        "tr",
        "git",
        "find",
        "ls",
    )
)
_FORCE_IS_HARMLESS = frozenset(
    ("cp", "mv", "ln", "rm", "gzip", "gunzip", "xz", "zstd", "tar", "unzip", "pip", "make", "mkdir", "touch")
)
_SQL_CLIENTS = (
    "psql",
    "mysql",
    "mariadb",
    "sqlite3",
    "duckdb",
    "clickhouse-client",
    "snowsql",
    "trino",
    "bq",
    "cockroach",
)
_WRITES = re.compile(
    r"(?:^|;)\s*((?:drop|truncate|alter)\s+\w+|delete\s+from|insert\s+into|update\s+[\w.\"]+\s+set)\b", re.IGNORECASE
)
_SQL_TEXT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_FOR_SHOW = ("--dry-run", "--dryrun", "--what-if", "--help", "--plan-only", "--server-dry-run")
_TEMPORARY = re.compile(r"/(?:var/)?tmp/|\$\{?(?:TMP|tmp|temp|work)|\$\(mktemp")


def change(command: Command) -> str:
    """The words of a command that change something, or an empty text."""
    name, texts = command.name, command.texts
    shown = any(text.startswith(_FOR_SHOW) and not text.endswith(("=none", "=false")) for text in texts)
    if shown or name in ("", "echo", "printf"):
        return ""
    words = [text for text in command.bare if "$" not in text and " " not in text]
    return (
        _of_tool(name, words)
        or _of_files(name, texts)
        or _of_sql(command)
        or _of_web(name, texts)
        or _in_general(command, words)
    )


def _of_tool(name: str, words: list[str]) -> str:
    verbs = _VERBS.get(name, "").split()
    found = next((word for word in _leading(name, words) if word.lower() in verbs), "")
    if found:
        return f"{name} {found}"
    pairs = [" ".join(pair) for pair in pairwise(words)]
    found = next((pair for pair in pairs[:3] if pair in _PAIRS.get(name, ())), "")
    if found:
        return f"{name} {found}"
    cloud = next((word for word in words[:3] if re.match("(?:delete|terminate)(?:-|$)", word)), "")
    if name in ("aws", "gcloud", "az") and (cloud or "delete" in words):
        return f"{name} {cloud or 'delete'}"
    if name in _ALWAYS and name != "gsutil":
        return name
    return "gsutil rm" if name == "gsutil" and "rm" in words[:2] else ""


def _leading(name: str, words: list[str]) -> list[str]:
    """The words among which the verb is: the first, or one behind the values of flags before it, such as a context."""
    reads = frozenset(
        (
            "get",
            "describe",
            "logs",
            "explain",
            "config",
            "auth",
            "rollout",
            "top",
            "wait",
            "list",
            "status",
            "history",
            "diff",
        )
    )
    for index, word in enumerate(words[:4]):
        if name in _VERBS and word in reads:
            return words[:index]
    return words[:4] if name in ("kubectl", "oc", "helm") else words[:1] if name != "redis-cli" else words[:3]


def _of_files(name: str, texts: tuple[str, ...]) -> str:
    flags = "".join(text for text in texts if re.fullmatch("-[a-zA-Z]+|--recursive", text))
    if name == "rm" and ("r" in flags or "R" in flags):
        paths = [text for text in texts if not text.startswith("-")]
        return "" if paths and all(_TEMPORARY.match(path) for path in paths) else "rm -r"
    if name == "find" and ("-delete" in texts or ("-exec" in texts and "rm" in texts)):
        return "find -delete"
    if name == "aws" and texts[:2] == ("s3", "sync") and "--delete" in texts:
        return "aws s3 sync --delete"
    if name.startswith("kafka-") and "--delete" in texts:
        return f"{name} --delete"
    if (
        name == "git"
        and "push" in texts[:3]
        and any(text in ("-f", "--delete") or text.startswith(("--force", "+")) for text in texts)
    ):
        return "git push --force"
    return ""


def _of_sql(command: Command) -> str:
    if command.name not in _SQL_CLIENTS:
        return ""
    for word in command.words:
        if word.text.lower().rstrip("; ").endswith("rollback"):
            continue  # a transaction that is taken back at its end
        found = _WRITES.search(_SQL_TEXT.sub("''", word.text.removeprefix("--command=").removeprefix("--execute=")))
        if found:
            return " ".join(found[1].split())
    return ""


def _of_web(name: str, texts: tuple[str, ...]) -> str:
    if name not in ("curl", "http", "https"):
        return ""
    verbs = [
        *pairwise(texts),
        *(tuple(text.split("=", 1)) for text in texts if text.startswith("--request=")),
    ]
    if any(pair[0] in ("-X", "--request") and pair[1].upper() == "DELETE" for pair in verbs) or "-XDELETE" in texts:
        return "DELETE"
    posts = any(pair[0] in ("-X", "--request") and pair[1].upper() == "POST" for pair in verbs) or "-XPOST" in texts
    return "POST _aliases" if posts and any(text.split("?")[0].endswith("/_aliases") for text in texts) else ""


def _in_general(command: Command, words: list[str]) -> str:
    """What the names of verbs and flags say of a tool that nobody here knows."""
    name = command.name
    if name in _READ_ONLY or name in _SQL_CLIENTS or name in _VERBS:
        return ""
    for index, word in enumerate(_before_flags(command)[:2]):
        if word in _GENERAL:
            return f"{name} {word}" if index == 0 else f"{name} {words[0]} {word}"
    leading = _before_flags(command)[:2]
    if leading and (
        leading[0] in ("swap-alias", "alias-swap", "move-alias") or leading in (["alias", "swap"], ["swap", "alias"])
    ):
        return f"{name} {' '.join(leading if leading[0] in ('alias', 'swap') else leading[:1])}"
    return f"{name} --force" if "--force" in command.texts and name not in _FORCE_IS_HARMLESS else ""


def _before_flags(command: Command) -> list[str]:
    found: list[str] = []
    for word in command.words:
        if word.text.startswith("-") or not word.literal or word.quoted:
            break
        found.append(word.text)
    return found
