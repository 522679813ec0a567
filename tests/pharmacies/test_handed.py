"""Several boxes on one line: each lot and serial number is read, seen, judged, kept, corrected and printed."""

import io
import json
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given as for_all
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.models import DeliveredBox, DispensedLine, Dispensing, Prescription
from pharmacies.dispensing_form.read import LONGEST_READ, MOST_READ, read_again, written
from pharmacies.handed import Handed, count_of, with_one_more
from tests import factories
from tests.pharmacies.judged import days_ago, give, refused
from tests.pharmacies.page import (
    GS,
    box_of,
    fields,
    filled,
    page_of,
    scanned,
    send,
    typed,
    value_of,
)

AMOXICILLIN = "AMOXICILLINE VIATRIS 1 g"
THREE = (("AB12", "S1"), ("AB12", "S2"), ("CD34", "S3"))


@pytest.fixture
def prescription(doctor: Actor, pharmacist: Actor, patient: Any) -> Prescription:
    """Three boxes of amoxicillin, opened at the pharmacist's."""
    found = factories.a_signed(doctor, patient, AMOXICILLIN, quantity=3)
    factories.open_at(pharmacist, found)
    return found


def on_line(page: str) -> dict[str, str]:
    """The fields of the first line, to be sent again."""
    return {f"l1_{name}": value for name, value in fields(page).items()}


def read_all(desk: Client, prescription: Prescription, *boxes: tuple[str, str]) -> str:
    """The page after these boxes, one after the other."""
    page, before = "", {}
    for lot, serial in boxes:
        page = scanned(desk, prescription, box_of(AMOXICILLIN, lot, serial), **before)
        before = on_line(page)
    return page


def deliver(desk: Client, prescription: Prescription, page: str, **over: str) -> Any:
    data = filled(prescription) | typed(**on_line(page)) | typed(**over)
    return send(desk, prescription, data | {"act": "changed"})


def marks(row: DispensedLine) -> list[tuple[str, str, int]]:
    return list(row.boxes.order_by("pk").values_list("lot", "serial", "count"))


def printed(response: Any) -> str:
    pdf = pypdfium2.PdfDocument(io.BytesIO(response.content))
    return " ".join("\n".join(x.get_textpage().get_text_range() for x in pdf).split())


# --- Read and kept


def test_three_boxes_of_two_lots_are_kept_one_by_one(
    desk: Client, prescription: Prescription
) -> None:
    page = read_all(desk, prescription, *THREE)
    assert (fields(page)["packs"], fields(page)["quantity"]) == ("3", "3")
    for lot, serial in THREE:
        assert f'<span class="code">{lot}</span>' in page and f">{serial}</span>" in page
    assert deliver(desk, prescription, page).status_code == 302
    row = DispensedLine.objects.get()
    assert marks(row) == [(lot, serial, 1) for lot, serial in THREE]
    assert (row.packs, row.lot, row.serial) == (3, "CD34", "S3"), "the line bears the last one"


def test_the_lots_are_told_on_the_delivery_the_slip_and_the_register(
    desk: Client, prescription: Prescription
) -> None:
    deliver(desk, prescription, read_all(desk, prescription, *THREE))
    done, told = Dispensing.objects.get(), "AB12 (2), CD34 (1)"
    assert told in page_of(desk.get(reverse("pharmacies:dispensing", args=[done.pk])))
    assert told in printed(desk.get(reverse("pharmacies:slip", args=[done.pk])))
    assert told in page_of(desk.get(reverse("pharmacies:register")))
    assert told in printed(desk.post(reverse("pharmacies:register_print"), {}))


def test_a_line_of_one_lot_says_it_itself(desk: Client, prescription: Prescription) -> None:
    alike = box_of(AMOXICILLIN, "AB12", "").partition(f"{GS}21")[0]
    page, before = "", {}
    for _time in range(3):
        page = scanned(desk, prescription, alike, **before)
        before = on_line(page)
    assert "Boîtes lues : 3, lot AB12" in page
    deliver(desk, prescription, page)
    row = DispensedLine.objects.get()
    assert (row.packs, row.lot, marks(row)) == (3, "AB12", [])
    assert "AB12" in page_of(desk.get(reverse("pharmacies:register")))


def test_a_lot_that_was_typed_stays_with_its_box_when_the_next_is_read(
    desk: Client, prescription: Prescription
) -> None:
    bare = prescription.lines.get().cip13
    first = on_line(scanned(desk, prescription, bare)) | {"l1_lot": "MAIN1"}
    page = scanned(desk, prescription, box_of(AMOXICILLIN, "CD34", "S3"), **first)
    deliver(desk, prescription, page, l1_lot="CD35")
    assert marks(DispensedLine.objects.get()) == [("MAIN1", "", 1), ("CD35", "S3", 1)]


