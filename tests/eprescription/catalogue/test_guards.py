"""What is too doubtful to take the place of the live edition."""

import pytest

from eprescription.catalogue.guards import shrunk, torn, unreadable

LIVE = {"medicines": 15_848, "packs": 20_903, "classes": 7_711, "shortages": 957}


@pytest.mark.parametrize(
    ("bad", "total", "refused"),
    [(20, 1000, False), (21, 1000, True), (80, 15_848, True), (79, 15_848, False), (0, 0, False)],
)
def test_too_many_bad_lines(bad, total, refused):
    found = unreadable({"CIS_bdpm.txt": total}, {"CIS_bdpm.txt": bad})

    assert bool(found) is refused
    assert all("CIS_bdpm.txt" in each.reason and not each.forcible for each in found)


@pytest.mark.parametrize(
    ("table", "rows", "refused"),
    [
        ("medicines", 15_056, False),
        ("medicines", 15_055, True),
        ("packs", 10_451, True),
        ("classes", 6_169, False),
        ("classes", 6_168, True),
        ("shortages", 288, False),
        ("shortages", 287, True),
    ],
)
def test_a_table_that_shrinks(table, rows, refused):
    found = shrunk(LIVE | {table: rows}, LIVE, vanished=0, marketed=13_592)

    assert [table in each.reason for each in found] == [True] * refused
    assert all(each.forcible for each in found)


def test_a_table_that_is_not_told_any_more_has_shrunk():
    told = {table: rows for table, rows in LIVE.items() if table != "classes"}

    assert shrunk(told, LIVE, vanished=0, marketed=1)


@pytest.mark.parametrize(("vanished", "refused"), [(271, False), (272, True)])
def test_medicines_that_vanish(vanished, refused):
    found = shrunk(LIVE, LIVE, vanished=vanished, marketed=13_592)

    assert [each.reason for each in found] == [
        f"{vanished} of 13592 marketed medicines would vanish"
    ] * refused


WHOLE = {"medicines": 1000, "packs": 1300, "ingredients": 2000, "memberships": 5, "conditions": 9}


def test_files_that_belong_together_pass():
    assert torn(WHOLE, {"packs": 4, "ingredients": 0}, 920) == []


@pytest.mark.parametrize(
    ("told", "orphans", "boxed", "said"),
    [
        (WHOLE | {"medicines": 0}, {}, 0, "no medicines in it"),
        (WHOLE | {"conditions": 0}, {}, 1000, "no conditions in it"),
        (WHOLE, {"packs": 66}, 1000, "66 packs of medicines that it does not tell"),
        (WHOLE, {}, 799, "201 medicines of 1000 without a box"),
    ],
)
def test_files_of_which_one_is_cut_are_refused_even_the_first_time(told, orphans, boxed, said):
    found = torn(told, orphans, boxed)

    assert [each.reason for each in found] == [said]
    assert not found[0].forcible
