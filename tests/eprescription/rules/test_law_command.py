"""`manage.py law`: the matrix tells each duty, and a gap makes it fail."""

from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from eprescription import rules
from eprescription.management.commands import law
from tests.eprescription.rules.table import all_tables


def printed(*options: str) -> list[list[str]]:
    """The cells of the rows, without head and rule."""
    out = StringIO()
    call_command("law", *options, stdout=out)
    rows = out.getvalue().strip().splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def test_the_short_matrix_has_one_line_a_duty_in_order() -> None:
    duties = [row[0] for row in printed("--short")]
    assert duties == [*rules.DUTIES, "–"]


def test_a_line_names_article_rules_register_weights_and_tests() -> None:
    (p18,) = [row for row in printed("--short") if row[0] == "P18"]
    assert p18[1:5] == ["CSP R. 5132-33", "overlapping_narcotics_say_so", "signature", "blocks"]
    assert int(p18[5]) >= 2


def test_articles_and_weights_of_several_rules_are_told_once_and_whole() -> None:
    (p8,) = [row for row in printed("--short") if row[0] == "P8"]
    assert p8[1] == "CSP R. 5123-2, R. 5132-12 ; CSP R. 5123-2 ; CSS R. 165-36"
    (p3,) = [row for row in printed("--short") if row[0] == "P3"]
    assert p3[4] == "blocks, warns"


def test_the_whole_matrix_names_every_rule_with_its_link() -> None:
    rows = printed()
    names = {r.name for register in rules.REGISTERS.values() for r in register}
    assert {row[2] for row in rows} == names
    assert all("](https://" in row[1] for row in rows)


def test_a_rule_that_ended_says_its_last_day() -> None:
    entry = law.entries()[0]
    ended = replace(entry, rule=replace(entry.rule, until=date(2026, 1, 1)))
    assert "| 2026-01-01 |" in law.whole([ended])


def test_rows_are_counted_as_they_are_written() -> None:
    counted = law.count_rows(law.TABLES)
    assert counted is not None
    tested = {(r.name, passes) for r, _facts, passes in all_tables()}
    assert set(counted) == tested


def test_only_rows_of_a_table_count(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(
        "TABLE = [(m.a, FACTS, True), (m.a, f(1), False), (m.a, 2), ('a', 1, True), (m.a, 1, 3)]\n"
        "MORE = [*[(m.b, x, True) for x in (1, 2)]]\n"
    )
    (tmp_path / "facts.py").write_text("NOT = (m.a, FACTS, True)\n")
    assert law.count_rows(tmp_path) == {("a", True): 1, ("a", False): 1, ("b", True): 1}


def test_without_tests_the_matrix_says_so_and_goes_on(tmp_path: Path) -> None:
    found = law.entries(tmp_path / "absent")
    assert law.faults(found) == []
    assert law.short(found).splitlines()[2].endswith("| – |")


def test_a_rule_without_both_answers_is_a_fault() -> None:
    found = law.entries()
    half = [replace(found[0], found=0), *found[1:]]
    assert law.faults(half) == [f"{found[0].rule.name} has no table with both answers"]


def test_a_rule_without_article_is_a_fault() -> None:
    found = law.entries()
    bare = replace(found[0], rule=replace(found[0].rule, article=""))
    assert law.faults([bare, *found[1:]]) == [f"{found[0].rule.name} has no article"]


def test_a_duty_without_rule_is_a_fault() -> None:
    without = [e for e in law.entries() if "P19" not in e.rule.covers]
    assert law.faults(without) == ["P19 has no rule"]


def test_a_gap_makes_the_command_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law, "faults", lambda found: ["P31 has no rule"])
    with pytest.raises(CommandError, match="P31 has no rule"):
        call_command("law", stdout=StringIO())


def test_the_readme_shows_the_law_as_it_is(pytestconfig: pytest.Config) -> None:
    readme = (pytestconfig.rootpath / "README.md").read_text(encoding="utf-8")
    assert law.short(law.entries()) in readme, "run: manage.py law --short"
