"""The patient reads who read what, knows or doubts a place, and gets an answer."""

import csv
import io
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.models import (
    AccessCase,
    Activity,
    CaseAnswer,
    Deed,
    JournalEntry,
    KnownPlace,
    Prescription,
    Push,
    Role,
)
from eprescription.operators import desk as operating
from eprescription.permissions import can, check_role, journal_of
from eprescription.refusal import Refusal
from patients import accesses, doubting
from patients.accesses import Asked
from patients.handles import LENGTH, entry_of, handle_of
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime
LOG = "patients:access_log"


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def patient(doctor: Actor) -> Actor:
    _subject, actor = factories.a_patient(doctor)
    assert actor is not None
    return actor


@pytest.fixture
def prescription(doctor: Actor, patient: Actor) -> Prescription:
    return factories.a_signed(doctor, patient.subject_id)


@pytest.fixture
def operator() -> Actor:
    return factories.an_operator()


def told(patient: Actor, **asked: Any) -> list[accesses.Access]:
    return accesses.log(patient, Asked(**asked), 1, at=NOW()).accesses


def test_each_reading_stands_there_with_person_place_day_act_and_purpose(
    patient: Actor, prescription: Prescription
) -> None:
    pharmacist = factories.a_pharmacist()
    factories.dispense_all(pharmacist, prescription)
    here = [x for x in told(patient) if x.where == "Pharmacie de la Gare"]
    assert {x.what for x in here} >= {"a pris l'ordonnance en charge", "a délivré"}
    assert all(x.who == "Mme Inès Roy" for x in here)
    assert all("ordonnance du" in x.about and x.prescription == prescription.pk for x in here)
    assert {x.why for x in here} == {
        "parce que votre ordonnance y a été présentée ou envoyée",
        "pour vous délivrer vos médicaments",
    }
    assert any(
        x.who == "Dr Claire Lemoine" and x.what == "a signé l'ordonnance" for x in told(patient)
    )


def test_the_same_on_one_day_is_one_row_with_its_number(
    patient: Actor, doctor: Actor, prescription: Prescription
) -> None:
    client = acting(doctor)
    for _ in range(3):
        client.get(reverse("prescribers:prescription", args=[prescription.pk]))
    [read] = [x for x in told(patient) if x.what == "a lu l'ordonnance" and x.who.startswith("Dr")]
    assert read.times == 3


def test_looking_at_it_leaves_its_own_trace(patient: Actor) -> None:
    told(patient)
    assert journal_of(patient).filter(deed=Deed.READ_LOG, activity=patient.activity_id).count() == 1


def test_refusals_stand_there_too_and_can_be_shown_alone(
    patient: Actor, prescription: Prescription
) -> None:
    factories.dispense_all(factories.a_pharmacist(), prescription)
    assert told(patient, refused=True) == []
    with pytest.raises(Refusal):
        factories.open_at(factories.a_pharmacist(), prescription)
    [refused] = told(patient, refused=True)
    assert refused.refused and refused.where == "Pharmacie de la Gare"


def test_it_is_narrowed_by_who_and_when(patient: Actor, prescription: Prescription) -> None:
    factories.dispense_all(factories.a_pharmacist(), prescription)
    assert {x.where for x in told(patient, who=Role.PHARMACIST)} == {"Pharmacie de la Gare"}
    assert all(x.where == "Cabinet des Lilas" for x in told(patient, who=Role.PRESCRIBER))
    later = accesses.log(patient, Asked(days=30), 1, at=NOW() + timedelta(days=31))
    assert later.accesses == []


def test_nobody_reads_the_journal_of_another(patient: Actor, doctor: Actor) -> None:
    other = factories.a_patient_actor(
        factories.a_patient(doctor, factories.traits("AUTRE"), account=False)[0]
    )
    told(patient)
    assert not {x.pk for x in journal_of(other)} & {x.pk for x in journal_of(patient)}
    for stranger in (doctor, factories.a_pharmacist()):
        assert not journal_of(stranger).exists()


