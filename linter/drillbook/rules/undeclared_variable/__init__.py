"""Variables in steps + the catalog -> findings of undeclared-variable. Pure."""

import re
from collections.abc import Iterator, Mapping

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.model import Data, Runbook, Step
from drillbook.rule import Context, repository_rule
from drillbook.suggest import hint

BUILT_IN = ("environment", "evidence_dir", "stage")
_SET_BY_THE_SHELL = re.compile(
    "HOME|USER|LOGNAME|PATH|PWD|OLDPWD|TMPDIR|HOSTNAME|SHELL|RANDOM|SECONDS|LINENO|IFS|PPID|UID|EUID|PIPESTATUS|REPLY"
    "|OPTARG|OPTIND|LANG|TERM|EDITOR|EPOCHSECONDS|FUNCNAME|KUBECONFIG"
)
_OF_TOOLS = (
    "AWS_",
    "AZURE_",
    "ARM_",
    "GOOGLE_",
    "CLOUDSDK_",
    "VAULT_",
    "KUBE",
    "PG",
    "MYSQL_",
    "SSH_",
    "LC_",
    "BASH",
    "XDG_",
)
_SECRETS = ("TOKEN", "SECRET", "PASSWORD", "KEY", "CREDENTIAL", "PROFILE", "PROXY")


@repository_rule(
    "DB434", help='declare it in "inputs", or as a variable of every environment in catalog/environments.yaml'
)
def undeclared_variable(document: Document, context: Context) -> Iterator[Found]:
    """A variable that nobody sets: no input, no variable of an environment, and not built in."""
    runbook = context.repository.in_use(document)
    catalog = context.repository.of("environments")
    if runbook is None or any(not file.readable or context.repository.violations(file) for file in catalog):
        return
    environments = context.repository.entries("environments")
    asked = {*BUILT_IN, *(each["id"] for each in runbook.data.get("inputs", ()))}
    for at, step, name, raw in _uses(runbook):
        if name in asked:
            continue
        known = _known(runbook, environments, step)
        if known is None or name in known or _of_the_machine(name):
            continue
        message = f'nobody sets "{raw}", {hint(name.lower(), known)}'
        yield Found(at, message, part=raw)


def _uses(runbook: Runbook) -> Iterator[tuple[tuple[str | int, ...], Step, str, str]]:
    """Every use of a variable that the text itself does not set: where, in which step, its name, and as written."""
    for line in shell.lines(runbook):
        if not line.shell.open:
            seen = {each.name: each for each in line.shell.variables if not each.guarded}
            for name in sorted(seen.keys() - line.shell.assigned) if not line.shell.prompts else ():
                yield line.at, line.step, name, seen[name].raw
    for index, step, key, words in shell.told(runbook):
        assigned = shell.read(step.text).assigned if step.action == "run" and "${" in words else frozenset()
        for name in dict.fromkeys(shell.used(words)):
            if name not in assigned:
                yield ("steps", index, key), step, name, "${" + name + "}"


def _known(runbook: Runbook, environments: Mapping[str, Data], step: Step) -> tuple[str, ...] | None:
    """What a command may use; None where an environment is named that nobody knows."""
    places = shell.places(environments, runbook, step)
    if places is None:
        return None
    inputs = [each["id"] for each in runbook.data.get("inputs", ())]
    variables = [name for place in places for name in shell.variables(environments[place])]
    return tuple(dict.fromkeys((*inputs, *variables, *BUILT_IN)))


def _of_the_machine(name: str) -> bool:
    """Whether the shell, a tool or the person on call brings the variable along."""
    if not name.isupper():
        return False
    return (
        bool(_SET_BY_THE_SHELL.fullmatch(name)) or name.startswith(_OF_TOOLS) or any(word in name for word in _SECRETS)
    )
