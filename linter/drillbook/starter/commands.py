"""Code of an old runbook -> the commands in it with inputs for what was left open, and what they printed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from drillbook.starter import wording

_LOOSE = ("console", "terminal", "shell-session", "sh-session", "bash-session", "shellsession")
"""Marks of blocks that may hold no more than what a command printed."""
_SHELLS = ("sh", "bash", "shell", "zsh", "ksh", *_LOOSE)
_PROMPT = re.compile(r"^[ \t]*(?:\$|[\w.-]+@[\w.-]+:[^\s$#]*[$#]) +(?=\S)")
_TOOLS = re.compile(
    r"(?:sudo |watch |time )?(?:kubectl|oc|helm|docker|podman|crictl|nerdctl|curl|wget|ssh|scp|systemctl|journalctl|service|psql"
    r"|mysql|redis-cli|mongo|aws|gcloud|gsutil|az|git|grep|cat|tail|head|df|du|ps|top|free|dig|nslookup|ping|nc|netstat|ss"
    r"|etcdctl|amtool|promtool|kafka[\w.-]*|nvidia-smi|python3?|terraform|ansible[\w-]*|make|ls|cd|export|for|if|while|vault"
    r"|consul|nomad|argocd|kustomize|istioctl|velero|ceph|zfs|mlflow|dvc|airflow|spark-submit|bq|dbt)(?:\s|$)"
)
_NAME = re.compile(
    r"<(?P<angle>[^\W\d_][\w.:/ -]{0,60}?)(?<! )>(?![(=&])"
    r"|\{\{ *\$labels\.(?P<label>[A-Za-z_]\w*) *\}\}|\{\{ *(?P<curly>[A-Za-z_][\w.-]*) *\}\}"
    r"|\$(?:\{(?P<braced>[A-Z][A-Z0-9_]*)\}|(?P<bare>[A-Z][A-Z0-9_]*)\b)"
)
_SHELLS_OWN = re.compile(
    "HOME|USER|LOGNAME|PATH|PWD|OLDPWD|TMPDIR|HOSTNAME|SHELL|RANDOM|SECONDS|LINENO|IFS|PPID|UID|EUID|REPLY|OPTARG|OPTIND"
    "|LANG|TERM|EDITOR|KUBECONFIG|(?:AWS|AZURE|ARM|GOOGLE|CLOUDSDK|VAULT|PG|MYSQL|SSH|LC|BASH|XDG)_?[A-Z0-9_]*"
)
_TEMPLATE = re.compile(
    r"\{\{-?\s*(?:range|if|end|else|with|define|block|template|printf?|println|\.|\$(?!labels))|template=|--format"
)
"""What a command gives to a template of its own: ``{{name}}`` in it is a word of Go or Jinja, and nothing to fill in."""
_BUILT_IN = ("environment", "evidence_dir", "stage")
_FILLED = ("none", "nil", "unknown", "pending", "invalid")
_QUOTED = {"": '"${%s}"', '"': "${%s}", "'": '"${%s}"', "#": "${%s}"}
"""How an input is written outside of quotes, in double ones, between single ones that end before it, and in a comment."""


@dataclass
class Inputs:
    """The inputs of a runbook: each name with what stood in the old text, and the label of the alert that carries it."""

    known: dict[str, tuple[str, str]] = field(default_factory=dict)

    def named(self, written: str, label: str = "") -> str:
        """The name of the input for something that was left open."""
        name = wording.kebab(label or written).replace("-", "_")
        if name == "environment":
            return name
        name = name if name[:1].isalpha() else f"value_{name}".rstrip("_")
        if name in _BUILT_IN:
            name += "_value"
        bare, count = name, 2
        while name.startswith("value") and self.known.get(name, (written, ""))[0] != written:
            name, count = f"{bare}_{count}", count + 1
        self.known.setdefault(name, (written, label))
        return name


def split(code: str, info: str) -> tuple[str, str] | None:
    """The commands of a block of code and what they printed; nothing where it holds no commands."""
    word = re.sub(r"[{}.]", " ", info).split()[:1]
    lines = code.split("\n")
    if any(_PROMPT.match(line) for line in lines) and (not word or word[0].lower() in _SHELLS):
        return _prompted(lines)
    if not code.strip() or (word and word[0].lower() not in _SHELLS):
        return None
    first = next((line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    sure = bool(word) and word[0].lower() not in _LOOSE
    return (code, "") if first and (sure or _TOOLS.match(first)) else None


def _prompted(lines: list[str]) -> tuple[str, str]:
    """What follows the prompts, and the rest; all of it where a prompt says on which machine."""
    run: list[str] = []
    printed: list[str] = []
    goes_on = False
    for line in lines:
        bare = _PROMPT.sub("", line, count=1)
        if bare != line or goes_on:
            run.append(bare if bare != line else line)
            goes_on = line.rstrip().endswith("\\")
        else:
            printed.append(line)
    hosts = any(_PROMPT.match(line) and not line.lstrip().startswith("$") for line in lines)
    return "\n".join(run), "\n".join(lines if hosts else printed).strip("\n")


def with_inputs(code: str, inputs: Inputs) -> str:
    """Commands with ``${name}`` for each ``<name>``, label of an alert, and variable that nobody sets."""
    own = set(re.findall(r"\b([A-Z][A-Z0-9_]*)=", code)) | set(re.findall(r"\b(?:for|read(?: -\w+)*) ([A-Z]\w*)", code))

    template = bool(_TEMPLATE.search(code))

    def named(found: re.Match[str]) -> str:
        if template and found["curly"]:
            return ""
        variable = found["braced"] or found["bare"]
        if variable:
            return "" if variable in own or _SHELLS_OWN.fullmatch(variable) else inputs.named(variable)
        if found["angle"]:
            return "" if found["angle"] in _FILLED else inputs.named(found["angle"])
        return (
            inputs.named(f"$labels.{found['label']}", found["label"])
            if found["label"]
            else inputs.named(found["curly"])
        )

    return _replaced(code, named)


def _replaced(code: str, named: Callable[[re.Match[str]], str]) -> str:
    parts: list[str] = []
    quote, at = "", 0
    while at < len(code):
        char = code[at]
        found = _NAME.match(code, at) if char in "<{$" and code[at - 1 : at] != "\\" else None
        inside = quote in ("'", "#") and found is not None and (found["braced"] or found["bare"])
        if found and not inside and code[at - 1 : at] != "<" and (name := named(found)):
            at = found.end()
            if quote == "'":
                quote = _between(parts, _QUOTED[quote] % name, code[at : at + 1])
                at += not quote
            else:
                parts.append(_QUOTED[quote] % name)
            continue
        quote = _quote(quote, code, at)
        if char == "\\" and quote != "'" and at + 1 < len(code):
            parts.append(code[at : at + 2])
            at += 2
            continue
        parts.append(char)
        at += 1
    return "".join(parts)


def _between(parts: list[str], words: str, after: str) -> str:
    """Put words between single quotes, and say in which quotes one is then: none where those would hold nothing."""
    if parts[-1] == "'":
        parts[-1] = words
    else:
        parts.append(f"'{words}")
    if after == "'":
        return ""
    parts.append("'")
    return "'"


def _quote(quote: str, code: str, at: int) -> str:
    """In which quotes, or comment, one is after a character."""
    char = code[at]
    if quote == "#":
        return "" if char == "\n" else quote
    if quote:
        return "" if char == quote else quote
    if char == "#" and (at == 0 or code[at - 1].isspace()):
        return "#"
    return char if char in "\"'" else ""
