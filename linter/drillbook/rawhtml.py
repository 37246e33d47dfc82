"""HTML in a Markdown text, or a whole page -> its tags with their places, and what in them runs or loads. Pure, never raises.

The tags come from the tokenizer of the WHATWG specification, as in a browser. It goes on reading tags where a browser would
see plain text: inside the elements that hold any, which are all refused.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from drillbook.finding import Span

ELEMENTS = frozenset(
    (
        *("script", "iframe", "frame", "frameset", "object", "embed", "applet", "portal"),
        *("base", "link", "meta", "style", "form"),
        *("foreignobject", "animate", "animatemotion", "animatetransform", "set", "handler", "listener"),
        *("noscript", "template", "xmp", "noembed", "noframes", "plaintext", "math"),
        *("textarea", "title"),
    )
)
"""Elements that run or load something, send what is typed, or hide what they hold from whoever checks it."""
_ADDRESSES = frozenset(
    (
        *("href", "src", "xlink:href", "action", "formaction", "data", "poster", "background", "cite", "longdesc"),
        *("srcset", "ping", "lowsrc", "dynsrc", "manifest", "codebase", "classid", "from", "to", "values", "by"),
    )
)
_RUNS = ("javascript:", "vbscript:", "livescript:", "mocha:", "data:")
_PICTURE = re.compile(r"data:image/(png|gif|jpeg|jpg|webp|avif)[;,]")
_MOST = 50
_MANY = "and more attributes than are read"
_BLANK = re.compile("[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
_STYLE = re.compile(r"url\(|image-set\(|expression\(|@import|-moz-binding|behavior:|\\", re.IGNORECASE)
_LIST = re.compile(r"\{:?[ ]*([^{}\n ][^{}\n]*)\}")
_PAIR = re.compile(r"""([^\s=}{"'/>]+)[ ]*=[ ]*("[^"]*"|'[^']*'|[^\s}]*)""")
_LISTED = re.compile(r"\{[^{}\n]*(?:\bon[a-z]{3,}|href|src|style|action|data|poster)[a-z]*[ ]*=", re.IGNORECASE)
_NAMED = re.compile(r"(?<![\w&#])#([^\s}{#.=]+)|\bid[ ]*=[ ]*[\"']?([^\s\"'}]+)")


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening tag, its name and attributes in lower case, and where it stands."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    span: Span

    def get(self, name: str) -> str:
        """The value of an attribute; empty where it is not there."""
        return next((value for key, value in self.attributes if key == name), "")


def tags(text: str, offset: int = 0) -> list[Tag]:
    """The opening tags of an HTML text; places count from ``offset``."""
    from tinyhtml5.constants import Token
    from tinyhtml5.tokenizer import HTMLTokenizer

    class Tokenizer(HTMLTokenizer):  # type: ignore[misc]
        opened = (1, 1)

        def tag_open_state(self) -> bool:
            self.opened = self.stream.position()
            return bool(super().tag_open_state())

        def attribute_name_state(self) -> bool:
            if len(given := self.current_token["data"]) > _MOST:  # each is compared with every other
                given[:] = [[_MANY, ""], given[-1]]
            return bool(super().attribute_name_state())

    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(position: tuple[int, int]) -> int:
        line, column = position
        return min(starts[min(line, len(starts)) - 1] + column, len(text)) + offset

    found = []
    tokens = Tokenizer(io.StringIO(text))  # a plain text that is short would be taken for the name of a file
    for token in tokens:
        if token["type"] is Token.START_TAG:
            attributes = tuple((str(name), str(value)) for name, value in token["data"].items())
            line, column = tokens.opened
            found.append(
                Tag(str(token["name"]), attributes, Span(at((line, column - 1)), at(tokens.stream.position())))
            )
    return found


_NAME = re.compile(rf"<(?:{'|'.join(sorted(ELEMENTS))})(?![a-z0-9-])", re.IGNORECASE)
_HANDLER = re.compile(r"""[\s"'/\x00]on[^\s=<>]*\s*=""", re.IGNORECASE)
_STYLED = re.compile(r"""[\s"'/]style\s*=(?!"width: [0-9]{1,3}%")""", re.IGNORECASE)
_BEGINS = re.compile(rf"""[="'](?:{"|".join(each.rstrip(":") for each in _RUNS)}):""")


def quiet(text: str) -> bool:
    """Whether there is surely nothing in a text that runs or loads: a look at the letters, much faster than reading tags.

    It knows no tags, so it says no of many texts that are harmless; those are read.
    """
    if _NAME.search(text) or _HANDLER.search(text) or _STYLED.search(text):
        return False
    if "srcdoc" in (low := text.lower()) or "http-equiv" in low:
        return False
    return not _BEGINS.search(_BLANK.sub("", unescape(text)).lower())


def faults(found: Iterable[Tag]) -> Iterator[tuple[Tag, str]]:
    """What in the tags runs or loads something, as the beginning of a sentence."""
    for tag in found:
        if tag.name in ELEMENTS:
            yield tag, f"the element <{tag.name[:40]}>"
            continue
        for name, value in tag.attributes:
            if why := fault(name, value, picture=tag.name in ("img", "image", "source") and name in ("src", "srcset")):
                yield tag, f"{why} of <{tag.name[:40]}>"
                break


def fault(name: str, value: str, picture: bool = False) -> str:
    """What is wrong with an attribute; empty where nothing is."""
    if name == _MANY:
        return f"more than {_MOST} attributes"
    if name.startswith("on") and len(name) > 2:
        return f'the attribute "{name[:40]}"'
    if name in ("srcdoc", "http-equiv"):
        return f'the attribute "{name}"'
    if name == "style" and _STYLE.search(value):
        return 'the address in the attribute "style"'
    if name in _ADDRESSES and runs(value, picture):
        return f'the address in the attribute "{name}"'
    return ""


def runs(address: str, picture: bool = False) -> bool:
    """Whether a browser would run what an address holds instead of going somewhere; a picture may stand in its own."""
    if ":" not in address:
        return False
    plain = _BLANK.sub("", address).lower()
    if picture and _PICTURE.match(plain):
        return False
    return plain.startswith(_RUNS)


def may_list(text: str) -> bool:
    """Whether a text may hold an attribute list that gives an element what it must not have."""
    return "{" in text and bool(_LISTED.search(text))


def listed(text: str) -> Iterator[tuple[Span, str]]:
    """Attribute lists, ``{onclick=…}``, that give an element what it must not have; spans count from the start of the text."""
    for each in _LIST.finditer(text) if may_list(text) else ():
        for name, value in _PAIR.findall(each[1]):
            if why := fault(name.lower(), value.strip("\"'")):
                yield Span(*each.span()), why
                break


def ids(text: str) -> Iterator[str]:
    """The ids that attribute lists in a Markdown text give: ``{#here}``, ``{: id=here }``."""
    for each in _LIST.finditer(text) if "{" in text else ():
        for found in _NAMED.finditer(f" {each[1]}"):
            yield found[1] or found[2]
