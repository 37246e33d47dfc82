"""A command -> the words in it that change a running system. Pure; a closed list, to be read."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, takewhile

from drillbook.shell import Command
from drillbook.sql import FUNCTIONS

_VERBS = {
    "kubectl": "delete drain cordon uncordon scale patch apply replace edit taint autoscale",
    "oc": "delete drain scale patch apply replace edit",
    "helm": "rollback upgrade uninstall delete",
    "docker": "rm rmi kill stop restart",
    "podman": "rm rmi kill stop restart",
    "systemctl": "stop restart disable mask kill",
    "terraform": "apply destroy",
    "redis-cli": "flushall flushdb del unlink",
    "dvc": "destroy gc",
    "bq": "rm",
    "etcdctl": "del",
    "supervisorctl": "stop restart shutdown",
    "service": "stop restart",
}
_PAIRS = {
    "kubectl": (
        "rollout restart",
        "rollout undo",
        "set image",
        "set env",
        "rollouts abort",
        "rollouts undo",
        "rollouts restart",
    ),
    "oc": ("rollout restart", "rollout undo", "rollout latest", "set image", "set env"),
    "aws": ("s3 rm", "s3 rb"),
    "argocd": ("app rollback", "app sync", "app delete"),
    "docker": ("compose down", "compose stop", "compose restart", "compose kill", "compose rm", "system prune"),
}
_ALWAYS = ("dropdb", "killall", "shutdown", "reboot", "gsutil")
_SIGNALS = ("kill", "pkill")
_ONLY_ASKS = re.compile(r"-?(?:0|3|SIG(?:QUIT|USR[12])|QUIT|USR[12])|-[lL]")
"""Signals that ask a process whether it lives, or what it does: a dump of its threads is evidence."""
_OWN_JOB = re.compile(r"\$!|%\w*|\$\{?(\w+)\}?")
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
_EXPLAINED = r"(?:explain\s+(?:analy[sz]e\s+(?:verbose\s+)?|\([^)]*\banaly[sz]e\b(?!\s+(?:false|off|0)\b)[^)]*\)\s*))?"
_WRITES = re.compile(
    rf"(?:^|[;(])\s*{_EXPLAINED}"
    r"((?:drop|truncate|alter|reindex|grant|revoke)\s+\w+|vacuum\s+full|(?:delete\s+from|(?:insert|merge|replace)\s+into)(?=\s+([\w.\"]+))"
    r"|refresh\s+materialized|update\s+[\w.\"]+\s+set|copy\s+[\w.\"]+(?:\s*\([^)]*\))?\s+from)\b"
    rf"|\b({'|'.join(FUNCTIONS)})\s*\(",
    re.IGNORECASE,
)
_OWN_TABLE = re.compile(r"\bcreate\s+temp(?:orary)?\s+table\s+(?:if\s+not\s+exists\s+)?([\w.\"]+)", re.IGNORECASE)
_NO_SQL = re.compile(r"^\s*\\.*$", re.MULTILINE)
"""What psql itself reads: ``\\timing``."""
_SQL_TEXT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_FOR_SHOW = ("--dry-run", "--dryrun", "--what-if", "--help", "--plan-only", "--server-dry-run")
_DOCUMENTS = re.compile(r"\.(drop|dropDatabase|deleteOne|deleteMany|remove)\(")
_COLLECTED = re.compile(r"/dev/(?:null|stdout|stderr)$|\$\{?evidence_dir")
_TEMPORARY = re.compile(r"/(?:var/)?tmp/|\$\{?(?:TMP|tmp|temp|work)|\$\(mktemp")


def change(command: Command, jobs: Collection[str] = ()) -> str:
    """The words of a command that change something, or an empty text; ``jobs`` are variables with what was started beside it."""
    name, texts = command.name, command.texts
    shown = any(text.startswith(_FOR_SHOW) and not text.endswith(("=none", "=false")) for text in texts)
    if shown or name in ("", "echo", "printf"):
        return ""
    words = [text for text in command.bare if "$" not in text and " " not in text]
    return (
        _of_tool(name, words)
        or _of_process(command, jobs)
        or _of_files(command)
        or _of_sql(command)
        or _of_web(name, texts)
        or _in_general(command, words)
    )


def _of_process(command: Command, jobs: Collection[str]) -> str:
    """``kill`` of what this text has not started itself."""
    texts = command.texts
    if command.name not in _SIGNALS or any(_ONLY_ASKS.fullmatch(text) for text in texts if not text.isdigit()):
        return ""
    if any("port-forward" in text for text in texts) or "0" in texts[:2] or texts[:2] == ("-s", "0"):
        return ""
    found = [_OWN_JOB.fullmatch(text) for text in texts if not text.startswith("-")]
    own = found and all(each and (each[1] is None or each[1] in jobs) for each in found)
    return "" if own else f"xargs {command.name}" if command.behind else command.name


def _of_tool(name: str, words: list[str]) -> str:
    verbs = _VERBS.get(name, "").split()
    found = next((word for word in _leading(name, words) if word.lower() in verbs), "")
    if found:
        return f"{name} {found}"
    pairs = [" ".join(pair) for pair in (*pairwise(words), *zip(words[:1], words[2:3], strict=False))]  # a file between
    found = next((pair for pair in (*pairs[:3], *pairs[-1:]) if pair in _PAIRS.get(name, ())), "")
    if found:
        return f"{name} {found}"
    cloud = next((word for word in words[:3] if re.match("(?:delete|terminate|stop|reboot)(?:-|$)", word)), "")
    if name in ("aws", "gcloud", "az") and (cloud or "delete" in words):
        return f"{name} {cloud or 'delete'}"
    if (name in _ALWAYS and name != "gsutil") or name.startswith("mkfs"):
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
    if name in ("kubectl", "oc", "helm"):
        return words[:4]
    return words[: {"redis-cli": 3, "service": 2}.get(name, 1)]


def _of_files(command: Command) -> str:
    name, texts = command.name, command.texts
    flags = "".join(text for text in texts if re.fullmatch("-[a-zA-Z]+|--recursive", text))
    if name == "rm" and command.behind:
        return "" if _in_temporary(_found(command)) else "xargs rm"
    if name == "rm" and ("r" in flags or "R" in flags):
        return "" if _in_temporary([text for text in texts if not text.startswith("-")]) else "rm -r"
    if name == "truncate":
        return "" if _in_temporary(texts[-1:]) else name
    if name == "dd":
        to = next((text.removeprefix("of=") for text in texts if text.startswith("of=")), "/dev/stdout")
        return "" if _COLLECTED.match(to) or _in_temporary([to]) else "dd of="
    if name == "find" and ("-delete" in texts or ("-exec" in texts and "rm" in texts)):
        return "" if _in_temporary(_begins(command)) else "find -delete"
    if name == "aws" and texts[:2] == ("s3", "sync") and "--delete" in texts:
        return "aws s3 sync --delete"
    if name == "rsync" and any(text.startswith("--delete") for text in texts):
        return "" if _COLLECTED.match(texts[-1]) or _in_temporary(texts[-1:]) else "rsync --delete"
    if name.startswith("kafka-") and "--delete" in texts:
        return f"{name} --delete"
    if name.startswith("kafka-") and {"--reset-offsets", "--execute"} <= {*texts}:
        return f"{name} --reset-offsets"
    forced = any(text in ("-f", "--delete") or text.startswith(("--force", "+")) for text in texts)
    return "git push --force" if name == "git" and "push" in texts[:3] and forced else ""


def _in_temporary(paths: Sequence[str]) -> bool:
    return bool(paths) and all(_TEMPORARY.match(path) for path in paths)


def _begins(find: Command) -> list[str]:
    """The folders in which ``find`` begins."""
    return [*takewhile(lambda text: not text.startswith("-"), find.texts)]


def _found(command: Command) -> list[str]:
    """The folders of the ``find`` whose output a command is given."""
    source = command.reads
    while source is not None and source.name != "find":
        source = source.reads
    return _begins(source) if source else []


def _of_sql(command: Command) -> str:
    return next(filter(None, map(_written, _sql(command))), "") if command.name in _SQL_CLIENTS else ""


def _sql(command: Command) -> Iterator[str]:
    """What a client of a database is given: the text behind a flag, otherwise what it reads."""
    for word in command.words:
        yield re.sub(r"^-[ce](?=\w+\s)|^--(?:command|execute)=", "", word.text)
    flags = {text.split("=")[0] for text in command.texts if text.startswith("-")}
    files = [value for flag, value in pairwise(command.texts) if flag in ("-f", "--file")]
    if not flags & {"-c", "--command", "-e", "--execute"} and all(each in ("-", "/dev/stdin") for each in files):
        yield command.fed


def _written(text: str) -> str:
    if text.lower().rstrip("; \n").endswith("rollback"):
        return ""  # a transaction that is taken back at its end
    text = _NO_SQL.sub(";", _SQL_TEXT.sub("''", text))
    own = {each.lower() for each in _OWN_TABLE.findall(text)}
    found = next((each for each in _WRITES.finditer(text) if (each[2] or "").lower() not in own - {""}), None)
    return " ".join((found[1] or found[3]).split()) if found else ""


def _of_web(name: str, texts: tuple[str, ...]) -> str:
    if name in ("mongo", "mongosh"):
        found = next(filter(None, map(_DOCUMENTS.search, texts)), None)
        return found[1] if found else ""
    if name in ("http", "https", "wget") and ("DELETE" in texts[:2] or "--method=DELETE" in texts):
        return "DELETE"
    if name != "curl":
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
