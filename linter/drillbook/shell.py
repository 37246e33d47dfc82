"""Commands as text -> their words, variables and redirections, and what keeps them from being a shell's. Pure.

The grammar is tree-sitter-bash. It does not know all of bash, so a text is called broken only where a cause can be named.
Whatever stands at a place is cut from the text as written; ``start`` counts characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from drillbook.model import Data, Runbook, Step

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_PLACEHOLDER = re.compile(r"<[A-Za-z][\w-]*(?: [\w-]+){0,4}>(?![A-Za-z0-9&|(=])")
_FILLED = ("<none>", "<nil>", "<unknown>", "<pending>", "<invalid>")
_TEXT = frozenset(("string", "raw_string", "ansi_c_string", "heredoc_body", "comment", "regex", "test_command"))
_PLAIN = ("word", "number", "raw_string", "string", "concatenation", "simple_expansion", "expansion", "ansi_c_string")
_CLOSES = {
    '"': 'a closing "',
    "'": "a closing '",
    "$'": "a closing '",
    "`": "a closing `",
    "$(": 'a closing ")"',
    "${": 'a closing "}"',
    "<(": 'a closing ")"',
    "(": 'a closing ")"',
    "{": 'a closing "}"',
    "for": 'a "done"',
    "while": 'a "done"',
    "until": 'a "done"',
    "do": 'a "done"',
    "if": 'a "fi"',
    "case": 'an "esac"',
}
_ENDS = {"done": "do", "fi": "if", "esac": "case", "}": "{", ")": "(", '"': '"', "'": "'", "`": "`"}
_ORPHANS = {"done": "do", "fi": "if", "esac": "case", "then": "if", "elif": "if", "else": "if", "do": "for"}
_OPENERS = dict.fromkeys(("for", "while", "until"), ("for", "while", "until", "select"))
_HANGING = re.compile(r"(?:\|\|?|&&)[ \t]*\Z")
_WRAPPERS = ("sudo", "env", "time", "nohup", "command", "exec", "xargs", "timeout", "watch", "nice", "ionice")
_SHELLS = ("sh", "bash", "zsh", "dash")
_LEAVES = ("command", "raw_string", "simple_expansion", "expansion", "heredoc_start")
_VALUED = re.compile(r"-[nILPsukg]|--(?:max-args|replace|max-procs|signal|kill-after|user|group|interval)")
_NO_COMMAND = re.compile(r"[0-9.]+[smhd]?|\{\}|%|\w+=.*")
_ECHO = re.compile("-[neE]+")
_READERS = ("read", "mapfile", "readarray", "getopts")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command: ``text`` without its quotes, ``raw`` as written; ``literal`` where nothing in it is expanded."""

    text: str
    raw: str
    literal: bool = True
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command: the program's name and what follows it; ``raw`` is the first line of it as written.

    ``reads`` is the command whose output it reads, ``given`` the text of its here-document, ``behind`` says that ``xargs`` adds
    words to it.
    """

    name: str
    words: tuple[Word, ...]
    raw: str
    reads: Command | None = None
    given: str = ""
    behind: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The words without their quotes."""
        return tuple(word.text for word in self.words)

    @property
    def bare(self) -> tuple[str, ...]:
        """The words that are no flags; the value of a flag may be among them."""
        return tuple(word.text for word in self.words if not word.text.startswith("-"))

    @property
    def fed(self) -> str:
        """The text that it reads, as far as that stands in the runbook."""
        return self.given or (self.reads.prints if self.reads else "")

    @property
    def prints(self) -> str:
        """The text that it writes, as far as that stands in the runbook."""
        if self.name in ("echo", "printf"):
            return " ".join(text for text in self.texts if not _ECHO.fullmatch(text)).replace("\\n", "\n")
        return self.fed if self.name in ("cat", "tee", "envsubst") else ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A use of ``${name}``: ``raw`` as written, ``split`` where the shell splits its value, ``guarded`` with a default."""

    name: str
    raw: str
    split: bool = False
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a text is no shell: the words that are to be marked, and what is missing."""

    part: str
    message: str


