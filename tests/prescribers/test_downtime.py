"""The downtime pad: sheets printed in advance, and what was written on them comes back by the same rules."""

import uuid
from datetime import timedelta

import pypdfium2
import pytest
from django.utils import timezone

from eprescription.documents import paper
from eprescription.documents.attestation import Book, Kind, Problem, published, verify
from eprescription.documents.pad import pad_pdf
from eprescription.models import (
    Deed,
    DowntimeSheet,
    JournalEntry,
    Prescription,
    SheetState,
)
from eprescription.refusal import Refusal, Unlawful
from prescribers import actions, pads
from prescribers.lines import of_medicine
from tests import factories
from tests.eprescription.documents.pages import attestations_in, picture_of
from tests.eprescription.documents.test_attestation import a_book

pytestmark = pytest.mark.usefixtures("db", "catalogue")


def a_pad(doctor, count=1, at=None):
    at = at or timezone.localtime() - timedelta(days=3)
    return actions.print_pad(count=count, key=uuid.uuid4(), by=doctor, at=at)


def begun(doctor, subject_id, sheet, **more):
    values = {
        "motive": "teleservice",
        "written_at": timezone.localtime() - timedelta(days=1),
        "secured_paper": False,
    } | more
    return actions.regularise(
        number=sheet.number, subject_id=subject_id, by=doctor, at=timezone.now(), **values
    )


def add(doctor, draft, name="AMOXICILLINE VIATRIS 1 g", text="1 cp matin et soir 7j", **more):
    content = of_medicine(factories.a_medicine(name).cis, by_inn=False, on=timezone.localdate())
    actions.add_line(
        prescription=draft, content=content | more, text=text, by=doctor, at=timezone.now()
    )


def signed(doctor, draft):
    factories.give_reasons(doctor, draft)
    return actions.sign(
        prescription=Prescription.objects.get(pk=draft.pk),
        may_follow=True,
        paper="paper",
        by=doctor,
        at=timezone.now(),
    )


@pytest.fixture
def doctor():
    return factories.a_prescriber()


@pytest.fixture
def subject_id(doctor):
    return factories.a_patient(doctor, account=False)[0]


def test_each_sheet_has_a_reserved_number_and_a_code_that_is_verified_offline(doctor):
    sheets = a_pad(doctor, 3)
    pdf = pad_pdf(sheets, pads.as_signed(doctor), at=timezone.now())
    pages = pypdfium2.PdfDocument(pdf)
    assert len(pages) == 3
    (code,) = attestations_in(picture_of(pdf, 150))
    verdict = verify(code.text, a_book(), on=timezone.localdate())
    assert verdict.problem is None and verdict.attested
    assert verdict.attested.kind is Kind.PAD and verdict.attested.number == sheets[0].number


def test_the_same_press_twice_prints_the_same_numbers(doctor):
    key, at = uuid.uuid4(), timezone.now()
    first, second = (actions.print_pad(count=4, key=key, by=doctor, at=at) for _ in "ab")
    assert {s.number for s in first} == {s.number for s in second}
    assert DowntimeSheet.objects.count() == 4


@pytest.mark.parametrize("count", [0, 31, -1])
def test_no_pad_without_end(doctor, count):
    with pytest.raises(Refusal):
        actions.print_pad(count=count, key=uuid.uuid4(), by=doctor, at=timezone.now())


def test_given_a_sheet_then_the_prescription_has_its_number_its_day_and_its_motive(
    doctor, subject_id
):
    (sheet,) = a_pad(doctor)
    written = timezone.localtime() - timedelta(days=1)
    draft = begun(doctor, subject_id, sheet, written_at=written)
    add(doctor, draft)
    prescription = signed(doctor, draft)

    assert prescription.number == sheet.number
    assert prescription.signed_at == written
    sheet.refresh_from_db()
    assert sheet.state == SheetState.ENTERED and sheet.prescription == prescription
    page = paper.ordonnance_of(prescription, None)
    assert any("téléservice indisponible" in mention for mention in page.mentions)
    entries = JournalEntry.objects.filter(prescription=prescription)
    assert entries.filter(deed=Deed.REGULARISED, code="teleservice").count() == 1


def test_the_law_of_the_day_on_which_it_was_written_still_speaks(doctor, subject_id):
    (sheet,) = a_pad(doctor)
    draft = begun(doctor, subject_id, sheet)
    with pytest.raises(Unlawful) as unlawful:
        signed(doctor, draft)
    assert "something_is_prescribed" in str(unlawful.value)


def test_a_narcotic_asks_for_secured_paper(doctor, subject_id):
    (sheet,) = a_pad(doctor)
    draft = begun(doctor, subject_id, sheet)
    add(doctor, draft, "SKENAN", "1 gélule matin et soir 7j")
    with pytest.raises(Unlawful) as unlawful:
        signed(doctor, draft)
    assert "narcotics_on_paper_stand_on_secured_paper" in str(unlawful.value)
    again = begun(doctor, subject_id, sheet, secured_paper=True)
    assert again == draft
    assert signed(doctor, draft).number == sheet.number


def test_a_sheet_serves_once(doctor, subject_id):
    (sheet,) = a_pad(doctor)
    draft = begun(doctor, subject_id, sheet)
    add(doctor, draft)
    signed(doctor, draft)
    with pytest.raises(Refusal) as refusal:
        begun(doctor, subject_id, sheet)
    assert refusal.value.code == "sheet_over"


def test_the_sheet_of_a_colleague_is_nobodys(doctor, subject_id):
    (sheet,) = a_pad(factories.a_prescriber())
    with pytest.raises(Refusal) as refusal:
        begun(doctor, subject_id, sheet)
    assert refusal.value.code == "no_such_sheet"


def test_a_draft_that_is_thrown_away_gives_its_sheet_back(doctor, subject_id):
    (sheet,) = a_pad(doctor)
    draft = begun(doctor, subject_id, sheet)
    actions.discard(prescription=draft, by=doctor, at=timezone.now())
    assert begun(doctor, subject_id, sheet).pk != draft.pk


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "not_yet"), (10, "before_print")], ids=["future", "before"]
)
def test_a_day_that_cannot_be_is_refused(doctor, subject_id, days, code):
    (sheet,) = a_pad(doctor)
    with pytest.raises(Refusal) as refusal:
        begun(doctor, subject_id, sheet, written_at=timezone.localtime() - timedelta(days=days))
    assert refusal.value.code == code


def test_a_withdrawn_sheet_is_refused(doctor, subject_id):
    (sheet,) = a_pad(doctor)
    actions.withdraw_sheet(number=sheet.number, by=doctor, at=timezone.now())
    with pytest.raises(Refusal):
        begun(doctor, subject_id, sheet)


def test_the_code_of_a_withdrawn_sheet_is_refused_offline(doctor):
    (sheet,) = a_pad(doctor)
    pdf = pad_pdf([sheet], pads.as_signed(doctor), at=timezone.now())
    (code,) = attestations_in(picture_of(pdf, 150))
    actions.withdraw_sheet(number=sheet.number, by=doctor, at=timezone.now())
    book = Book.read(published(at=timezone.now()))
    assert verify(code.text, book, on=timezone.localdate()).problem is Problem.CANCELLED