def test_a_box_that_was_read_by_mistake_is_taken_out(
    desk: Client, prescription: Prescription
) -> None:
    page = read_all(desk, prescription, *THREE)
    data = filled(prescription) | typed(**on_line(page)) | {"act": "unread:1:0"}
    after = page_of(send(desk, prescription, data))
    assert "La boîte est retirée de la ligne." in after
    assert (fields(after)["packs"], fields(after)["quantity"]) == ("2", "2")
    assert [x.serial for x in read_again(fields(after)["read"])] == ["S2", "S3"]
    deliver(desk, prescription, after)
    assert [serial for _lot, serial, _count in marks(DispensedLine.objects.get())] == ["S2", "S3"]


@pytest.mark.parametrize("act", ["unread:1:7", "unread:9:0", "unread:", "unread:1:x"])
def test_taking_out_what_is_not_there_changes_nothing(
    desk: Client, prescription: Prescription, act: str
) -> None:
    page = read_all(desk, prescription, *THREE)
    data = filled(prescription) | typed(**on_line(page)) | {"act": act}
    after = page_of(send(desk, prescription, data))
    assert fields(after) == fields(page) and not Dispensing.objects.exists()


def test_the_boxes_stay_on_a_page_that_comes_back_with_an_error(
    desk: Client, prescription: Prescription
) -> None:
    page = read_all(desk, prescription, *THREE)
    back = deliver(desk, prescription, page, l1_packs="2")
    assert back.status_code == 422
    assert "Vous avez lu 3 boîtes : retirez de la liste" in page_of(back)
    assert read_again(value_of(page_of(back), "l1-read")) == read_again(fields(page)["read"])
    assert ">S1</span>" in page_of(back) and not Dispensing.objects.exists()


