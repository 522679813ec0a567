"""Who sees what, on the page: the one button, whose word is asked, the history, the receipts."""

import re
import uuid
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Deed, JournalEntry, Opposition, Reach, SecretCare, User
from patients.actions import oppose, withdraw
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime


def page_of(actor: Actor, name: str = "choices", *args: Any) -> str:
    answer = acting(actor).get(reverse(f"patients:{name}", args=args))
    assert answer.status_code == 200
    main = re.sub(r"(?s).*<main[^>]*>|</main>.*", "", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(re.sub(r"<(?!button)[^>]+>", " ", main)))


@pytest.fixture
def family(db: Any) -> Any:
    """A girl of nine, her two parents in her space, her doctor, a prescription."""
    doctor = factories.a_prescriber()
    born = date(timezone.localdate().year - 9, 1, 2)
    subject, child = factories.a_patient(doctor, factories.traits("PETIT", born))
    links = [factories.a_link(factories.a_user().pk, subject) for _ in range(2)]
    parents = [factories.a_representative(link) for link in links]
    return doctor, child, parents, factories.a_signed(doctor, subject)


# --- Two who decide


def test_who_has_agreed_reads_that_it_stands_and_may_change_his_mind(family: Any) -> None:
    _doctor, _child, (one, other), _prescription = family
    oppose(reach=Reach.ALL, by=one, at=NOW())
    client = acting(other)
    sent = {"reach": "all", "space": other.space}
    answer = client.post(reverse("patients:withdraw"), sent, follow=True)
    said = unescape(answer.content.decode())
    assert "L'opposition reste tant que l'autre représentant n'a pas accepté" in said
    page = page_of(other)
    assert "Vous avez accepté ; l'opposition reste tant que l'autre n'a pas accepté." in page
    client.post(reverse("patients:oppose"), sent)
    assert "Vous avez accepté" not in page_of(other)
    assert Opposition.objects.get().consents.get().until is not None


def test_the_other_is_invited_on_his_home_until_he_answers(family: Any) -> None:
    _doctor, _child, (one, other), _prescription = family
    oppose(reach=Reach.ALL, by=one, at=NOW())
    assert "Votre accord est demandé" not in page_of(one, "home")
    withdraw(reach=Reach.ALL, by=other, at=NOW())
    assert "Votre accord est demandé" in page_of(one, "home")
    assert "Votre accord est demandé" not in page_of(other, "home")
    assert "votre accord manque encore" in page_of(one)
    withdraw(reach=Reach.ALL, by=one, at=NOW())
    assert "Votre accord est demandé" not in page_of(one, "home")


def test_each_reads_who_decided_without_a_name(family: Any) -> None:
    _doctor, _child, (one, other), _prescription = family
    oppose(reach=Reach.ALL, by=one, at=NOW())
    withdraw(reach=Reach.ALL, by=other, at=NOW())
    page = page_of(one)
    assert "Par vous, dans l'espace du portail" in page
    assert "autre représentant" in page_of(other)


def test_a_minor_reads_who_decides_and_has_no_button(family: Any) -> None:
    _doctor, child, (one, _other), _prescription = family
    oppose(reach=Reach.ALL, by=one, at=NOW())
    page = page_of(child)
    assert "Ce choix revient à vos représentants légaux, qui décident ensemble." in page
    assert "Vous pouvez en parler à votre médecin" in page
    assert "<button" not in page
    answer = acting(child).post(reverse("patients:withdraw"), {"reach": "all"})
    assert answer.status_code == 403
    assert "parler à votre médecin" in unescape(answer.content.decode())
    assert Opposition.objects.get().until is None


def test_a_minor_decides_of_what_he_keeps_secret(family: Any) -> None:
    doctor, child, _parents, _prescription = family
    kept = factories.a_signed(doctor, child.subject_id, secret=SecretCare.HEALTH)
    page = page_of(child)
    assert page.count("<button") == 1
    sent = {"reach": "prescription", "prescription": kept.pk}
    assert acting(child).post(reverse("patients:oppose"), sent).status_code == 302


# --- History and receipts


def test_the_history_tells_each_no_and_each_withdrawal_in_plain_words(db: Any) -> None:
    doctor = factories.a_prescriber()
    subject, patient = factories.a_patient(doctor)
    factories.a_signed(doctor, subject, may_follow=False)
    for act in (oppose, withdraw, oppose):
        act(reach=Reach.PRESCRIBER, prescriber_id=doctor.user_id, by=patient, at=NOW())
    page = page_of(patient)
    assert "Auprès du prescripteur, qui l'a enregistré à la signature" in page
    assert page.count("ne voit pas ce que la pharmacie vous remet. Par vous") == 3
    assert page.count("Retiré : Dr") == 1
    assert page.count("Récépissé") == 6  # four events, two switches that stand


def test_a_receipt_says_what_since_when_its_reference_and_how_to_take_it_back(db: Any) -> None:
    doctor = factories.a_prescriber()
    subject, patient = factories.a_patient(doctor)
    signed = factories.a_signed(doctor, subject, may_follow=False)
    made = Opposition.objects.get(prescription=signed)
    page = page_of(patient, "receipt", made.pk)
    reference = "-".join(re.findall("....", made.pk.hex[:12].upper()))
    for words in (
        reference,
        "Elle est en vigueur.",
        "Dr",
        "MARTEL",
        "Partager à nouveau",
        "R. 4072-1",
    ):
        assert words in page, words
    paper = acting(patient).get(reverse("patients:receipt_pdf", args=[made.pk]))
    assert paper.content.startswith(b"%PDF") and paper["Content-Type"] == "application/pdf"
    again = acting(patient).get(reverse("patients:receipt_pdf", args=[made.pk]))
    assert again.content == paper.content
    assert JournalEntry.objects.filter(deed=Deed.READ, code="opposition receipt").count() == 3
    withdraw(reach=Reach.PRESCRIPTION, prescription=signed, by=patient, at=NOW())
    assert "Elle a été retirée." in page_of(patient, "receipt", made.pk)


def test_a_receipt_of_somebody_else_does_not_exist(db: Any) -> None:
    doctor = factories.a_prescriber()
    _subject, patient = factories.a_patient(doctor)
    _other_subject, other = factories.a_patient(doctor, factories.traits("DURAND"))
    oppose(reach=Reach.ALL, by=other, at=NOW())
    theirs = Opposition.objects.get().pk
    for name in ("receipt", "receipt_pdf"):
        for pk in (theirs, uuid.uuid4()):
            assert acting(patient).get(reverse(f"patients:{name}", args=[pk])).status_code == 404


def test_a_representative_gets_no_receipt_of_secret_care(family: Any) -> None:
    doctor, child, (one, _other), _prescription = family
    kept = factories.a_signed(doctor, child.subject_id, secret=SecretCare.HEALTH, may_follow=False)
    made = Opposition.objects.get(prescription=kept)
    assert acting(child).get(reverse("patients:receipt", args=[made.pk])).status_code == 200
    assert acting(one).get(reverse("patients:receipt", args=[made.pk])).status_code == 404
    assert "Récépissé" not in page_of(one)


def test_who_has_no_record_of_his_own_reads_an_empty_page(family: Any) -> None:
    _doctor, _child, (one, _other), _prescription = family
    himself = factories.load(one.activity_id, User.objects.get(pk=one.user_id))
    assert himself is not None and himself.subject_id is None
    assert "<button" not in page_of(himself)
    assert "Qui voit quoi" in page_of(himself)
