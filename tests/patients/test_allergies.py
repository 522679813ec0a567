"""What the patient must not be given: he says it himself, and sees what professionals said."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription import allergies
from eprescription.actor import Actor
from eprescription.models import Allergy, Deed, JournalEntry
from eprescription.refusal import Refusal
from patients.actions import declare_allergy, end_allergy
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime
PEANUT = {"kind": "other", "code": "", "label": "arachide"}


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def patient(doctor: Actor) -> Actor:
    _subject, actor = factories.a_patient(doctor)
    assert actor is not None
    return actor


@pytest.fixture
def client(patient: Actor) -> Client:
    return acting(patient)


def page(client: Client) -> str:
    answer = client.get(reverse("patients:allergies"))
    assert answer.status_code == 200
    return words(answer)


def words(answer: Any) -> str:
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&#x27;", "'").split())


def declared_by(doctor: Actor, patient: Actor) -> Allergy:
    """What a professional wrote."""
    assert patient.subject_id
    return allergies.write(
        subject_id=patient.subject_id,
        kind="other",
        code="",
        label="latex",
        by=doctor,
        at=NOW(),
    )


# --- He says it


def test_given_no_allergy_then_the_page_says_so_and_where_to_write_one(client: Client) -> None:
    said = page(client)
    assert "Aucune allergie déclarée" in said
    assert "Déclarer une allergie" in said


def test_when_he_types_a_word_then_he_chooses_among_substances_and_keeps_one(
    client: Client, patient: Actor
) -> None:
    answer = client.post(reverse("patients:allergies"), {"text": "amoxi"})
    choice = re.search(r'value="(substance:\d{5})"', answer.content.decode())
    assert choice and "Amoxicilline" in words(answer)

    client.post(
        reverse("patients:declare_allergy"), {"text": "amoxi", "choice": choice[1]}, follow=True
    )

    kept = Allergy.objects.get(subject=patient.subject_id)
    assert (kept.kind, kept.label) == ("substance", "amoxicilline")
    assert f"substance:{kept.code}" == choice[1]
    said = page(client)
    assert "Amoxicilline" in said and "Déclarée par vous" in said


def test_when_nothing_has_that_name_then_his_words_are_kept_and_said_not_to_be_checked(
    client: Client, patient: Actor
) -> None:
    answer = client.post(reverse("patients:allergies"), {"text": "poil de zébu"})
    assert "Aucune substance ni famille de ce nom" in words(answer)

    client.post(reverse("patients:declare_allergy"), {"text": "poil de zébu", "choice": "other"})

    assert Allergy.objects.get(subject=patient.subject_id).kind == "other"
    assert "non contrôlée" in page(client)


def test_a_choice_that_the_catalogue_does_not_offer_becomes_his_words(
    client: Client, patient: Actor
) -> None:
    client.post(reverse("patients:declare_allergy"), {"text": "latex", "choice": "class:Z99"})
    assert Allergy.objects.get(subject=patient.subject_id).kind == "other"


def test_an_act_with_a_code_that_the_catalogue_does_not_offer_is_refused(patient: Actor) -> None:
    with pytest.raises(allergies.NotNamed):
        declare_allergy(kind="class", code="Z99", label="latex", by=patient, at=NOW())
    assert not Allergy.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "a" * 121, "a\0b", "\u202e", "\u200b", "😀"])
def test_a_text_that_says_nothing_is_refused_at_its_field_and_nothing_breaks(
    client: Client, text: str
) -> None:
    answer = client.post(reverse("patients:declare_allergy"), {"text": text, "choice": "other"})
    assert answer.status_code in (200, 422)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Allergy.objects.exists()


def test_declared_twice_it_stands_once_and_is_written_in_the_journal_once(patient: Actor) -> None:
    for label in ("arachide", "Arachide"):
        declare_allergy(**PEANUT | {"label": label}, by=patient, at=NOW())
    assert Allergy.objects.count() == 1
    assert JournalEntry.objects.filter(deed=Deed.ALLERGY).count() == 1


def test_fifty_allergies_are_the_most(patient: Actor) -> None:
    for number in range(allergies.MOST):
        declare_allergy(kind="other", code="", label=f"chose {number}", by=patient, at=NOW())
    with pytest.raises(allergies.NotNamed, match="too_many"):
        declare_allergy(**PEANUT, by=patient, at=NOW())


# --- He takes it back


def test_what_he_declared_he_ends_and_can_declare_again(client: Client, patient: Actor) -> None:
    first = declare_allergy(**PEANUT, by=patient, at=NOW())

    client.post(reverse("patients:end_allergy"), {"allergy": first.pk})

    assert "arachide" not in page(client).lower()
    assert JournalEntry.objects.filter(deed=Deed.ALLERGY_ENDED).count() == 1
    second = declare_allergy(**PEANUT, by=patient, at=NOW())
    assert second.pk != first.pk
    assert "Arachide" in page(client)


def test_what_was_ended_stays_with_who_ended_it_and_ending_twice_is_once(patient: Actor) -> None:
    row = declare_allergy(**PEANUT, by=patient, at=NOW())
    for _ in range(2):
        end_allergy(allergy_id=row.pk, by=patient, at=NOW())
    row.refresh_from_db()
    assert row.withdrawn_at and row.withdrawn_by_id == patient.activity_id
    assert JournalEntry.objects.filter(deed=Deed.ALLERGY_ENDED).count() == 1


def test_what_a_professional_declared_he_sees_with_who_and_when_but_cannot_end(
    client: Client, doctor: Actor, patient: Actor
) -> None:
    row = declared_by(doctor, patient)

    said = page(client)
    assert "Latex" in said and "Déclarée par Dr Claire Lemoine, " in said
    assert "Retirer" not in said
    answer = client.post(reverse("patients:end_allergy"), {"allergy": row.pk})

    assert answer.status_code == 403
    assert "Seul un professionnel" in words(answer)
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_what_a_professional_declared_as_the_patient_himself_is_still_a_professionals(
    doctor: Actor,
) -> None:
    """A doctor who is also a patient: the role in which he spoke decides."""
    subject_id, _none = factories.a_patient(doctor, account=False)
    user = factories.User.objects.get(pk=doctor.user_id)
    himself = factories.a_patient_actor(subject_id, user)
    row = declared_by(doctor, himself)
    with pytest.raises(Refusal, match="not_declared_by_you"):
        end_allergy(allergy_id=row.pk, by=himself, at=NOW())


def test_a_strangers_allergy_does_not_exist_for_him(client: Client, doctor: Actor) -> None:
    other = factories.a_patient(doctor)[1]
    assert other is not None
    row = declare_allergy(**PEANUT, by=other, at=NOW())

    assert "arachide" not in page(client).lower()
    for which in (row.pk, row.pk + 1000, "", "x", "9" * 40, "-1"):
        answer = client.post(reverse("patients:end_allergy"), {"allergy": which})
        assert answer.status_code == 404
    row.refresh_from_db()
    assert row.withdrawn_at is None


# --- Nothing leaks


def test_what_was_typed_stands_in_no_address_and_no_message(client: Client) -> None:
    answer = client.post(
        reverse("patients:declare_allergy"), {"text": "arachide", "choice": "other"}
    )
    assert answer["Location"] == reverse("patients:allergies")
    assert "arachide" not in str(client.session.items()).lower()
    assert "arachide" not in str(answer.cookies).lower()


def test_a_search_by_address_searches_nothing(client: Client) -> None:
    answer = client.get(reverse("patients:allergies"), {"text": "amoxicilline"})
    assert "amoxicilline" not in words(answer).lower()


def test_reading_leaves_its_trace(client: Client, patient: Actor) -> None:
    page(client)
    told = JournalEntry.objects.get(deed=Deed.LISTED, code="allergies")
    assert told.subject_id == patient.subject_id


def test_only_a_patient_speaks_as_one(doctor: Actor) -> None:
    with pytest.raises(Refusal, match="not_self"):
        declare_allergy(**PEANUT, by=doctor, at=NOW())