def test_a_representative_reads_nothing_of_care_kept_from_him(doctor: Actor) -> None:
    born = date(timezone.localdate().year - 15, 1, 2)
    subject, _none = factories.a_patient(doctor, factories.traits("PETIT", born), account=False)
    parent = factories.a_representative(factories.a_link(factories.a_user().pk, subject))
    before = {x.pk for x in journal_of(parent)}
    kept = factories.a_signed(doctor, subject, secret="L5134-1")
    factories.dispense_all(factories.a_pharmacist(), kept)
    assert {x.pk for x in journal_of(parent)} == before
    told_one = factories.a_signed(doctor, subject)
    assert {x.prescription_id for x in journal_of(parent)} - {None} == {told_one.pk}


# --- New places


def test_a_pharmacy_is_new_until_it_is_recognised(
    patient: Actor, prescription: Prescription
) -> None:
    assert accesses.new_places(patient, at=NOW()) == []  # the practice signed for him
    pharmacist = factories.a_pharmacist()
    factories.open_at(pharmacist, prescription)
    [new] = accesses.new_places(patient, at=NOW())
    assert (new.id, new.name) == (pharmacist.place_id, "Pharmacie de la Gare")
    page = acting(patient).get(reverse(LOG)).content.decode()
    assert "Connaissez-vous ce lieu" in page
    acting(patient).post(reverse("patients:recognise"), {"place": str(new.id)})
    acting(patient).post(reverse("patients:recognise"), {"place": str(new.id)})
    assert KnownPlace.objects.count() == 1
    assert accesses.new_places(patient, at=NOW()) == []


def test_a_place_that_read_nothing_cannot_be_recognised(patient: Actor) -> None:
    stranger = factories.a_place()
    answer = acting(patient).post(reverse("patients:recognise"), {"place": str(stranger.pk)})
    assert answer.status_code == 404
    assert not KnownPlace.objects.exists()


# --- Doubted


def handle(patient: Actor, entry: JournalEntry) -> str:
    assert patient.subject_id
    return handle_of(entry.pk, patient.subject_id)


def test_a_doubt_opens_one_case_and_the_operator_answers_without_anything_clinical(
    patient: Actor, prescription: Prescription, operator: Actor
) -> None:
    factories.open_at(factories.a_pharmacist(), prescription)
    entry = journal_of(patient).filter(deed=Deed.CLAIMED).get()
    for _ in range(2):
        answer = acting(patient).post(reverse("patients:doubt"), {"entry": handle(patient, entry)})
        assert answer.status_code == 302
    case = AccessCase.objects.get()
    client = acting(operator)
    for page in (reverse("operators:home"), reverse("operators:case", args=[case.pk])):
        shown = client.get(page).content.decode()
        assert "Mme Inès Roy" in shown and "Pharmacie de la Gare" in shown
        for secret in (
            "MARTEL",
            "AMOXICILLINE",
            "Jeanne",
            prescription.number or "?",
            str(prescription.pk),
        ):
            assert secret.casefold() not in shown.casefold()
    sent = {"answer": CaseAnswer.EXPLAINED}
    assert client.post(reverse("operators:answer", args=[case.pk]), sent).status_code == 302
    [doubted] = [x for x in told(patient) if x.case]
    assert "normal" in doubted.case
    assert JournalEntry.objects.filter(deed=Deed.DOUBTED, subject=patient.subject_id).count() == 1


def test_an_abuse_ends_the_activity_at_once(
    patient: Actor, prescription: Prescription, operator: Actor
) -> None:
    pharmacist = factories.a_pharmacist()
    factories.open_at(pharmacist, prescription)
    entry = journal_of(patient).filter(deed=Deed.CLAIMED).get()
    case = doubting.doubt(entry_id=entry.pk, by=patient, at=NOW())
    operating.answer(pk=case.pk, answer=CaseAnswer.ABUSE, by=operator, at=NOW())
    assert not Activity.objects.get(pk=pharmacist.activity_id).is_active
    sent = {"answer": CaseAnswer.EXPLAINED}
    answer = acting(operator).post(reverse("operators:answer", args=[case.pk]), sent)
    assert answer.status_code == 403
    assert AccessCase.objects.get().answer == CaseAnswer.ABUSE


