"""One folder a rule. There is no list: what lies here is a rule."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from drillbook.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    names = sorted(each.parent.name for each in Path(__file__).parent.glob("*/__init__.py"))
    found = [getattr(import_module(f"{__name__}.{name}"), name) for name in names]
    return tuple(sorted(found, key=lambda rule: rule.code))
