"""The starter file: facts of the public drug base that agree with each other."""

from collections import Counter, defaultdict

import pytest

from eprescription.catalogue.models import Ingredient, Medicine, Pack
from eprescription.catalogue.sources.starter import Starter

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def rows():
    return Starter().rows


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
    assert not Pack.objects.exclude(cip7__regex=r"^[0-9]{7}$").exists()


def test_the_numbers_of_the_law_are_read_from_the_wording():
    limited = Medicine.objects.exclude(max_days=None)

    assert Counter(Medicine.objects.values_list("list", flat=True)) == {
        "I": 542,
        "": 39,
        "II": 116,
        "S": 25,
    }
    assert limited.count() == 90
    assert limited.exclude(max_days_extended=None).count() == 1
    assert Medicine.objects.filter(secured=True).count() == 56
    assert Medicine.objects.exclude(fraction_days=None).count() == 13
    assert Pack.objects.filter(units=None).count() == 26


def test_the_medicines_of_abortion_are_those_that_the_wording_reserves():
    names = Medicine.objects.filter(ivg=True).values_list("name", flat=True)

    assert sorted(name.split()[0] for name in names) == [
        "GYMISO",
        "MIFEGYNE",
        "MIFEGYNE",
        "MISOONE",
    ]


def test_every_narcotic_asks_for_a_secured_prescription_of_28_days_at_most():
    narcotics = Medicine.objects.filter(list="S")

    assert narcotics.count() == 25
    for medicine in narcotics:
        assert medicine.secured, medicine
        assert 28 in (medicine.max_days, medicine.max_days_extended), medicine


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
    assert not Medicine.objects.filter(inn_key="").exists()


def test_every_medicine_tells_its_substances():
    assert Medicine.objects.filter(ingredients=None).count() == 0
    natures = Counter(Ingredient.objects.values_list("nature", flat=True))
    assert natures == {"SA": 837, "FT": 265}


def test_members_of_one_group_have_one_key():
    keys = defaultdict(set)
    for medicine in Medicine.objects.filter(memberships__kind__in=[0, 1, 4]):
        keys[min(m.group_id for m in medicine.memberships.all())].add(medicine.inn_key)

    assert all(len(found) == 1 for found in keys.values())
    assert all(key == {f"g:{group}"} for group, key in keys.items())


def test_tells_what_is_under_reinforced_surveillance():
    watched = Medicine.objects.filter(black_triangle=True)

    assert 0 < watched.count() < 40
    assert not Medicine.objects.filter(black_triangle=None).exists()
    assert not Medicine.objects.filter(homeopathic=True).exists()
