"""What was dispensed on paper during an outage meets its prescription by its number; what does not agree waits for a person."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from eprescription.catalogue.models import Medicine
from eprescription.documents.number import new_number
from eprescription.models import (
    Balance,
    CaseState,
    Deed,
    Dispensing,
    DowntimeSheet,
    JournalEntry,
    PaperConflict,
    PaperDispensing,
    RegisterEntry,
    SheetState,
)
from eprescription.refusal import Overtaken, Refusal
from pharmacies import actions, on_paper, reminding
from pharmacies.actions import GivenOnPaper
from pharmacies.paper_form import PaperForm
from pharmacies.queries.papers import papers_of
from prescribers import actions as prescriber_acts
from prescribers import pads
from tests import factories
from tests.prescribers.test_downtime import a_pad, add, begun, signed
from tests.sessions import acting

pytestmark = pytest.mark.usefixtures("db", "catalogue")
BORN = date(1951, 3, 4)
Kind = PaperConflict.Kind


@pytest.fixture
def doctor():
    return factories.a_prescriber()


@pytest.fixture
def subject_id(doctor):
    return factories.a_patient(doctor, account=False)[0]


@pytest.fixture
def pharmacist():
    return factories.a_pharmacist()


@pytest.fixture
def sheet(doctor):
    return a_pad(doctor)[0]


def amox(quantity=1, name="AMOXICILLINE VIATRIS 1 g"):
    medicine = factories.a_medicine(name)
    return GivenOnPaper(medicine.cis, medicine.name, quantity, key=medicine.inn_key)


def recorded(pharmacist, number, *lines, born=BORN, key=None, at=None):
    now = at or timezone.now()
    return actions.record_paper(
        number=number,
        birth_date=born,
        dispensed_at=now - timedelta(hours=5),
        secured_paper=False,
        lines=list(lines) or [amox()],
        key=key or uuid.uuid4(),
        by=pharmacist,
        at=now,
    )


def regularised(doctor, subject_id, sheet):
    draft = begun(doctor, subject_id, sheet)
    add(doctor, draft)
    return signed(doctor, draft)


def state_of(sheet):
    sheet.refresh_from_db()
    return sheet.state


def conflict_of(paper):
    return PaperConflict.objects.get(paper=paper, decided_at=None)


def decided(pharmacist, paper, decision, reason="Appelé le cabinet"):
    actions.decide(
        conflict=conflict_of(paper).pk,
        decision=decision,
        reason=reason,
        by=pharmacist,
        at=timezone.now(),
    )


# --- The two ways in which both come back


@pytest.mark.parametrize("pharmacy_first", [True, False])
def test_both_sides_come_back_in_any_order_and_meet(
    doctor, subject_id, pharmacist, sheet, pharmacy_first
):
    if pharmacy_first:
        paper = recorded(pharmacist, sheet.number)
        assert state_of(sheet) == SheetState.ON_PAPER
        prescription = regularised(doctor, subject_id, sheet)
        assert on_paper.settle_all(at=timezone.now()) == 1
    else:
        prescription = regularised(doctor, subject_id, sheet)
        paper = recorded(pharmacist, sheet.number)

    assert state_of(sheet) == SheetState.MATCHED
    paper.refresh_from_db()
    assert paper.dispensing and paper.dispensing.at == paper.dispensed_at
    assert paper.dispensing.by_id == pharmacist.activity_id
    (balance,) = Balance.objects.filter(case__prescription=prescription)
    assert balance.dispensed == 1
    prescription.case.refresh_from_db()
    assert prescription.case.state in (CaseState.DISPENSED, CaseState.PARTLY)
    assert RegisterEntry.objects.filter(pharmacy=pharmacist.place_id).count() == 1
    told = JournalEntry.objects.filter(prescription=prescription, deed=Deed.DISPENSED)
    assert told.get().code == "paper"


def test_what_was_handed_over_on_paper_is_not_handed_over_again(
    doctor, subject_id, pharmacist, sheet
):
    prescription = regularised(doctor, subject_id, sheet)
    (balance,) = Balance.objects.filter(case__prescription=prescription)
    recorded(pharmacist, sheet.number, amox(balance.total))
    prescription.case.refresh_from_db()
    assert prescription.case.state == CaseState.DISPENSED
    with pytest.raises(Refusal):
        factories.dispense_all(factories.a_pharmacist(), prescription)


@pytest.mark.parametrize(("missing", "code"), [(0, "FFC"), (1, "FFP")])
def test_the_prescriber_reads_whether_all_was_handed_over_on_paper(
    doctor, subject_id, pharmacist, sheet, missing, code
):
    """Given a paper with all that was due, or a box less, then the delivery is coded as at the counter."""
    prescription = regularised(doctor, subject_id, sheet)
    (balance,) = Balance.objects.filter(case__prescription=prescription)
    assert balance.total > 1
    recorded(pharmacist, sheet.number, amox(balance.total - missing))
    assert Dispensing.objects.get().completeness == code


def test_a_second_paper_that_is_kept_is_a_following_delivery(doctor, subject_id, pharmacist, sheet):
    prescription = regularised(doctor, subject_id, sheet)
    (balance,) = Balance.objects.filter(case__prescription=prescription)
    recorded(pharmacist, sheet.number)
    second = recorded(pharmacist, sheet.number, amox(balance.total - 1))
    decided(pharmacist, second, PaperConflict.Decision.STANDS)
    assert list(Dispensing.objects.order_by("at").values_list("completeness", flat=True)) == [
        "FFP",
        "RFC",
    ]


def test_settling_again_changes_nothing(doctor, subject_id, pharmacist, sheet):
    recorded(pharmacist, sheet.number)
    regularised(doctor, subject_id, sheet)
    assert [on_paper.settle_all(at=timezone.now()) for _time in range(3)] == [1, 0, 0]
    assert Dispensing.objects.count() == 1


def test_the_same_press_twice_records_once(pharmacist, sheet):
    key, now = uuid.uuid4(), timezone.now()
    first, second = (recorded(pharmacist, sheet.number, key=key, at=now) for _ in "ab")
    assert first.pk == second.pk and PaperDispensing.objects.count() == 1


def test_an_ordonnance_that_was_printed_before_the_outage_is_recorded_the_same_way(
    doctor, subject_id, pharmacist
):
    prescription = factories.a_signed(doctor, subject_id)
    paper = recorded(pharmacist, prescription.number)
    paper.refresh_from_db()
    assert paper.dispensing and paper.dispensing.case.prescription == prescription


# --- What does not agree


def test_a_number_that_nobody_reserved_is_kept_and_told(pharmacist):
    paper = recorded(pharmacist, new_number())
    assert conflict_of(paper).kind == Kind.UNKNOWN


def test_more_than_prescribed_or_something_else_waits_for_a_decision(
    doctor, subject_id, pharmacist, sheet
):
    prescription = regularised(doctor, subject_id, sheet)
    paper = recorded(pharmacist, sheet.number, amox(90))
    assert conflict_of(paper).kind == Kind.DIFFERS
    assert state_of(sheet) == SheetState.CONFLICT
    assert not Dispensing.objects.exists()

    decided(pharmacist, paper, "agreed")

    assert state_of(sheet) == SheetState.MATCHED
    (balance,) = Balance.objects.filter(case__prescription=prescription)
    assert balance.dispensed == balance.total, "never more than prescribed"
    paper.refresh_from_db()
    assert paper.lines[0]["quantity"] == 90, "what the paper said stays"


def test_another_medicine_differs(doctor, subject_id, pharmacist, sheet):
    regularised(doctor, subject_id, sheet)
    assert (
        conflict_of(recorded(pharmacist, sheet.number, amox(name="DOLIPRANE 1000"))).kind
        == Kind.DIFFERS
    )


def test_a_generic_of_the_same_name_agrees(doctor, subject_id, pharmacist, sheet):
    prescription = regularised(doctor, subject_id, sheet)
    (line,) = prescription.lines.all()
    prescribed = Medicine.objects.get(pk=line.cis)
    other = Medicine.objects.filter(inn_key=prescribed.inn_key).exclude(pk=line.cis).first()
    assert other
    paper = recorded(
        pharmacist, sheet.number, GivenOnPaper(other.cis, other.name, 1, key=other.inn_key)
    )
    assert paper.dispensing


def test_another_birth_date_is_no_match_and_opens_nothing(doctor, subject_id, pharmacist, sheet):
    regularised(doctor, subject_id, sheet)
    paper = recorded(pharmacist, sheet.number, born=date(1960, 1, 1))
    assert conflict_of(paper).kind == Kind.PATIENT
    (shown,) = papers_of(pharmacist, at=timezone.now()).conflicts
    assert shown.prescribed is None
    assert [code for code, _label in shown.choices] == ["mistake", "forged"]


def test_a_sheet_used_twice_is_told_at_the_second_pharmacy(doctor, subject_id, pharmacist, sheet):
    recorded(pharmacist, sheet.number)
    second = recorded(factories.a_pharmacist(), sheet.number)
    assert conflict_of(second).kind == Kind.TWICE
    regularised(doctor, subject_id, sheet)
    assert state_of(sheet) == SheetState.ENTERED


def test_dispensed_on_paper_and_then_online_is_told(doctor, subject_id, pharmacist):
    prescription = factories.a_signed(doctor, subject_id)
    factories.dispense_all(factories.a_pharmacist(), prescription)
    assert conflict_of(recorded(pharmacist, prescription.number)).kind == Kind.TWICE


def test_a_sheet_that_was_withdrawn_and_used_is_told(doctor, pharmacist, sheet):
    prescriber_acts.withdraw_sheet(number=sheet.number, by=doctor, at=timezone.now())
    assert conflict_of(recorded(pharmacist, sheet.number)).kind == Kind.CANCELLED


def test_a_sheet_never_regularised_is_told_after_a_week_and_may_still_be(
    doctor, subject_id, pharmacist, sheet
):
    now = timezone.now()
    paper = recorded(pharmacist, sheet.number)
    assert reminding.tell_late(at=now + timedelta(days=6)) == 0
    assert reminding.tell_late(at=now + timedelta(days=8)) == 1
    assert reminding.tell_late(at=now + timedelta(days=9)) == 0
    assert conflict_of(paper).kind == Kind.LATE and pads.waiting(doctor) == 1

    regularised(doctor, subject_id, sheet)
    on_paper.settle_all(at=now)

    assert state_of(sheet) == SheetState.MATCHED and pads.waiting(doctor) == 0
    assert not PaperConflict.objects.filter(decided_at=None).exists()


# --- Decisions


def test_what_nobody_regularises_is_kept_as_it_is_and_still_meets_its_prescription(
    doctor, subject_id, pharmacist, sheet
):
    """Given a sheet that its prescriber forgets, then the pharmacist settles it; regularised later, both meet unasked."""
    now = timezone.now()
    paper = recorded(pharmacist, sheet.number)
    reminding.tell_late(at=now + timedelta(days=8))
    decided(pharmacist, paper, "stands", reason="Le cabinet a fermé")
    assert not papers_of(pharmacist, at=now).conflicts
    assert state_of(sheet) == SheetState.ON_PAPER and pads.waiting(doctor) == 1
    assert reminding.tell_late(at=now + timedelta(days=30)) == 0

    regularised(doctor, subject_id, sheet)
    assert on_paper.settle_all(at=now + timedelta(days=31)) == 1
    paper.refresh_from_db()
    assert paper.dispensing and state_of(sheet) == SheetState.MATCHED
    assert not papers_of(pharmacist, at=now).conflicts


def test_a_second_paper_kept_before_the_prescription_came_counts_when_it_comes(
    doctor, subject_id, pharmacist, sheet
):
    """Given two papers of one sheet, both real, then what both handed over cannot be handed over again."""
    recorded(pharmacist, sheet.number)
    second = recorded(pharmacist, sheet.number)
    decided(pharmacist, second, "stands")
    prescription = regularised(doctor, subject_id, sheet)
    on_paper.settle_all(at=timezone.now())

    (balance,) = Balance.objects.filter(case__prescription=prescription)
    assert balance.dispensed == 2 and Dispensing.objects.count() == 2
    assert not papers_of(pharmacist, at=timezone.now()).conflicts


def test_a_mistake_is_set_aside_and_the_right_paper_is_recorded(
    doctor, subject_id, pharmacist, sheet
):
    regularised(doctor, subject_id, sheet)
    wrong = recorded(pharmacist, sheet.number, amox(90))
    decided(pharmacist, wrong, "mistake")
    right = recorded(pharmacist, sheet.number)
    right.refresh_from_db()
    assert right.dispensing and PaperDispensing.objects.count() == 2


def test_a_forged_sheet_is_withdrawn(doctor, pharmacist, sheet):
    recorded(pharmacist, sheet.number)
    second = recorded(pharmacist, sheet.number)
    decided(pharmacist, second, "forged")
    assert state_of(sheet) == SheetState.VOID


def test_a_decision_says_why_and_is_taken_once_and_by_its_pharmacy(pharmacist):
    paper = recorded(pharmacist, new_number())
    with pytest.raises(Refusal):
        decided(pharmacist, paper, "mistake", reason="  ")
    with pytest.raises(Overtaken):
        decided(factories.a_pharmacist(), paper, "mistake")
    foreign = acting(factories.a_pharmacist())
    answer = foreign.post(f"/pharmacie/papiers/{conflict_of(paper).pk}/trancher/")
    assert answer.status_code == 404
    with pytest.raises(Refusal):
        decided(pharmacist, paper, "stands")
    pk = conflict_of(paper).pk
    decided(pharmacist, paper, "mistake")
    with pytest.raises(Overtaken):
        actions.decide(
            conflict=pk, decision="mistake", reason="x", by=pharmacist, at=timezone.now()
        )
    kept = PaperConflict.objects.get(pk=pk)
    assert kept.decided_by_id == pharmacist.activity_id and kept.reason


def test_reading_the_other_side_leaves_its_trace(doctor, subject_id, pharmacist, sheet):
    prescription = regularised(doctor, subject_id, sheet)
    recorded(pharmacist, sheet.number, amox(90))
    (shown,) = papers_of(pharmacist, at=timezone.now()).conflicts
    assert shown.prescribed and shown.prescribed[0].title
    read = JournalEntry.objects.filter(prescription=prescription, deed=Deed.READ)
    assert read.filter(activity=pharmacist.activity_id).exists()


# --- What the prescriber sees of it


def test_once_regularised_the_pad_says_the_same_whatever_was_dispensed(
    doctor, subject_id, pharmacist
):
    alone, met, clashed = a_pad(doctor, 3)
    for sheet in (alone, met, clashed):
        regularised(doctor, subject_id, sheet)
    recorded(pharmacist, met.number)
    recorded(pharmacist, clashed.number, amox(90))
    assert {state_of(s) for s in (alone, met, clashed)} == {"entered", "matched", "conflict"}
    views = pads.pad_of(doctor, at=timezone.now()).entered
    assert {(v.state, v.label, v.since, v.days) for v in views} == {
        (SheetState.ENTERED, SheetState.ENTERED.label, None, 0)
    }


# --- Pages


def test_what_was_typed_wrong_is_told_at_its_field_and_kept(pharmacist):
    client = acting(pharmacist)
    typed = {
        "number": "01ABC",
        "birth_date": "04031951",
        "product-1": "rien de tel",
        "quantity-1": "2",
    }
    answer = client.post("/pharmacie/papiers/enregistrer/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "faute de frappe" in page and "01ABC" in page and "Aucun médicament de ce nom" in page


def test_a_product_that_may_be_several_is_asked_for():
    form = PaperForm({"product-1": "amoxicilline", "quantity-1": "1"})
    assert not form.is_valid()
    assert "Précisez" in str(form.errors["product-1"])


def test_pages_record_and_decide(pharmacist):
    client = acting(pharmacist)
    fields = {
        "key": str(uuid.uuid4()), "number": new_number(), "birth_date": "04/03/1951",
        "day": f"{timezone.localdate():%d/%m/%Y}", "hour": "00:01",
        "product-1": "DOLIPRANE 1000 mg, comprimé", "quantity-1": "2",
    }  # fmt: skip
    assert client.post("/pharmacie/papiers/enregistrer/", fields).status_code == 302
    page = client.get("/pharmacie/papiers/").content.decode()
    assert "réservé par aucun prescripteur" in page and "DOLIPRANE 1000 mg" in page
    pk = PaperConflict.objects.get().pk
    answer = client.post(f"/pharmacie/papiers/{pk}/trancher/", {"decision": "mistake"})
    assert answer.status_code == 422
    answer = client.post(
        f"/pharmacie/papiers/{pk}/trancher/", {"decision": "mistake", "reason": "Faux numéro"}
    )
    assert answer.status_code == 302
    assert not PaperConflict.objects.filter(decided_at=None).exists()
    assert DowntimeSheet.objects.count() == 0