def test_one_box_is_read_once_whatever_the_line(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    alike = factories.a_signed(doctor, patient, AMOXICILLIN, AMOXICILLIN, quantity=1)
    factories.open_at(pharmacist, alike)
    first = on_line(scanned(desk, alike, box_of(AMOXICILLIN)))
    again = scanned(desk, alike, box_of(AMOXICILLIN), **first)
    assert "Cette boîte est déjà lue." in again and value_of(again, "l2-packs") == ""
    other = scanned(desk, alike, box_of(AMOXICILLIN, serial="S2"), **first)
    assert value_of(other, "l2-packs") == "1"


def test_a_line_holds_so_many_boxes_and_says_when_it_is_full(
    desk: Client, prescription: Prescription
) -> None:
    cip = prescription.lines.get().cip13
    full = tuple(Handed(cip, "L" * 20, date(2030, 1, 31), f"S{n:019}") for n in range(MOST_READ))
    assert len(written(full)) <= LONGEST_READ
    before = {"l1_packs": str(MOST_READ), "l1_read": written(full), "l1_cip13": cip}
    page = scanned(desk, prescription, box_of(AMOXICILLIN), **before)
    assert "Trop de boîtes lues sur cette ligne." in page
    assert len(read_again(fields(page)["read"])) == MOST_READ


def test_boxes_of_another_product_than_the_one_chosen_are_no_more(
    desk: Client, prescription: Prescription
) -> None:
    other = factories.a_medicine("CLAMOXYL 1 g").cis
    page = read_all(desk, prescription, *THREE)
    deliver(desk, prescription, page, l1_cis=other)
    row = DispensedLine.objects.get()
    assert (row.cis, row.serial, marks(row)) == (other, "", [])


# --- Judged


def test_each_box_is_judged_and_the_one_at_fault_is_named(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any, prescription: Prescription
) -> None:
    deliver(desk, prescription, read_all(desk, prescription, *THREE))
    again = factories.a_signed(doctor, patient, AMOXICILLIN, quantity=3)
    factories.open_at(pharmacist, again)
    page = read_all(desk, again, ("AB13", "S8"), ("AB12", "S1"), ("AB13", "S9"))
    told = page_of(deliver(desk, again, page))
    assert "La boîte de numéro de série S1 a déjà été délivrée" in told
    assert Dispensing.objects.count() == 1


def test_one_expired_box_or_one_without_its_lot_stops_the_line(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    cip, soon = prescription.lines.get().cip13, timezone.localdate() + timedelta(days=90)
    good = Handed(cip, "L1", soon, "S1")
    old = Handed(cip, "L1", timezone.localdate() - timedelta(days=1), "S2")
    for boxes in ((good, old), (old, good)):
        assert refused(pharmacist, prescription, boxes=boxes) == {"no_box_has_expired"}
    biological = factories.a_signed(
        *(doctor, patient, "LOVENOX 4 000 UI"),
        at=days_ago(1),
        posology="1 injection par jour",
        duration_days=6,
        quantity=1,
    )
    similar = {"cis": factories.a_medicine("INHIXA 4 000").cis, "lot": "L1"}
    lotless = (Handed(lot=""), Handed(lot="L1"))
    wrong = refused(pharmacist, biological, **similar, boxes=lotless)
    assert wrong == {"biosimilars_bear_their_lot"}
    both = (Handed(lot="L2"), Handed(lot="L1"))
    assert marks(give(pharmacist, biological, **similar, boxes=both)) == [
        ("L2", "", 1),
        ("L1", "", 1),
    ]


# --- Corrected


def test_a_correction_finds_the_boxes_again_and_may_take_one_out(
    desk: Client, prescription: Prescription
) -> None:
    deliver(desk, prescription, read_all(desk, prescription, *THREE))
    done = Dispensing.objects.get()
    address = reverse("pharmacies:correct", args=[done.pk])
    page = page_of(desk.get(address))
    assert [x.serial for x in read_again(fields(page)["read"])] == ["S1", "S2", "S3"]
    data = typed(**on_line(page)) | {"key": value_of(page, "key")}
    after = page_of(desk.post(address, data | {"act": "unread:1:1"}))
    data |= typed(**on_line(after)) | {"correction_reason": "Deux boîtes seulement"}
    data |= {"act": "changed", "l1-refusal": "later"}
    assert desk.post(address, data).status_code == 302
    new = DispensedLine.objects.get(dispensing__corrects=done)
    assert (new.quantity, new.packs) == (2, 2)
    assert marks(new) == [("AB12", "S1", 1), ("CD34", "S3", 1)]
    assert len(marks(done.lines.get())) == 3, "both versions are kept"


# --- The rows and the field


def test_a_row_is_never_changed_and_a_serial_number_is_one_box(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    boxes = (Handed("", "L1", None, "S1"), Handed("", "L2", None, "S2"))
    row = give(pharmacist, prescription, boxes=boxes)
    for statement in (
        "UPDATE eprescription_deliveredbox SET lot = 'X'",
        "DELETE FROM eprescription_deliveredbox",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    for wrong in ({"serial": "S1"}, {"serial": "S3", "count": 2}, {"count": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeliveredBox.objects.create(delivered=row, **wrong)
    assert len(marks(row)) == 2


def test_the_same_serial_number_twice_in_a_forged_page_is_one_box(
    desk: Client, prescription: Prescription
) -> None:
    cip = prescription.lines.get().cip13
    twice = f'[["{cip}","A","","S1",1],["{cip}","B","","S1",1],["{cip}","C","","S2",1]]'
    page = filled(prescription) | typed(l1_read=twice, l1_cip13=cip, l1_lot="C", l1_serial="S2")
    assert send(desk, prescription, page | {"act": "changed"}).status_code == 302
    assert marks(DispensedLine.objects.get()) == [("A", "S1", 1), ("C", "S2", 1)]


MARKS = st.text("ABCDEFabc019-/", max_size=20)
BOXES = st.builds(
    Handed,
    st.sampled_from(["", "3400930137147"]),
    MARKS,
    st.none() | st.dates(),
    st.just(""),
    st.integers(1, 9999),
) | st.builds(Handed, st.just("3400930137147"), MARKS, st.none(), MARKS.filter(bool))


@for_all(st.lists(BOXES, max_size=8, unique_by=lambda x: x.serial or id(x)).map(tuple))
def test_the_field_gives_back_the_boxes_that_it_was_given(boxes: tuple[Handed, ...]) -> None:
    assert read_again(written(boxes)) == boxes


@for_all(
    st.text()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda value: json.dumps([value, [value] * 5, value]))
)
def test_whatever_the_field_was_made_to_hold_is_read_without_a_fault(text: str) -> None:
    for box in read_again(text):
        assert isinstance(box.lot, str) and 1 <= box.count <= 9999


@for_all(st.lists(BOXES.map(lambda x: Handed(x.cip13, x.lot, x.expiry, x.serial)), max_size=12))
def test_boxes_read_one_after_the_other_are_all_counted(read: list[Handed]) -> None:
    boxes: tuple[Handed, ...] = ()
    for box in read:
        boxes = with_one_more(boxes, box)
    assert count_of(boxes) == len(read)
    lots = [x for x in boxes if not x.serial]
    assert len(lots) == len({(x.cip13, x.lot, x.expiry) for x in lots})
