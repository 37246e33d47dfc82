"""One folder a rule. There is no list: what lies here is a rule."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from drillbook.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    found = [getattr(import_module(f"{__name__}.{each.name}"), each.name) for each in iter_modules(__path__)]
    return tuple(sorted(found, key=lambda rule: rule.code))
