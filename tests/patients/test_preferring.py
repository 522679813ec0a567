"""Paper or not, once for all: the patient says it in his space, the prescriber reads it when he signs."""

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.identity.traits import IdentityStatus
from eprescription.models import Deed, JournalEntry, PaperWish, Preferences, Prescription
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db
CHECKED = 'value="{}" id="id_paper_{}" checked'


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


def a_person(doctor: Actor, status: IdentityStatus = IdentityStatus.QUAL) -> Actor:
    more = {} if status.fetched else {"ins": "", "ins_oid": ""}
    _subject, actor = factories.a_patient(doctor, factories.traits(status=status, **more))
    assert actor is not None
    return actor


def wish(patient: Actor, paper: str) -> int:
    sent = {"paper": paper}
    return acting(patient).post(reverse("patients:wish_paper"), sent).status_code


def sign_page(doctor: Actor, draft: Prescription) -> str:
    return acting(doctor).get(reverse("prescribers:sign", args=[draft.pk])).content.decode()


@pytest.mark.parametrize("paper", [PaperWish.PAPER, PaperWish.MAIL])
def test_the_prescriber_reads_the_wish_with_its_answer_ticked(doctor: Actor, paper: str) -> None:
    patient = a_person(doctor)
    draft = factories.a_draft(doctor, patient.subject_id)
    assert "demandé dans son espace" not in sign_page(doctor, draft)
    assert wish(patient, paper) == 302
    page = sign_page(doctor, draft)
    assert "demandé dans son espace" in page and str(PaperWish(paper).label) in page.replace(
        "&#x27;", "'"
    )
    ticked = [x for x in page.split("<input") if 'name="paper"' in x and "checked" in x]
    assert len(ticked) == 1 and f'value="{paper}"' in ticked[0]


def test_to_be_asked_again_ticks_nothing(doctor: Actor) -> None:
    patient = a_person(doctor)
    wish(patient, PaperWish.PAPER)
    wish(patient, PaperWish.ASK)
    page = sign_page(doctor, factories.a_draft(doctor, patient.subject_id))
    assert not [x for x in page.split("<input") if 'name="paper"' in x and "checked" in x]


def test_without_a_qualified_identity_the_paper_is_needed_and_the_page_says_so(
    doctor: Actor,
) -> None:
    patient = a_person(doctor, IdentityStatus.VALI)
    assert wish(patient, PaperWish.MAIL) == 403
    assert not Preferences.objects.exists()
    page = acting(patient).get(reverse("patients:preferences")).content.decode()
    assert "identité qualifiée" in page


def test_a_wish_made_before_the_identity_lost_its_status_is_not_ticked(doctor: Actor) -> None:
    patient = a_person(doctor, IdentityStatus.VALI)
    Preferences.objects.create(
        subject_id=patient.subject_id,
        paper=PaperWish.MAIL,
        changed_at=timezone.now(),
        by_id=patient.activity_id,
    )
    assert "demandé dans son espace" not in sign_page(
        doctor, factories.a_draft(doctor, patient.subject_id)
    )


def test_twice_is_once_and_each_leaves_its_trace(doctor: Actor) -> None:
    patient = a_person(doctor)
    wish(patient, PaperWish.PAPER)
    wish(patient, PaperWish.PAPER)
    assert Preferences.objects.count() == 1
    assert JournalEntry.objects.filter(deed=Deed.PREFERRED, code="paper paper").count() == 2


@pytest.mark.parametrize("wrong", ["", "other", "\x00"])
def test_what_is_no_choice_is_told_at_the_field(doctor: Actor, wrong: str) -> None:
    assert wish(a_person(doctor), wrong) == 422
