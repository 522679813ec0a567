"""The whole public drug base, as it was published: figures, times, memory, and two editions in a row.

Its files are not in the repository: see tests/shared_data.py.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from eprescription.catalogue import loading
from eprescription.catalogue.importing import Order, Report, import_medicines
from eprescription.catalogue.models import (
    Edition,
    GenericGroup,
    Ingredient,
    Issue,
    Medicine,
    Membership,
    OpinionPage,
    Pack,
    Shortage,
    Substance,
    Token,
)
from eprescription.catalogue.sources.starter import Starter
from tests.eprescription.catalogue.test_importing import OF_TODAY, TABLES
from tests.shared_data import shared_data
from tests.timing import SHARED, busy

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
SECONDS = 20
MEBIBYTES = 150


def resident() -> float:
    """The memory of this process, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


class Memory:
    """Watches how far the memory of this process grows."""

    def __enter__(self) -> "Memory":
        self._before = self.growth = resident()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()
        return self

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self.growth = max(self.growth, resident())

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._watcher.join()
        self.growth -= self._before


def load(month: str, **how: Any) -> Report:
    return import_medicines(
        Order(shared_data("bdpm", month), usage=shared_data("openmedic"), **how), at=AT
    )


class Loaded:
    """The report of the import that the module shares, and what it cost."""

    def __init__(self) -> None:
        with Memory() as memory:
            self.report = load("2026-05")
        self.mebibytes = memory.growth


@pytest.fixture(scope="module")
def loaded(refill: Callable[[], None], django_db_blocker: Any) -> Iterator[Loaded]:
    """The edition of 05/2026, imported once for all; each test takes back what it adds, and the
    module takes back the rest."""
    shared_data("bdpm", "2026-05")
    refill()
    with django_db_blocker.unblock(), transaction.atomic():
        loaded = Loaded()
        connection.check_constraints()  # once for all, and not at the end of each test
        yield loaded
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def marketed():
    return Medicine.objects.filter(marketed=True, homeopathic=False)


def test_it_comes_in_whole_quickly_and_in_little_memory(loaded):
    report = loaded.report

    assert report.outcome == "loaded", report.refused
    assert report.seconds < SECONDS * busy()
    assert loaded.mebibytes < MEBIBYTES
    assert report.counts == {
        "medicines": 15_848,
        "packs": 20_903,
        "ingredients": 32_389,
        "memberships": 10_704,
        "conditions": 28_151,
        "classes": 7_711,
        "shortages": 766,
        "pages": 10_342,
        "groups": 1_659,
    }


def test_three_blank_lines_are_all_that_is_wrong_with_it(loaded):
    assert [(i.file, i.reason) for i in Issue.objects.all()] == [
        ("CIS_CPD_bdpm.txt", "blank line")
    ] * 3


def test_holds_what_the_files_hold():
    assert Medicine.objects.count() == 15_848
    assert Pack.objects.count() == 20_903
    assert GenericGroup.objects.count() == 1_659
    assert Ingredient.objects.count() == 32_389
    assert Membership.objects.count() == 10_704
    assert OpinionPage.objects.count() == 10_327
    assert Shortage.objects.count() == 749  # 17 of the 766 lines are there twice
    assert Pack.objects.filter(marketed=True).count() == 17_177
    assert Medicine.objects.filter(marketed=True).count() == 13_592
    assert Medicine.objects.filter(homeopathic=True).count() == 1_319
    assert Medicine.objects.filter(black_triangle=True).count() == 482
    assert str(Edition.objects.get(kind="medicines", active=True)) == "BDPM, 19/05/2026"


def test_the_law_is_read_from_the_wording():
    lists = Counter(marketed().values_list("list", flat=True))
    days = Counter(marketed().exclude(max_days=None).values_list("max_days", flat=True))

    assert (lists["I"], lists["II"], lists["S"]) == (9_267, 1_074, 269)
    assert {28: 318, 84: 205, 184: 92}.items() <= days.items()


def test_63_medicines_stand_in_two_groups_and_many_members_are_not_described():
    groups = Counter(Membership.objects.values_list("medicine_id", flat=True))
    known = set(Medicine.objects.values_list("cis", flat=True))

    assert sum(count > 1 for count in groups.values()) == 63
    assert len(groups.keys() - known) == 2_503
    assert Pack.objects.exclude(medicine__in=known).count() == 4


def test_almost_every_marketed_medicine_has_an_inn_a_strength_and_a_key():
    assert marketed().count() == 12_273
    assert marketed().filter(inn="").count() == 2  # controls of skin tests: nothing acts in them
    assert marketed().filter(strength="").count() < 250
    assert not marketed().filter(inn_key="").exists()


def test_classes_are_told_for_7650_and_inferred_where_twins_agree():
    assert marketed().exclude(atc="").filter(atc_inferred=False).count() == 7_650
    assert 1_500 < marketed().filter(atc_inferred=True).count() < 2_100
    assert not marketed().filter(atc_inferred=True, atc="").exists()


