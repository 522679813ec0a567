"""How a medicine is taken, as the patient reads it: in plain words, in his language, beside the paper's French."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Prescription
from eprescription.posology.plain import LANGUAGES
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db


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


def page(client: Client, prescription: Prescription) -> str:
    answer = client.get(reverse("patients:prescription", args=[prescription.pk]))
    assert answer.status_code == 200
    return unescape(answer.content.decode().split("<main", 1)[1])


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def read_in(client: Client, prescription: Prescription, language: str) -> None:
    answer = client.post(
        reverse("patients:read_in", args=[prescription.pk]), {"language": language}
    )
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"{prescription.pk}/#medicines")


def test_he_reads_a_plain_sentence_and_sees_the_moments_of_his_day(
    patient: Actor, prescription: Prescription
) -> None:
    html = page(acting(patient), prescription)

    assert "1 comprimé le matin et 1 comprimé le soir, pendant 7 jours." in words(html)
    assert "Matin 1 Midi – rien Soir 1 Coucher – rien" in words(html)
    assert "Écrit sur l'ordonnance : « 1 comprimé matin et soir »" in words(html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_he_reads_it_in_another_language_and_the_medicine_keeps_its_name(
    patient: Actor, prescription: Prescription, language: str
) -> None:
    client = acting(patient)

    read_in(client, prescription, language)
    html = page(client, prescription)

    assert re.search(r'<h3 class="line__name" lang="fr"[^>]*>Amoxicilline', html)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<div class="how__part" lang="{language}" dir="{direction}">' in html
    assert "« 1 comprimé matin et soir »" in words(html)
    if language != "fr":
        assert "1 comprimé le matin et" not in words(html)


def test_a_translation_says_that_the_paper_in_french_holds(
    patient: Actor, prescription: Prescription
) -> None:
    client = acting(patient)

    read_in(client, prescription, "es")

    assert "vale el papel en francés" in words(page(client, prescription))


def test_the_language_is_kept_until_he_leaves_and_no_longer(
    patient: Actor, prescription: Prescription
) -> None:
    client = acting(patient)
    read_in(client, prescription, "tr")

    assert "Sabah 1 tablet" in words(page(client, prescription))
    assert "Sabah 1 tablet" not in words(page(acting(patient), prescription))


@pytest.mark.parametrize("language", ["", "xx", "../fr", "pt", "ar" * 200, "\x00"])
def test_a_language_that_is_none_changes_nothing(
    patient: Actor, prescription: Prescription, language: str
) -> None:
    client = acting(patient)

    read_in(client, prescription, language)

    assert "1 comprimé le matin" in words(page(client, prescription))


def test_who_reads_the_portal_in_english_reads_his_medicine_in_english(
    patient: Actor, prescription: Prescription
) -> None:
    client = acting(patient)
    client.cookies["django_language"] = "en"

    assert "1 tablet in the morning and 1 tablet in the evening" in words(
        page(client, prescription)
    )


def test_what_the_prescriber_wrote_freely_stays_french_and_says_so(
    doctor: Actor, patient: Actor
) -> None:
    prescription = factories.a_signed(
        doctor, patient.subject_id, posology="selon le schéma remis", duration_days=5
    )
    client = acting(patient)
    read_in(client, prescription, "de")
    html = page(client, prescription)

    assert "Die Einnahme ist nur auf Französisch beschrieben" in words(html)
    assert re.search(r'lang="fr" dir="ltr" data-say>selon le schéma remis<', html)
    assert 'class="day"' not in html


def test_if_needed_is_said_apart_with_its_maximum(doctor: Actor, patient: Actor) -> None:
    prescription = factories.a_signed(
        doctor, patient.subject_id, posology="1 comprimé si douleur, maximum 3 par jour"
    )
    said = words(page(acting(patient), prescription))

    assert "Seulement si besoin Au maximum 3" in said


def test_nobody_reads_a_strangers_prescription_by_choosing_a_language(
    doctor: Actor, prescription: Prescription
) -> None:
    _subject, other = factories.a_patient(doctor, factories.traits("AUTRE", date(1960, 1, 2)))
    client = acting(other)

    answer = client.post(
        reverse("patients:read_in", args=[prescription.pk]), {"language": "es"}, follow=True
    )

    assert answer.status_code == 404


def test_what_the_pharmacy_changed_comes_first_and_no_picture_tells_another_thing(
    patient: Actor, prescription: Prescription
) -> None:
    pharmacist = factories.a_pharmacist()
    now = timezone.now()
    factories.open_at(pharmacist, prescription, now)
    decisions = [
        replace(
            one,
            posology="1 comprimé le soir",
            agreement="Dr Lemoine",
            agreed_how="phone",
            agreed_at=now,
        )
        for one in factories.decisions_for(prescription, now)
    ]
    factories.dispense(pharmacist, prescription, decisions)
    client = acting(patient)
    read_in(client, prescription, "es")

    html = page(client, prescription)

    assert "La farmacia ha cambiado la forma de tomarlo. En francés: 1 comprimé le soir" in words(
        html
    )
    assert 'class="day"' not in html