@dataclass(frozen=True, slots=True)
class Shell:
    """A text as a shell reads it. ``open`` where it runs other files, which may set any variable.

    ``jobs`` are the variables that hold what this text has started itself (``$!``).
    """

    commands: tuple[Command, ...] = ()
    variables: tuple[Variable, ...] = ()
    assigned: frozenset[str] = frozenset()
    jobs: frozenset[str] = frozenset()
    placeholders: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    literals: tuple[tuple[str, str], ...] = ()
    flaw: Flaw | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What a step gives to a shell: the number of the step, the step, the key that holds it, and the text read."""

    index: int
    step: Step
    key: str
    text: str
    shell: Shell

    @property
    def at(self) -> tuple[str | int, ...]:
        """The place of the text."""
        return ("steps", self.index, self.key)


@lru_cache(maxsize=4)  # a dozen rules ask for those of one runbook
def lines(runbook: Runbook) -> tuple[Line, ...]:
    """Every ``run`` of a runbook, and the ``undo`` beside it; the ``undo`` of what a person does is words."""
    return tuple(_lines(runbook))


def _lines(runbook: Runbook) -> Iterator[Line]:
    for index, step in enumerate(runbook.steps):
        if step.action == "run":
            yield Line(index, step, "run", step.text, read(step.text))
            if step.undo:
                yield Line(index, step, "undo", step.undo, read(step.undo))


@lru_cache(maxsize=512)
def read(text: str) -> Shell:
    """What a text says to a shell. It takes time that grows with the text, and never raises."""
    if _PLAIN_COMMAND.fullmatch(text) and not _KEYWORD.fullmatch(text.split(" ", 1)[0]):
        return _plain(text)
    try:
        return _read(text)
    except RecursionError:
        return Shell(flaw=Flaw(text[:20], "nests deeper than can be read"), open=True)


def _read(text: str) -> Shell:
    data = text.encode("utf-8", "replace")
    root = _parser().parse(data).root_node
    placeholders = tuple(_placeholders(text, root))
    if placeholders:  # a name in angle brackets is one cause; what it makes of the rest is none
        for each in placeholders:
            text = text.replace(each, "x" * len(each))
        data = text.encode("utf-8", "replace")
        root = _parser().parse(data).root_node
    reading = _Reading()
    reading.walk(root, "")
    return Shell(
        commands=tuple(reading.commands),
        variables=tuple(reading.variables),
        assigned=frozenset(reading.assigned),
        jobs=frozenset(reading.jobs),
        placeholders=placeholders,
        prompts=tuple(_prompts(text, root, reading.commands)),
        literals=tuple(reading.literals),
        flaw=_endless(text, reading.ends)
        or _orphan(text, reading.commands)
        or (_flaw(text, root) if root.has_error or _HANGING.search(text) else None),
        open=any(command.name in ("source", ".", "eval") for command in reading.commands),
    )


_PLAIN_WORD = r"[A-Za-z0-9_./:@,%+-][A-Za-z0-9_./:=@,%+-]*"
_PLAIN_USE = r"\$\{[a-z][a-z0-9_]*\}"
_PLAIN_COMMAND = re.compile(rf'[A-Za-z][\w.-]*(?: (?:{_PLAIN_WORD}|{_PLAIN_USE}|"{_PLAIN_USE}[A-Za-z0-9_./:-]*"))*')
_KEYWORD = re.compile(
    "if|then|elif|else|fi|for|while|until|do|done|case|esac|select|function|time|in|source|eval|export|declare|local|readonly"
    "|typeset|unset|unsetenv|let|printf|read|mapfile|readarray|getopts|test|coproc"
)


def _plain(text: str) -> Shell:
    """The same as the grammar says, for a command of plain words: most are, and it is ten times as fast."""
    name, *rest = text.split(" ")
    words = [Word(each.strip('"'), each, literal="$" not in each, quoted=each[0] == '"') for each in rest]
    uses = [each for each in words if not each.literal]
    variables = [
        Variable(each.text[2:].split("}")[0], each.text.split("}")[0] + "}", split=not each.quoted) for each in uses
    ]
    return Shell(commands=(Command(name, tuple(words), text),), variables=tuple(variables))


@cache
def _parser() -> Parser:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


class _Reading:
    """What a walk over the tree collects."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.variables: list[Variable] = []
        self.assigned: set[str] = set()
        self.jobs: set[str] = set()
        self.number: dict[int, int] = {}
        self.literals: list[tuple[str, str]] = []
        self.ends: list[tuple[str, bool]] = []
        self.inside: list[str] = []

    def walk(self, node: Node, within: str) -> None:
        """Take in a node and all below it; ``within`` is the name of the command it is a word of."""
        kind = node.type
        if kind == "command":
            within = self._command(node)
        elif kind in ("simple_expansion", "expansion"):
            self._variable(node, kind)
        elif kind == "raw_string" and node.end_byte - node.start_byte > 4:
            self.literals.append((within, _text(node)))
        elif kind == "heredoc_start":
            before = node.prev_sibling
            self.ends.append((_text(node), before is not None and before.type == "<<-"))
        elif kind in ("variable_assignment", "for_statement"):
            name = node.child_by_field_name("name" if kind == "variable_assignment" else "variable")
            self.assigned.add(_text(name) if name else "")
            if name and _text(node).endswith("=$!"):
                self.jobs.add(_text(name))
        elif kind == "declaration_command":
            self.assigned.update(_text(each) for each in node.named_children if each.type == "variable_name")
        self.inside.append(kind)
        for child in node.named_children:
            if child.named_child_count or child.type in _LEAVES:
                self.walk(child, within)
        self.inside.pop()
        if kind in ("pipeline", "redirected_statement"):
            self._join(node, kind)

    def _join(self, node: Node, kind: str) -> None:
        """Note what the commands of a pipeline, or the one before a here-document, are given to read."""
        parts: list[Node | None] = [*_parts(node)]
        if kind == "redirected_statement":
            body = _last(node)
            self._give(body, _here_string(node))
            for here in (each for each in node.named_children if each.type == "heredoc_redirect"):
                self._give(body, next((_text(each) for each in here.named_children if each.type == "heredoc_body"), ""))
                parts = [body, *_parts(here)]
        for writer, reader in pairwise(parts):
            if writer and reader:
                self._feed(_last(writer), _first(reader))

    def _give(self, node: Node | None, text: str) -> None:
        if node is not None and text and (number := self.number.get(node.id)) is not None:
            self.commands[number] = replace(self.commands[number], given=text)

    def _feed(self, writer: Node | None, reader: Node | None) -> None:
        if writer is not None and reader is not None and {writer.id, reader.id} <= {*self.number}:
            number = self.number[reader.id]
            self.commands[number] = replace(self.commands[number], reads=self.commands[self.number[writer.id]])

    def _command(self, node: Node) -> str:
        name = node.child_by_field_name("name")
        words = tuple(_word(each) for each in node.children_by_field_name("argument"))
        raw = _text(node).split("\n", 1)[0].rstrip(" \\")
        command = Command(_unquoted(_text(name)) if name else "", words, raw, given=_here_string(node))
        self.number[node.id] = len(self.commands)
        self.commands.append(command)
        if command.name in _READERS:
            self.assigned.update(command.bare)
        elif command.name == "printf" and command.texts[:1] == ("-v",):
            self.assigned.update(command.texts[1:2])
        return command.name

    def _variable(self, node: Node, kind: str) -> None:
        name = next((each for each in node.named_children if each.type == "variable_name"), None)
        if name is None or _text(name).isdigit():
            return
        operators = {each.type for each in node.children if not each.is_named} if kind == "expansion" else set()
        around = [each for each in reversed(self.inside) if each != "concatenation"][:1]
        self.variables.append(
            Variable(
                _text(name),
                _text(node),
                split=around == ["command"] and "#" not in operators,
                guarded=bool(operators & {":-", "-", ":=", "=", ":+", "+", ":?", "?"}),
            )
        )


