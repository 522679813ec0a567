"""What the tables of one rule each have in common: (rule, facts, does it pass?)."""

import importlib
import pkgutil
from typing import Any

import pytest

from eprescription.rules.law import Rule, Weight

Table = list[tuple[Rule, Any, bool]]


def truth_table(table: Table) -> pytest.MarkDecorator:
    """One test a row."""
    names = [
        f"{law.name}-{'passes' if passes else 'found'}-{i}"
        for i, (law, _facts, passes) in enumerate(table)
    ]
    return pytest.mark.parametrize(("law", "facts", "passes"), table, ids=names)


def all_tables() -> Table:
    """The rows of every module of this folder."""
    here = importlib.import_module("tests.eprescription.rules")
    names = [m.name for m in pkgutil.iter_modules(here.__path__) if m.name.startswith("test_")]
    modules = [importlib.import_module(f"{here.__name__}.{name}") for name in names]
    return [row for module in modules for row in getattr(module, "TABLE", [])]


def weights(law: Rule, facts: Any) -> list[Weight]:
    """How heavy what the rule finds is."""
    return [b.weight for b in law(facts)]


def said(law: Rule, facts: Any) -> str:
    """What the rule says in French, all its sentences together."""
    return " ".join(b.text.fr for b in law(facts))
