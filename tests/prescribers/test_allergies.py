"""Allergies at the prescriber's: declared and ended for a patient in care, checked from then on."""

import re
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from eprescription import allergies
from eprescription.actor import Actor
from eprescription.models import Allergy, Deed, JournalEntry
from eprescription.refusal import Refusal
from patients import actions as patient_acts
from prescribers import actions, habits
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime
PENICILLINS = {"kind": "class", "code": "J01C", "label": "pénicillines"}
PEANUT = {"kind": "other", "code": "", "label": "arachide"}


@pytest.fixture
def subject(doctor: Actor) -> Any:
    return f.a_patient(doctor)[0]


def declare(subject: Any, doctor: Actor, **what: str) -> Allergy:
    return actions.declare_allergy(subject_id=subject, **what, by=doctor, at=NOW())


def words(answer: Any) -> str:
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&#x27;", "'").split())


# --- Declaring


def test_given_a_patient_in_care_when_declared_then_it_stands_on_his_page(
    client: Client, doctor: Actor, subject: Any
) -> None:
    declare(subject, doctor, **PENICILLINS)
    said = words(client.get(reverse("prescribers:patient", args=[subject])))
    assert "Pénicillines" in said and "Déclarée par Dr Claire Lemoine" in said
    told = JournalEntry.objects.get(deed=Deed.ALLERGY)
    assert told.subject_id == subject and told.activity_id == doctor.activity_id


def test_the_way_from_a_typed_word_to_a_declared_class(
    client: Client, doctor: Actor, subject: Any
) -> None:
    answer = client.post(reverse("prescribers:allergies", args=[subject]), {"text": "pénici"})
    assert 'value="class:J01C"' in answer.content.decode()

    answer = client.post(
        reverse("prescribers:declare_allergy", args=[subject]),
        {"text": "pénici", "choice": "class:J01C"},
    )

    assert answer["Location"] == reverse("prescribers:patient", args=[subject])
    kept = Allergy.objects.get()
    assert (kept.kind, kept.code, kept.label) == ("class", "J01C", "Pénicillines")
    assert "nicilline" not in str(client.session.items())


def test_a_declared_class_is_named_in_the_language_of_the_page(
    client: Client, doctor: Actor, subject: Any
) -> None:
    declare(subject, doctor, **PENICILLINS)
    with translation.override("fr"):  # what the request activates ends here
        client.post(reverse("set_language"), {"language": "en"})
        assert "Penicillins" in words(client.get(reverse("prescribers:patient", args=[subject])))


def test_the_label_comes_from_the_catalogue_and_not_from_who_asks(
    doctor: Actor, subject: Any
) -> None:
    assert declare(subject, doctor, **PENICILLINS | {"label": "rien"}).label == "Pénicillines"


def test_declared_twice_by_two_people_it_stands_once(doctor: Actor) -> None:
    subject, patient = f.a_patient(doctor)
    declare(subject, doctor, **PENICILLINS)
    patient_acts.declare_allergy(**PENICILLINS, by=patient, at=NOW())
    assert Allergy.objects.count() == 1
    assert JournalEntry.objects.filter(deed=Deed.ALLERGY).count() == 1


def test_what_is_checked_comes_first(doctor: Actor, subject: Any) -> None:
    declare(subject, doctor, **PEANUT)
    declare(subject, doctor, **PENICILLINS)
    views = habits.allergies(subject)
    assert [(view.label, view.checked) for view in views] == [
        ("Pénicillines", True),
        ("arachide", False),
    ]


@pytest.mark.parametrize("kind", ["class", "substance", "", "x"])
@pytest.mark.parametrize("code", ["", "00000", "Z99", "' OR 1=1"])
def test_a_code_that_the_catalogue_does_not_offer_is_refused(
    doctor: Actor, subject: Any, kind: str, code: str
) -> None:
    with pytest.raises(allergies.NotNamed):
        declare(subject, doctor, kind=kind, code=code, label="latex")


# --- Ending


def test_what_is_ended_is_gone_from_the_page_kept_in_the_base_and_can_come_back(
    client: Client, doctor: Actor, subject: Any
) -> None:
    row = declare(subject, doctor, **PENICILLINS)
    answer = client.post(
        reverse("prescribers:end_allergy", args=[subject]), {"allergy": row.pk}, follow=True
    )
    assert "Aucune allergie déclarée" in words(answer)
    row.refresh_from_db()
    assert row.withdrawn_by_id == doctor.activity_id
    assert JournalEntry.objects.filter(deed=Deed.ALLERGY_ENDED, subject=subject).count() == 1
    assert declare(subject, doctor, **PENICILLINS).pk != row.pk


def test_the_doctor_ends_what_the_patient_declared(doctor: Actor) -> None:
    subject, patient = f.a_patient(doctor)
    row = patient_acts.declare_allergy(**PEANUT, by=patient, at=NOW())
    assert habits.allergies(subject)[0].by_patient
    actions.end_allergy(allergy_id=row.pk, by=doctor, at=NOW())
    assert habits.allergies(subject) == []


# --- Only in care


def test_a_doctor_who_has_not_the_patient_in_care_declares_ends_and_sees_nothing(
    doctor: Actor, subject: Any
) -> None:
    row = declare(subject, doctor, **PEANUT)
    me = f.a_prescriber()
    with pytest.raises(Refusal, match="no_care"):
        declare(subject, me, **PENICILLINS)
    with pytest.raises(Http404):
        actions.end_allergy(allergy_id=row.pk, by=me, at=NOW())
    client = acting(me)
    for name, data in (("allergies", {}), ("allergies", {"text": "pénici"}), ("end_allergy", {})):
        answer = client.post(reverse(f"prescribers:{name}", args=[subject]), data)
        assert answer.status_code == 404
    row.refresh_from_db()
    assert row.withdrawn_at is None and Allergy.objects.count() == 1


def test_a_pharmacist_declares_nothing(subject: Any) -> None:
    with pytest.raises(Refusal, match="no_care"):
        declare(subject, f.a_pharmacist(), **PEANUT)


# --- What it is for


def test_the_writing_page_shows_it_on_top_and_warns_at_the_line(
    client: Client, doctor: Actor, subject: Any
) -> None:
    draft = f.a_draft(doctor, subject, "AMOXICILLINE VIATRIS 1 g")
    url = reverse("prescribers:write", args=[draft.pk])
    before = words(client.get(url))
    assert "Aucune allergie déclarée" in before and "énicilline" not in before

    declare(subject, doctor, **PENICILLINS)

    top, rest = words(client.get(url)).split("Allergie : Pénicillines", 1)
    assert "Aucune allergie" not in top + rest
    assert "llergie" in rest and "énicilline" in rest


@pytest.mark.parametrize("text", ["", "a" * 121, "a\0b", "\u202e"])
def test_a_text_that_says_nothing_is_refused_at_its_field(
    client: Client, subject: Any, text: str
) -> None:
    answer = client.post(
        reverse("prescribers:declare_allergy", args=[subject]), {"text": text, "choice": "other"}
    )
    assert answer.status_code in (200, 422)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Allergy.objects.exists()
