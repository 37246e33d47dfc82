"""Commands of steps + the environments of the catalog -> findings of hard-coded-environment. Pure."""

import re
from collections.abc import Iterator, Mapping

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.model import Data
from drillbook.rule import Context, repository_rule

_FLAG = re.compile(r"--?(?:env|environment|context|kube-context|cluster|profile|stage)")
_HOST = re.compile(r"(?<![\w.-])(?:[a-z0-9-]+\.){2,}[a-z]{2,}(?![\w-])")
_ADDRESS = re.compile(r"[a-z0-9+.-]+://([^/:?#]+)")
_WORDS_ONLY = ("echo", "printf", "grep", "egrep", "rg", "sed", "awk")


@repository_rule(
    "DB441", help="write ${environment}, or a variable that every environment has in catalog/environments.yaml"
)
def hard_coded_environment(document: Document, context: Context) -> Iterator[Found]:
    """The name or a host of one environment, in a command that may run in another."""
    runbook = context.repository.in_use(document)
    environments = context.repository.entries("environments")
    if runbook is None or len(environments) < 2:
        return
    marks = {*environments, *(host for each in environments.values() for host in _hosts(each))} - {""}
    for line in shell.lines(runbook):
        if not any(mark in line.text for mark in marks):
            continue
        places = shell.places(environments, runbook, line.step)
        if not places or len(places) < 2:
            continue
        for command in shell.run(line.shell):
            for part, what in _written(command, {place: environments[place] for place in places}):
                yield Found(
                    line.at, f'"{part}" is {what}, and the command may run in {_others(places, what)} too', part=part
                )


def _others(places: tuple[str, ...], what: str) -> str:
    return ", ".join(f'"{place}"' for place in places if not what.endswith(f'"{place}"'))


def _written(command: shell.Command, places: Mapping[str, Data]) -> Iterator[tuple[str, str]]:
    """The parts of a command that belong to one environment, each with what it is."""
    if command.name in _WORDS_ONLY:
        return
    before = ""
    for word in command.words:
        alone = not word.text.startswith("-")
        flag, _, value = (before, "", word.text) if alone else word.text.partition("=")
        named = _of_one(flag, value, places) if word.literal and flag.startswith("-") else ""
        if named:
            yield (f"{before} {word.raw}" if alone else word.raw), named
        elif "." in word.text:
            for host in _HOST.findall(word.text):
                owner = _host_of(host, places)
                if owner:
                    yield host, owner
        before = word.text


def _of_one(flag: str, value: str, places: Mapping[str, Data]) -> str:
    """Whose name or variable the value of a flag is, where it is that of one environment alone."""
    general = _FLAG.fullmatch(flag)
    if general and value in places:
        return f'the environment "{value}"'
    same = flag.lstrip("-").replace("-", "_")
    for name in sorted({name for place in places.values() for name in shell.variables(place)}):
        owners = [place for place, each in places.items() if shell.variables(each).get(name) == value]
        everywhere = all(name in shell.variables(each) for each in places.values())
        if (general or name == same) and len(owners) == 1 and everywhere:
            return f'"${{{name}}}" of "{owners[0]}"'
    return ""


def _host_of(host: str, places: Mapping[str, Data]) -> str:
    """Whose host it is: one that the catalog has, or one with the name of an environment in it."""
    owners = {place for place, each in places.items() if host in _hosts(each)} or set(places) & set(host.split("."))
    return f'a host of "{owners.pop()}"' if len(owners) == 1 else ""


def _hosts(environment: Data) -> Iterator[str]:
    """The hosts of an environment's sources, and the values of its variables."""
    sources = environment.get("sources")
    for source in sources.values() if isinstance(sources, dict) else ():
        address = _ADDRESS.match(str(source.get("url"))) if isinstance(source, dict) else None
        yield address[1] if address else ""
    yield from shell.variables(environment).values()
