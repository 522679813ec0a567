"""Lists of the law: what they say of a medicine on a day, and that their codes exist."""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from eprescription.catalogue.listed import FRESH_SECONDS, forget, lists_of, load_listed
from eprescription.catalogue.listed.files import read_lists
from eprescription.catalogue.models import Listed
from tests.shared_data import shared_data

TODAY = date(2026, 11, 24)
LEVOTHYROXINE, ADALIMUMAB, LACOSAMIDE = "H03AA01", "L04AB04", "N03AX18"
# The base tells the ATC code of medicines of major interest only: it has none of these classes yet.
NOT_IN_THE_BASE = {
    *("A01A", "A01AB", "A02A", "A02BX", "A02X", "A03FA", "B05CB", "C05A", "D02A", "D03A"),
    *("D04AB", "D11AF", "G02B", "M02A", "R02A"),
}


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    forget()
    yield
    forget()


def of(atc: str = "", cis: str = "60000000", on: date = TODAY) -> frozenset[str]:
    return lists_of(cis=cis, atc=atc, on=on)


@pytest.mark.django_db
class TestAfterLoading:
    @pytest.fixture(autouse=True)
    def loaded(self) -> None:
        load_listed()

    def test_levothyroxine_has_a_narrow_margin(self) -> None:
        assert of(LEVOTHYROXINE) == {"mte"}

    def test_a_class_lists_what_is_in_it(self) -> None:
        assert "dentist" in of("J01CA04")
        assert "physio" not in of("J01CA04")

    def test_a_medicine_stands_on_several_lists(self) -> None:
        assert of(ADALIMUMAB, cis="62042376") == {"biosimilar", "exception"}

    def test_nothing_is_said_of_an_unknown_medicine(self) -> None:
        assert of("") == frozenset()
        assert of("Z") == frozenset()

    def test_an_exception_is_one_product_not_its_substance(self) -> None:
        assert "exception" not in of(ADALIMUMAB)

    def test_a_list_holds_from_its_first_day(self) -> None:
        assert of(LACOSAMIDE, on=date(2022, 7, 28)) == frozenset()
        assert of(LACOSAMIDE, on=date(2022, 7, 29)) == {"mte"}

    def test_and_no_longer_on_the_day_after_its_last(self) -> None:
        Listed.objects.filter(key=LACOSAMIDE).update(until=date(2026, 11, 24))
        forget()
        assert of(LACOSAMIDE, on=date(2026, 11, 23)) == {"mte"}
        assert of(LACOSAMIDE, on=TODAY) == frozenset()

    def test_many_medicines_cost_one_query(self, django_assert_num_queries: Any) -> None:
        forget()
        with django_assert_num_queries(1):
            assert [of(LEVOTHYROXINE), of(ADALIMUMAB), of("J01CA04")]

    def test_loading_again_changes_nothing_and_keeps_what_was_added_by_hand(self) -> None:
        by_hand = Listed.objects.create(
            of="exception", key="60000000", label="X", source="arrêté", since=date(2026, 1, 1)
        )
        before = set(Listed.objects.values_list())
        load_listed()
        assert set(Listed.objects.values_list()) == before
        assert of(cis=by_hand.key) == {"exception"}

    def test_the_command_says_how_many(self) -> None:
        out = StringIO()
        call_command("load_listed", stdout=out)
        assert out.getvalue().split()[0] == str(Listed.objects.count())


@pytest.mark.django_db
def test_what_is_known_is_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on a machine that has just started, whose clock is still near nought."""
    now = [10.0]
    monkeypatch.setattr("eprescription.catalogue.listed.time.monotonic", lambda: now[0])
    load_listed()
    assert of(LEVOTHYROXINE) == {"mte"}
    Listed.objects.filter(key=LEVOTHYROXINE).delete()
    now[0] += FRESH_SECONDS
    assert of(LEVOTHYROXINE) == {"mte"}
    now[0] += 1
    assert of(LEVOTHYROXINE) == frozenset()


@pytest.mark.django_db
def test_a_list_may_name_any_level_of_the_classification() -> None:
    Listed.objects.all().delete()
    keys = ["J", "J01", "J01C", "J01CA", "J01CA04"]
    rows = zip(Listed.Of.values, keys, strict=False)
    Listed.objects.bulk_create(
        Listed(of=name, key=key, label="X", source="arrêté", since=TODAY) for name, key in rows
    )
    assert of("J01CA04") == set(Listed.Of.values[:5])
    assert of("J01CR02") == set(Listed.Of.values[:3])
    assert of("J02") == set(Listed.Of.values[:1])


@pytest.mark.django_db
def test_an_empty_table_is_asked_again_until_it_is_filled() -> None:
    Listed.objects.all().delete()
    assert of(LEVOTHYROXINE) == frozenset()
    load_listed()
    assert of(LEVOTHYROXINE) == {"mte"}


def test_each_file_is_a_list_that_the_portal_knows() -> None:
    rows = list(read_lists())
    assert {row["of"] for row in rows} == set(Listed.Of.values)
    keys = [(row["of"], row["key"], row["since"]) for row in rows]
    assert len(keys) == len(set(keys))


def test_each_row_fits_its_columns() -> None:
    for row in read_lists():
        Listed(**row).clean_fields()


def test_a_row_may_have_ended(tmp_path: Path) -> None:
    text = "key,label,source,since,until\nH03AA01,lévothyroxine,arrêté,2020-01-01,2026-03-01\n"
    (tmp_path / "mte.csv").write_text(text, encoding="utf-8")
    (row,) = read_lists(tmp_path)
    assert (row["of"], row["since"], row["until"]) == (
        *("mte", date(2020, 1, 1), date(2026, 3, 1)),
    )


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("Lévothyrox,lévothyroxine,arrêté,2020-01-01,", "ATC"),
        ("H03AA0,lévothyroxine,arrêté,2020-01-01,", "ATC"),
        ("H03AA01,lévothyroxine,,2020-01-01,", "text"),
        ("H03AA01,,arrêté,2020-01-01,", "text"),
        ("H03AA01,lévothyroxine,arrêté,01/01/2020,", "isoformat"),
        ("H03AA01,lévothyroxine", "text"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, row: str, wrong: str) -> None:
    (tmp_path / "mte.csv").write_text(f"key,label,source,since,until\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"mte\.csv, line 2") as caught:
        list(read_lists(tmp_path))
    assert wrong in str(caught.value)


def cells(name: str, column: int) -> set[str]:
    """One column of a real file, which is UTF-8 or the Windows code page."""
    raw = shared_data("bdpm", "2026-05", name).read_bytes()
    lines = [line.split(b"\t") for line in raw.splitlines()]
    return {row[column].decode("cp1252").strip() for row in lines if len(row) > column}


def test_each_code_exists_in_the_whole_base() -> None:
    medicines, classes = cells("CIS_bdpm.txt", 0), cells("CIS_MITM.txt", 1)
    keys = {row["key"] for row in read_lists()}
    assert {key for key in keys if key.isdigit()} <= medicines
    absent = {k for k in keys if not k.isdigit() and not any(c.startswith(k) for c in classes)}
    assert absent == NOT_IN_THE_BASE
