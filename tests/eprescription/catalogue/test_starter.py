"""The starter file: facts of the public drug base that agree with each other."""

import csv
from collections import Counter, defaultdict

import pytest

from eprescription.catalogue.boxes import units_in
from eprescription.catalogue.conditions import read_conditions
from eprescription.catalogue.records import STARTER


@pytest.fixture(scope="module")
def rows():
    with STARTER.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ean13_ok(code):
    return sum(int(digit) * (3 if rank % 2 else 1) for rank, digit in enumerate(code)) % 10 == 0


def test_holds_each_medicine_once_in_order(rows):
    codes = [row["cis"] for row in rows]

    assert codes == sorted(set(codes))
    assert len(codes) == 722


def test_every_box_has_a_true_code(rows):
    assert len({row["cip13"] for row in rows}) == len(rows)
    for row in rows:
        assert row["cip13"].startswith("34009"), row
        assert ean13_ok(row["cip13"]), row
        assert row["cip13"][5:12] == row["cip7"], row


def test_the_numbers_are_those_of_the_wording(rows):
    for row in rows:
        read = read_conditions(row["conditions"].split("; "))
        days = [str(n) for n in (read.max_days, read.max_days_extended) if n]

        assert row["list"] == read.list, row
        assert row["max_days"] == "|".join(days), row
        assert (row["secured"] == "1") is read.secured, row
        assert row["fraction_days"] == str(read.fraction_days or ""), row
        assert row["units"] == str(units_in(row["pack_label"]) or ""), row


def test_the_medicines_of_abortion_are_those_that_the_wording_reserves(rows):
    names = sorted(row["name"].split()[0] for row in rows if row["ivg"] == "1")

    assert names == ["GYMISO", "MIFEGYNE", "MIFEGYNE", "MISOONE"]
    assert all(
        read_conditions(row["conditions"].split("; ")).ivg is (row["ivg"] == "1") for row in rows
    )


def test_every_narcotic_asks_for_a_secured_prescription_of_28_days_at_most(rows):
    narcotics = [row for row in rows if row["list"] == "S"]

    assert len(narcotics) == 25
    for row in narcotics:
        assert row["secured"] == "1", row
        assert row["max_days"] in ("28", "7|28"), row


def test_almost_every_generic_group_offers_a_choice(rows):
    groups = defaultdict(list)
    for row in rows:
        if row["generic_group"]:
            groups[row["generic_group"]].append(row)

    sizes = Counter(len(members) for members in groups.values())
    assert len(groups) == 142
    assert sizes[1] <= 8
    for members in groups.values():
        assert len({(row["group_label"], row["inn"]) for row in members}) == 1, members


def test_every_medicine_can_be_written_by_its_inn(rows):
    assert all(row["inn"] and row["name"] and row["form"] for row in rows)
