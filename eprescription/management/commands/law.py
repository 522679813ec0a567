"""Prints which rule carries which duty of the law, by which article, and how it is tested."""

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from eprescription.rules import DUTIES, REGISTERS, Rule

TABLES = Path(__file__).resolve().parents[3] / "tests" / "eprescription" / "rules"
HEAD = ("duty", "article", "rule", "register", "weight", "tests")
NONE = "–"  # no number in the table of duties


@dataclass(frozen=True)
class Entry:
    """A rule, where it stands, and how many rows of its tables pass and are found; None: no tests here."""

    rule: Rule
    register: str
    passes: int | None
    found: int | None

    @property
    def weights(self) -> str:
        return ", ".join(w.value for w in self.rule.weights)

    @property
    def tests(self) -> int | None:
        return None if self.passes is None else self.passes + (self.found or 0)


def entries(tables: Path = TABLES) -> list[Entry]:
    """All rules in the order of the registers."""
    counted = count_rows(tables)
    return [
        Entry(
            law,
            register,
            counted[law.name, True] if counted is not None else None,
            counted[law.name, False] if counted is not None else None,
        )
        for register, laws in REGISTERS.items()
        for law in laws
    ]


def count_rows(tables: Path) -> Counter[tuple[str, bool]] | None:
    """Rows `(module.rule, facts, True or False)` of the truth tables, as they are written; None without tests."""
    if not tables.is_dir():
        return None
    counted: Counter[tuple[str, bool]] = Counter()
    for path in sorted(tables.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Tuple(
                    elts=[ast.Attribute(attr=name), _, ast.Constant(value=bool() as passes)]
                ):
                    counted[name, passes] += 1
    return counted


def faults(found: Iterable[Entry], duties: Iterable[str] = DUTIES) -> list[str]:
    """What the law of the portal lacks, in words; empty when nothing does."""
    found = list(found)
    covered = {duty for entry in found for duty in entry.rule.covers}
    untested = [e for e in found if e.tests is not None and not (e.passes and e.found)]
    return [
        *(f"{e.rule.name} has no article" for e in found if not e.rule.article),
        *(f"{e.rule.name} has no table with both answers" for e in untested),
        *(f"{duty} has no rule" for duty in duties if duty not in covered),
    ]


def whole(found: list[Entry]) -> str:
    """One line a duty and rule, with a link to the law and its days."""
    head = ("duty", "article", "rule", "says", "since", "until", "register", "weight", "tests")
    rows = [
        (
            duty,
            f"[{e.rule.article}]({e.rule.url})",
            e.rule.name,
            " ".join(e.rule.duty.split()),
            e.rule.since.isoformat(),
            e.rule.until.isoformat() if e.rule.until else "",
            *_ends([e]),
        )
        for duty, group in by_duty(found).items()
        for e in group
    ]
    return _table(head, rows)


def short(found: list[Entry]) -> str:
    """One line a duty, for the README."""
    rows = [
        (
            duty,
            _once(" ; ", [e.rule.article for e in group]),
            _once(", ", [e.rule.name for e in group]),
            *_ends(group),
        )
        for duty, group in by_duty(found).items()
    ]
    return _table(HEAD, rows)


def by_duty(found: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries under their duties: P1 … P30, then D1 …, then those that no table numbers."""
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        for duty in entry.rule.covers or (NONE,):
            groups.setdefault(duty, []).append(entry)
    return dict(sorted(groups.items(), key=lambda item: _rank(item[0])))


def _rank(duty: str) -> tuple[int, int]:
    return ("PD".find(duty[0]) % 3, int(duty[1:] or 0))


def _ends(group: list[Entry]) -> tuple[str, str, str]:
    """Registers, weights and tests of these entries."""
    tests = [e.tests for e in group]
    told = NONE if None in tests else str(sum(t or 0 for t in tests))
    return _once(", ", [e.register for e in group]), _once(", ", [e.weights for e in group]), told


def _once(separator: str, cells: list[str]) -> str:
    """Each part of these cells once, in the order of their coming."""
    parts = [part for cell in cells for part in cell.split(separator)]
    return separator.join(dict.fromkeys(parts))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


class Command(BaseCommand):
    help = (
        "Print the matrix of the law: duty, article, rule, register, weight, tests. Fails on a gap."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """`--short` prints one line a duty, as the README shows it."""
        parser.add_argument("--short", action="store_true", help="one line a duty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints, then fails when a rule lacks its article or its tests, or a duty its rule."""
        found = entries()
        self.stdout.write(short(found) if options["short"] else whole(found))
        wrong = faults(found)
        if wrong:
            raise CommandError("\n".join(wrong))