def _parts(node: Node) -> Iterator[Node]:
    """The statements of a pipeline, whatever it is nested in."""
    for each in node.named_children:
        if each.type == "pipeline":
            yield from _parts(each)
        elif not each.type.startswith(("heredoc_", "file_", "herestring_")):
            yield each


def _here_string(node: Node) -> str:
    """The text behind ``<<<``, without its quotes."""
    found = next((_text(each) for each in node.named_children if each.type == "herestring_redirect"), "")
    return _unquoted(found.removeprefix("<<<").strip())


def _last(node: Node) -> Node | None:
    """The command of a statement that writes what comes out of it."""
    while node.type in ("redirected_statement", "pipeline", "list", "negated_command"):
        body = node.child_by_field_name("body") or (node.named_children[-1] if node.named_children else None)
        if body is None:
            return None
        node = body
    return node if node.type == "command" else None


def _first(node: Node) -> Node | None:
    """The command of a statement that reads what goes into it."""
    while node.type in ("redirected_statement", "pipeline", "list", "negated_command") and node.named_children:
        node = node.named_children[0]
    return node if node.type == "command" else None


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _word(node: Node) -> Word:
    raw = _text(node)
    kind = node.type
    if kind in ("word", "number"):
        return Word(raw.replace("\\", "") if "\\" in raw else raw, raw)
    if kind in ("raw_string", "ansi_c_string"):
        return Word(_unquoted(raw), raw, quoted=True)
    literal = "$" not in raw and "`" not in raw
    return Word(_unquoted(raw), raw, literal=literal, quoted=kind == "string")


