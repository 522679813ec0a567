"""The law as a whole: nothing left out, nothing untested, each with its article and its day."""

import importlib
import pkgutil
from dataclasses import replace
from datetime import date

import pytest

from eprescription import rules
from eprescription.rules.facts import LineFacts
from eprescription.rules.law import Breach, Rule, Text, Weight, breaches, rule
from tests.eprescription.rules.facts import SIGNATURE, TODAY, signature
from tests.eprescription.rules.table import all_tables

REGISTERED = [law for register in rules.REGISTERS.values() for law in register]


def written_rules() -> set[str]:
    names = [m.name for m in pkgutil.iter_modules(rules.__path__)]
    modules = [importlib.import_module(f"eprescription.rules.{name}") for name in names]
    return {r.name for m in modules for r in vars(m).values() if isinstance(r, Rule)}


def test_no_rule_is_left_out_of_the_registers_and_none_stands_twice() -> None:
    names = [law.name for law in REGISTERED]
    assert set(names) == written_rules()
    assert len(names) == len(set(names))


@pytest.mark.parametrize("duty", rules.DUTIES)
def test_each_duty_of_the_product_has_its_rule(duty: str) -> None:
    assert [law.name for law in REGISTERED if duty in law.covers]


@pytest.mark.parametrize("law", REGISTERED, ids=lambda r: r.name)
def test_each_rule_has_its_article_and_a_table_with_both_answers(law: Rule) -> None:
    assert law.article
    assert law.url.startswith("https://")
    assert {passes for r, _facts, passes in all_tables() if r is law} == {True, False}


def test_each_breach_says_its_source_in_both_languages() -> None:
    for law, facts, passes in all_tables():
        for breach in [] if passes else law(facts):
            assert breach.rule == law.name
            assert breach.article and breach.url
            assert breach.key and len(breach.key) <= 80
            assert breach.text.fr and breach.text.en
            assert breach.text.fr != breach.text.en
            assert breach.weight in law.weights


def test_each_weight_that_a_rule_announces_is_seen_in_its_table() -> None:
    seen: dict[str, set[Weight]] = {}
    for law, facts, _passes in all_tables():
        seen.setdefault(law.name, set()).update(b.weight for b in law(facts))
    assert {law.name: set(law.weights) for law in REGISTERED} == seen


# All that is said beside a line that is no medicine.
OF_ANY_LINE = {
    "each_free_line_says_something",
    "each_line_is_charged_to_one_risk",
    "ivg_medicines_come_from_doctors_and_midwives",
    *(law.name for law in rules.IVG),
}


def test_the_rest_is_about_medicines_alone() -> None:
    spoke = set()
    for law, facts, _passes in all_tables():
        lines = [replace(x, kind="nursing") for x in getattr(facts, "lines", ()) if is_line(x)]
        if lines:
            found = law(replace(facts, lines=tuple(lines)))
            spoke |= {b.rule for b in found if b.line is not None}
    assert spoke == OF_ANY_LINE


def is_line(line: object) -> bool:
    """A line of a prescription, not of a dispensing."""
    return isinstance(line, LineFacts)


def test_nothing_blocks_or_warns_about_an_ordinary_prescription() -> None:
    found = breaches(rules.AT_SIGNATURE, SIGNATURE, on=TODAY)
    assert {b.weight for b in found} == {Weight.INFORMS}


def test_a_sentence_is_read_in_either_language_and_french_by_default() -> None:
    text = Text("oui", "yes")
    assert [text.in_language(code) for code in ("fr", "en", "en-gb", "de")] == [
        *("oui", "yes", "yes", "oui")
    ]


def test_one_duty_or_several_are_kept_alike() -> None:
    covered = {law.name: law.covers for law in REGISTERED}
    assert covered["narcotics_are_written_in_full"] == ("P13",)
    assert covered["narcotics_last_at_most_28_days"] == ("P12", "P17")


def test_a_law_holds_only_between_its_days() -> None:
    @rule(article="X", url="https://example", since=date(2026, 1, 1), until=date(2027, 1, 1))
    def always(facts: object) -> Breach:
        """Always found."""
        return Breach(Text("oui", "yes"))

    assert breaches((always,), None, on=date(2025, 12, 31)) == []
    assert len(breaches((always,), None, on=date(2026, 1, 1))) == 1
    assert breaches((always,), None, on=date(2027, 1, 1)) == []


def test_an_undeclared_weight_is_refused() -> None:
    @rule(
        article="X",
        url="https://example",
        since=date(2026, 1, 1),
        weight=(Weight.BLOCKS, Weight.WARNS),
    )
    def soft(facts: object) -> Breach:
        """Found, and lighter than it announces."""
        return Breach(Text("oui", "yes"), weight=Weight.INFORMS)

    with pytest.raises(AssertionError, match="informs"):
        soft(None)


def test_all_breaches_are_told_together() -> None:
    bare = replace(signature(posology="", duration_days=None, quantity=None), may_follow=None)
    found = breaches(rules.AT_SIGNATURE, bare, on=TODAY)
    assert {b.field for b in found} >= {"posology", "duration", "may_follow"}