def test_what_is_not_in_his_journal_cannot_be_doubted(patient: Actor, doctor: Actor) -> None:
    subject, other = factories.a_patient(doctor, factories.traits("AUTRE"))
    entry = JournalEntry.objects.filter(subject=subject).first()
    assert other is not None and entry is not None
    assert other.subject_id
    for name in (handle(patient, entry), handle(other, entry), "0" * LENGTH):
        answer = acting(patient).post(reverse("patients:doubt"), {"entry": name})
        assert answer.status_code == 404
    assert not AccessCase.objects.exists()


@given(st.integers(0, 2**63 - 1), st.uuids(), st.uuids())
def test_a_row_has_one_name_in_a_space_and_another_in_the_next(
    number: int, here: UUID, there: UUID
) -> None:
    name = handle_of(number, here)
    assert len(name) == LENGTH and entry_of(name, here) == number
    assert name != handle_of(number + 1, here)
    if here.bytes[8:] != there.bytes[8:]:
        assert entry_of(name, there) is None


def test_no_number_of_a_row_stands_on_the_page(patient: Actor, prescription: Prescription) -> None:
    factories.open_at(factories.a_pharmacist(), prescription)
    page = acting(patient).get(reverse(LOG)).content.decode()
    for entry in journal_of(patient):
        assert not re.search(rf'(value="|acces-){entry.pk}"', page)
    assert "acces-" in page


@pytest.mark.parametrize("wrong", ["", "x", "-1", str(2**70), "\x00"])
def test_no_answer_makes_an_error_of_the_portal(patient: Actor, wrong: str) -> None:
    for name, field in (("doubt", "entry"), ("recognise", "place")):
        answer = acting(patient).post(reverse(f"patients:{name}"), {field: wrong})
        assert answer.status_code in (403, 404)
    page = acting(patient).get(reverse(LOG), {"who": wrong, "days": wrong, "page": wrong})
    assert page.status_code == 200


# --- The operator


def test_only_the_operator_passes_his_doors(patient: Actor, doctor: Actor) -> None:
    for actor in (patient, doctor, factories.a_pharmacist()):
        assert not can(check_role, actor, "operate")
        assert acting(actor).get(reverse("operators:home")).status_code == 404


def test_what_failed_is_sent_again(operator: Actor, prescription: Prescription) -> None:
    Push.objects.update(state="dead", last_code="500")
    page = acting(operator).get(reverse("operators:home")).content.decode()
    assert "500" in page
    acting(operator).post(reverse("operators:resend"), {"kind": "pushes"})
    assert set(Push.objects.values_list("state", flat=True)) == {"waiting"}
    assert acting(operator).post(reverse("operators:resend"), {"kind": "?"}).status_code == 403


# --- As a file


def test_the_rows_of_the_page_are_kept_as_a_file_with_its_trace(
    patient: Actor, prescription: Prescription
) -> None:
    pharmacist = factories.a_pharmacist()
    Activity.objects.filter(pk=pharmacist.activity_id).update(surname="=cmd|'/C calc'!A0")
    factories.open_at(pharmacist, prescription)
    browser = acting(patient)

    answer = browser.post(
        reverse("patients:access_log_export"), {"who": "pharmacist", "days": "30"}
    )

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert answer["Content-Disposition"] == 'attachment; filename="journal.csv"'
    assert {row["Ce qui a été fait"] for row in rows} == {"a pris l'ordonnance en charge"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]
    assert [row["Nombre de fois"] for row in rows] == ["1"]
    trace = JournalEntry.objects.filter(deed=Deed.READ_LOG).latest("pk")
    assert (trace.code, trace.subject_id) == ("export", patient.subject_id)


def test_the_file_of_one_patient_holds_nothing_of_another(
    doctor: Actor, patient: Actor, prescription: Prescription
) -> None:
    other = factories.a_patient(doctor, factories.traits("AUTRE"))[1]
    factories.a_signed(doctor, other.subject_id)

    mine = accesses.whole(patient, Asked(), at=NOW())

    assert {x.prescription for x in mine} == {None, prescription.pk}