def _unquoted(raw: str) -> str:
    raw = raw.removeprefix("$") if raw.startswith(("$'", '$"')) else raw
    if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "'\"":
        return raw[1:-1]
    return raw.replace('"', "").replace("'", "")


def _placeholders(text: str, root: Node) -> Iterator[str]:
    for match in _PLACEHOLDER.finditer(text) if "<" in text else ():
        if match[0] in _FILLED or text[match.start() - 1 : match.start()] == "<":
            continue
        at = len(text[: match.start()].encode("utf-8", "replace"))
        if not _in_text(root, at):
            yield match[0]


def _in_text(root: Node, at: int) -> bool:
    """Whether a byte lies in quotes, a comment, a here-document or a test."""
    node = root.descendant_for_byte_range(at, at + 1)
    while node is not None:
        if node.type in _TEXT:
            return True
        if node.type == "command_substitution":
            return False
        node = node.parent
    return False


_PROMPT = re.compile(r"^[ \t]*(\$ |>>> |\[?[\w.-]+@[\w.-]+[: ][^\n$#'\"|;]{0,40}[$#] )(?=\S)", re.MULTILINE)
_ROOT_PROMPT = re.compile(r"\A\s*(# )\S")


def _prompts(text: str, root: Node, commands: list[Command]) -> Iterator[str]:
    for match in _PROMPT.finditer(text) if "$ " in text or "# " in text or ">>>" in text else ():
        at = len(text[: match.start(1)].encode("utf-8", "replace"))
        if not _in_text(root, at) and (match.start() == 0 or text[match.start() - 2 : match.start() - 1] != "\\"):
            yield text[match.start(1) :].split("\n", 1)[0].rstrip()
    if not commands and "\n" not in text.strip() and _ROOT_PROMPT.match(text):
        yield text.strip()


def without_prompt(line: str) -> str:
    """A line of a command without the prompt before it."""
    found = _PROMPT.match(line) or _ROOT_PROMPT.match(line)
    return line[found.end(1) :] if found else line