def test_most_used_comes_first():
    first = marketed().order_by("-usage").first()

    assert first.name.startswith("DOLIPRANE 1000 mg")
    assert marketed().exclude(usage=0).count() == 8_205


# The names of practice that the starter file gives by hand, and the base does not.
BY_HAND = (
    "vaccin",
    "valproate",  # named with the acid, which the generics do not tell
    "phloroglucinol + triméthylphloroglucinol",
    "lévocarnitine",
    "oseltamivir",
    "clorazépate",
)
# Combinations that a name without strengths, or with them in another order, tells the other way.
OTHER_ORDER = ("OPTILOVA", "LAMALINE", "BACTRIM", "GAVISCON")


def test_the_inn_and_the_strength_agree_with_the_starter_file():
    rows = {row["cis"]: row for row in Starter().rows}
    read = {m.cis: m for m in Medicine.objects.filter(cis__in=rows)}
    other_inn = [cis for cis, row in rows.items() if row["inn"] != read[cis].inn]
    other_strength = [cis for cis, row in rows.items() if row["strength"] != read[cis].strength]

    assert len(other_inn) == 31
    assert len(other_strength) == 7
    for cis in other_inn:
        row = rows[cis]
        by_hand = any(name in row["inn"] for name in BY_HAND)
        assert by_hand or row["name"].startswith(OTHER_ORDER), row["name"]
        if not by_hand:
            assert sorted(row["inn"].split(" + ")) == sorted(read[cis].inn.split(" + "))


def test_a_salt_and_its_dose_never_change_places():
    zaldiar = Medicine.objects.get(cis="60327615")
    entresto = Medicine.objects.get(cis="61816438")

    assert (zaldiar.inn, zaldiar.strength) == ("tramadol + paracétamol", "37,5 mg/325 mg")
    assert (entresto.inn, entresto.strength) == ("sacubitril + valsartan", "49 mg/51 mg")


def test_the_same_set_again_is_known_at_once(loaded):
    report = load("2026-05")

    assert report.outcome == "unchanged"
    assert report.seconds < 1 * SHARED


def test_the_same_set_read_again_changes_no_row():
    tokens = Token.objects.count()
    report = load("2026-05", force=True)

    assert report.outcome == "loaded"
    assert {name: c for name, c in report.changes.items() if c != loading.Change()} == {}
    assert Token.objects.count() == tokens


def test_a_file_cut_in_half_is_refused_and_the_live_one_keeps_its_rows(tmp_path):
    folder = tmp_path / "2026-06"
    folder.mkdir()
    for path in shared_data("bdpm", "2026-05").iterdir():
        content = path.read_bytes()
        cut = len(content) // 2 if path.name == "CIS_CIP_bdpm.txt" else None
        (folder / path.name).write_bytes(content[:cut])

    report = import_medicines(Order(folder), at=AT)

    assert report.outcome == "refused"
    assert any(reason.startswith("packs: ") for reason in report.refused)
    assert any("without a box" in reason for reason in report.refused)
    assert Pack.objects.count() == 20_903


def test_two_editions_in_a_row_leave_the_second_and_what_has_left():
    """07/2025 then 05/2026 say what 05/2026 says alone, but for what has left the base, which is no
    more marketed and can still be read."""
    alone = {model: natural(model) for model in (*TABLES, *OF_TODAY)}
    empty()

    first, second = load("2025-07"), load("2026-05")

    assert (first.outcome, second.outcome) == ("loaded", "loaded"), first.refused + second.refused
    left = Medicine.objects.filter(edition__date__year=2025)
    gone = set(left.values_list("cis", flat=True))
    assert len(gone) == 438
    assert not left.filter(marketed=True).exists()
    assert second.changes["medicine"].added == 498
    for model, rows in alone.items():
        assert rows - natural(model) == Counter(), model
        more = natural(model, without=gone) - rows
        assert all(_has_left(model, row) for row in more), model
    assert left.exclude(ingredients=None).count() > 430


def empty():
    """A portal without any medicine."""
    Edition.objects.update(active=False)
    models = (Token, Ingredient, Membership, Pack, *OF_TODAY, Medicine, GenericGroup, Substance)
    for model in models:
        model.objects.all()._raw_delete("default")


def natural(model, without=frozenset()):
    """Count the rows of a table by what they say, without those of some medicines."""
    fields = model._meta.concrete_fields
    found = model.objects.all()
    key = {Medicine: "cis"}.get(model, "medicine_id")
    if key in {field.attname for field in fields}:
        found = found.exclude(**{f"{key}__in": without})
    names = [field.attname for field in fields if field.attname not in ("id", "edition_id")]
    return Counter(found.values_list(*names))


def _has_left(model, row):
    """A row that the second edition does not tell: a box out of sale, a name of no medicine now."""
    if model is Pack:
        names = [field.attname for field in Pack._meta.concrete_fields]
        return row[names.index("marketed")] is False
    return model in (Substance, GenericGroup)
