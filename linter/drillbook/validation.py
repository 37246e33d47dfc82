"""A value and a schema's name -> what in the value breaks the schema. Pure, never raises.

jsonschema-rs says in microseconds that a value is sound; jsonschema, the reference, says what is wrong where it is not.
Both use the format checkers below; a test holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from drillbook import duration, resources
from drillbook.finding import Place

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

COMPLETE = "#/$defs/complete"
"""What a schema asks of a finished document, on top of its shape."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SEMVER = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")


def is_date(text: str) -> bool:
    """``2026-11-22``, a day that the calendar has."""
    return bool(_DATE.fullmatch(text)) and _parses(date.fromisoformat, text)


def is_id(value: object) -> bool:
    """``freeze-promotion``, a name in kebab case."""
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def is_time(text: str) -> bool:
    """``2026-11-22T03:00:00Z``, in UTC."""
    return bool(_TIME.fullmatch(text)) and _parses(datetime.fromisoformat, text)


def is_duration(text: str) -> bool:
    """A Prometheus duration, zero included."""
    return duration.parse(text) is not None


def is_positive_duration(text: str) -> bool:
    """A Prometheus duration longer than nothing."""
    return (duration.parse(text) or timedelta()) > timedelta()


def is_semver(text: str) -> bool:
    """Three numbers, ``2.1.0``."""
    return bool(_SEMVER.fullmatch(text))


def is_regex(text: str) -> bool:
    """A regular expression that Python can compile."""
    return _parses(re.compile, text)


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": is_date,
    "date-time": is_time,
    "duration-prometheus": is_duration,
    "duration-positive": is_positive_duration,
    "semver": is_semver,
    "regex": is_regex,
}
"""The formats of the contract, by the name that the schemas use."""


def _parses(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except (ValueError, re.error, RecursionError, OverflowError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken sentence of a schema.

    ``keyword`` is JSON Schema's (``required``, ``enum``); ``expected`` its value; ``found`` the value at ``at``, or
    its type when it is a list or a mapping;
    ``names`` the keys that are missing or unknown; ``words`` the schema's own sentence, where it has one for this;
    ``size`` the number of entries in a list or mapping.
    """

    at: Place
    keyword: str
    found: object
    expected: Any
    names: tuple[str, ...] = ()
    words: str = ""
    known: tuple[str, ...] = ()
    on_key: bool = False
    size: int = 0


def holds(schemas: tuple[str, ...], value: Any) -> bool:
    """Whether ``value`` breaks none of the schemas (``runbook``, ``step#/$defs/complete``)."""
    return _fast(schemas).is_valid(value)


def violations(schema: str, value: Any) -> tuple[Violation, ...]:
    """What in ``value`` breaks ``schema``, in the order of the value."""
    if holds((schema,), value):
        return ()
    errors = sorted(
        _reference(schema).iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path]
    )
    found = [violation for error in errors for violation in _violations(error)]
    wrong = {violation.at for violation in found if violation.keyword in ("type", "const") and not violation.on_key}
    return tuple(
        dict.fromkeys(
            violation
            for violation in found
            if not (violation.at in wrong and violation.keyword not in ("type", "const"))
        )
    )


def _violations(error: ValidationError) -> Iterator[Violation]:
    at: Place = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    keyword = str(error.validator or "not")
    instance: Any = error.instance
    wanted: Any = error.validator_value
    if keyword == "required":
        missing = [name for name in wanted if name not in instance]
        name = next((name for name in missing if error.message.startswith(repr(name))), missing[0])
        yield Violation(at, keyword, None, None, names=(name,), known=tuple(instance))
    elif keyword in ("additionalProperties", "unevaluatedProperties"):
        known = tuple(schema.get("properties", {}))
        patterns = [re.compile(pattern) for pattern in schema.get("patternProperties", {})]
        for name in instance:
            if name not in known and not any(pattern.search(name) for pattern in patterns):
                yield Violation((*at, name), "additionalProperties", None, None, (name,), known=known, on_key=True)
    elif "propertyNames" in error.absolute_schema_path:
        name = str(instance)
        yield Violation((*at, name), keyword, name, _frozen(wanted), words=_words(schema), on_key=True)
    else:
        size = len(instance) if isinstance(instance, (list, dict)) else 0
        forbidden = keyword == "not" and not wanted  # not this value is wrong, but that there is one
        yield Violation(
            at, keyword, _plain(instance), _frozen(wanted), words=_words(schema), size=size, on_key=forbidden
        )


def _words(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description", ""))


def _plain(value: object) -> object:
    return value if isinstance(value, (str, int, float, bool)) or value is None else type(value)


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value if isinstance(value, (str, int, float, bool)) else None


def _address(schema: str) -> str:
    name, _, fragment = schema.partition("#")
    return f"{resources.schemas()[name]['$id']}#{fragment}" if fragment else str(resources.schemas()[name]["$id"])


@cache
def _fast(schemas: tuple[str, ...]) -> jsonschema_rs.Draft202012Validator:
    everything = [{"$ref": _address(schema)} for schema in schemas]
    return jsonschema_rs.Draft202012Validator(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": everything},
        registry=_registry(),
        formats={name: lru_cache(maxsize=1024)(check) for name, check in FORMATS.items()},
        validate_formats=True,
    )


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(each["$id"], each) for each in resources.schemas().values()])


@cache
def _reference(schema: str) -> Validator:
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    checker = FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    plain = [{key: said for key, said in each.items() if key != "$schema"} for each in resources.schemas().values()]
    registry: Registry[Any] = Registry().with_resources(  # a "$schema" would bring the inexact validator back
        [(each["$id"], DRAFT202012.create_resource(each)) for each in plain]
    )
    validator: Validator = _exact(Draft202012Validator)(
        {"$ref": _address(schema)}, registry=registry, format_checker=checker
    )
    return validator


def _exact(base: Any) -> Any:
    """The reference validator with ``$`` as the end of the text, which Python takes to be the end of a line too."""
    from jsonschema import validators
    from jsonschema.exceptions import ValidationError

    def pattern(_: object, expected: str, value: object, __: object) -> Iterator[ValidationError]:
        if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", expected), value):
            yield ValidationError(f"{value!r} does not match {expected!r}")

    return validators.extend(base, {"pattern": pattern})  # type: ignore[no-untyped-call]