def _endless(text: str, ends: list[tuple[str, bool]]) -> Flaw | None:
    for start, tabs in ends:
        word = _unquoted(start)
        if not re.search(rf"^{chr(9) + '*' if tabs else ''}{re.escape(word)}\r?$", text, re.MULTILINE):
            found = re.search(rf"<<-?[ \t]*{re.escape(start)}", text)
            return Flaw(found[0] if found else start, f'has no line "{word}" that ends the here-document')
    return None


def _orphan(text: str, commands: list[Command]) -> Flaw | None:
    for command in commands:
        opens = _ORPHANS.get(command.name)
        if opens and not any(_count(text, word) for word in _OPENERS.get(opens, (opens,))):
            return Flaw(command.raw, f'has a "{command.name}" without the "{opens}" that it belongs to')
    return None


def _flaw(text: str, root: Node) -> Flaw | None:
    """The first cause that can be named; None where the grammar may be what is wrong."""
    end = text.rstrip()
    hanging = _HANGING.search(end)
    if hanging and not _in_text(root, len(end.encode("utf-8", "replace")) - 1):
        return Flaw(end.rsplit("\n", 1)[-1].strip(), f'ends in "{hanging[0].strip()}", expected a command after it')
    for opening, at in _opened(root):
        if _open(text, opening):
            start = len(text.encode("utf-8", "replace")[:at].decode("utf-8", "replace"))
            return Flaw(_line(text, start), f"opens {opening} and never closes it, expected {_CLOSES[opening]}")
    return None


def _opened(node: Node) -> Iterator[tuple[str, int]]:
    """What seems to be open at a node or below it: the sign or word that opens, and the byte where it stands."""
    if node.is_missing and node.type in _ENDS:
        yield _ENDS[node.type], node.parent.start_byte if node.parent else node.start_byte
    if node.is_error:
        yield from ((child.type, child.start_byte) for child in node.children if child.type in _CLOSES)
        if _text(node).lstrip().startswith("'"):
            yield "'", node.start_byte + _text(node).index("'")
    for child in node.children:
        if child.has_error or child.is_missing:
            yield from _opened(child)


def _line(text: str, at: int) -> str:
    """The whole line in which a character stands: what is marked must be found again in the file."""
    return text[text.rfind("\n", 0, at) + 1 :].split("\n", 1)[0].strip()


def _open(text: str, opening: str) -> bool:
    """Whether a plain count agrees that what opens is not closed: the grammar does not know all of bash."""
    if opening in ("'", '"', "`"):
        rest = _QUOTED.sub(" ", text)
        return rest.count(opening) % 2 == 1 if opening == "`" else opening in rest
    if not opening.isalpha():
        closing = "}" if opening.endswith("{") else ")"
        return text.count(opening[-1]) > text.count(closing)
    closing = _CLOSES[opening].split('"')[1]
    opens = ("do",) if closing == "done" and _count(text, "do") else _OPENERS.get(opening, (opening,))
    return sum(_count(text, word) for word in opens) > len(re.findall(_COMMAND.format(closing), _QUOTED.sub(" ", text)))


_COMMAND = r"(?:^|[;&|\n(){{}}]|\b(?:do|then|else|done|fi|esac))\s*{}(?![\w./=-])"
_QUOTED = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"|(?<!\S)#.*|\\.")


def _count(text: str, word: str) -> int:
    """How often a word stands in a text outside of quotes and comments."""
    return len(re.findall(rf"(?<![\w./=-]){word}(?![\w./=-])", _QUOTED.sub(" ", text)))


_PODS = ("kubectl", "oc", "docker", "podman")
_REMOTE = re.compile(r"-[bcDeEFiIJlLmoOpQRSwW]")
"""Flags of ssh with a value behind them."""
_NESTED = 3
"""So often may a shell be given to a shell."""


def real(command: Command) -> Command:
    """The command that is run in the end, behind ``sudo``, ``xargs`` and the like and behind ``kubectl exec … --``."""
    name, words, behind = command.name.rsplit("/", 1)[-1], command.words, command.behind
    for _ in range(4):
        if name in _PODS and "exec" in [word.text for word in words[:6]]:
            inner = _in_pod(name, words)
            if inner is None:
                return replace(command, name=name)
            words = inner
        elif name in _WRAPPERS:
            behind = behind or name == "xargs"
            words = _behind(words)
        else:
            break
        if not words:
            return replace(command, name="", words=())
        name, words = words[0].text.rsplit("/", 1)[-1], words[1:]
    return replace(command, name=name, words=words, behind=behind)


def _in_pod(name: str, words: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """The words that a container runs; Docker's stand behind its flags and the container's name."""
    cut = next((index for index, word in enumerate(words) if word.text == "--"), None)
    if cut is not None:
        return words[cut + 1 :]
    if name in ("kubectl", "oc"):
        return None
    rest = words[[word.text for word in words].index("exec") + 1 :]
    while rest and rest[0].text.startswith("-"):
        valued = rest[0].text in ("-e", "--env", "-u", "--user", "-w", "--workdir", "--env-file", "--index")
        rest = rest[2 if valued else 1 :]
    return rest[1:]


def _behind(words: tuple[Word, ...]) -> tuple[Word, ...]:
    index = 0
    while index < len(words):
        text = words[index].text
        if _VALUED.fullmatch(text):
            index += 2
        elif text.startswith("-") or _NO_COMMAND.fullmatch(text):
            index += 1
        else:
            break
    return words[index:]


def run(shell: Shell, nested: int = 0) -> Iterator[Command]:
    """All that is run in the end, and what ``sh`` and ``ssh`` are given as a text or read as one."""
    for command in shell.commands:
        found = real(command)
        yield found
        inner, fed = _given(found)
        if inner and nested < _NESTED:
            for index, each in enumerate(run(read(inner), nested + 1)):
                first = index == 0 and bool(fed)
                yield replace(each, raw=command.raw, given=each.given or (fed if first else ""))


def _given(command: Command) -> tuple[str, str]:
    """What a shell is given to run, and the text that the first command of it reads."""
    if command.name in _SHELLS:
        if "-c" in command.texts[:-1]:
            return command.texts[command.texts.index("-c") + 1], command.fed
        return (command.fed, "") if not [text for text in command.bare if text != "-"] else ("", "")
    if command.name != "ssh":
        return "", ""
    rest = command.words
    while rest and rest[0].text.startswith("-"):
        rest = rest[2 if _REMOTE.fullmatch(rest[0].text) else 1 :]
    told = " ".join(word.text if word.quoted else word.raw for word in rest[1:])
    return (told, command.fed) if told else (command.fed, "")


_USE = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
TOLD = ("do", "decide", "precondition", "expect")
"""The keys of a step in which words for a person may use variables."""


def told(runbook: Runbook) -> Iterator[tuple[int, Step, str, str]]:
    """What the steps of a runbook tell a person: the number of the step, the step, the key, the words."""
    for index, step in enumerate(runbook.steps):
        if step.action in TOLD:
            yield index, step, step.action, step.text
        if step.precondition:
            yield index, step, "precondition", step.precondition
        if step.expect:
            yield index, step, "expect", step.expect
        if step.undo and step.action != "run":
            yield index, step, "undo", step.undo


def used(words: str) -> list[str]:
    """The variables that words for a person use, written ``${name}``."""
    return _USE.findall(words) if "${" in words else []


def places(environments: Mapping[str, Data], runbook: Runbook, step: Step) -> tuple[str, ...] | None:
    """The environments in which a step may run; None where the runbook names one that the catalog does not have."""
    named = runbook.data.get("environments") or tuple(environments)
    only = (step.only_if or {}).get("environment")
    found = tuple(name for name in named if only is None or name in only)
    if named and not found:
        return None  # it runs nowhere, which is another fault
    return found if all(name in environments for name in found) else None


def variables(environment: Data) -> Mapping[str, str]:
    """The variables of an environment; what is wrong with the catalog has its own finding."""
    found = environment.get("variables")
    return {name: value for name, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
