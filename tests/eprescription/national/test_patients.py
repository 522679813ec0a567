"""Patients by FranceConnect: five traits that a professional checked find the space; nothing else does."""

from datetime import date
from html import unescape
from typing import Any

import pytest

from eprescription.identity.traits import IdentityStatus, Traits
from eprescription.models import Activity, Deed, JournalEntry, NationalLink, Role, Subject, User
from eprescription.national.registered import FRANCECONNECT
from tests import factories as f
from tests.national import Nation, Traveller, account_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor(db: Any) -> Any:
    return f.a_prescriber()


@pytest.fixture
def traveller(nation: Nation) -> Traveller:
    return Traveller(nation, FRANCECONNECT)


def jeanne(**other: Any) -> Traits:
    about = {
        "birth_name": "MARTEL",
        "first_names": "JEANNE MARIE",
        "birth_date": date(1951, 3, 4),
        "sex": "F",
        "birth_place": "31555",
        "status": IdentityStatus.VALI,
    }
    return Traits(**about | other)


def comes(traveller: Traveller, person: Any) -> Any:
    traveller.realm.people["one"] = person
    return traveller.signs_in("one")


def refused(answer: Any, traveller: Traveller, words: str, code: str) -> None:
    assert answer.status_code == 403 and not traveller.is_in
    assert words in unescape(answer.content.decode())
    assert JournalEntry.objects.filter(deed=Deed.REFUSED, code=code).exists()


def test_a_known_patient_without_account_gets_his_space(doctor: Any, traveller: Traveller) -> None:
    """Given a person whom a doctor registered and checked, when she comes by FranceConnect, then her space opens."""
    subject, _none = f.a_patient(doctor, jeanne(), account=False)
    assert comes(traveller, account_of(jeanne()))["Location"] == "/role/"
    traveller.client.get("/role/")
    assert traveller.client.get("/espace/").status_code == 200
    user = User.objects.get(pk=traveller.client.session["_auth_user_id"])
    assert Subject.objects.get(user=user).pk == subject
    assert not user.has_usable_password()
    assert JournalEntry.objects.filter(deed=Deed.ADMITTED, subject=subject).count() == 1


def test_who_comes_again_finds_the_same_account(
    doctor: Any, traveller: Traveller, nation: Nation
) -> None:
    f.a_patient(doctor, jeanne(), account=False)
    comes(traveller, account_of(jeanne()))
    again = Traveller(nation, FRANCECONNECT)
    comes(again, account_of(jeanne()))
    assert again.client.session["_auth_user_id"] == traveller.client.session["_auth_user_id"]
    assert NationalLink.objects.count() == 1
    assert Activity.objects.filter(role=Role.PATIENT).count() == 1


def test_who_has_an_account_keeps_it(doctor: Any, traveller: Traveller) -> None:
    _subject, actor = f.a_patient(doctor, jeanne())
    assert actor
    comes(traveller, account_of(jeanne()))
    assert traveller.client.session["_auth_user_id"] == str(actor.user_id)


def test_somebody_whom_no_professional_knows_gets_nothing(traveller: Traveller, db: Any) -> None:
    refused(comes(traveller, account_of(jeanne())), traveller, "dès qu'un médecin vous", "unknown")
    assert not User.objects.exists() and not Subject.objects.exists()


@pytest.mark.parametrize(
    "other",
    [
        {"birth_name": "MARTELL"},
        {"first_names": "JEANNE"},
        {"first_names": "MARIE JEANNE"},
        {"birth_date": date(1951, 3, 5)},
        {"sex": "M"},
        {"birth_place": "75112"},
        {"birth_place": "99999"},
    ],
)
def test_one_trait_that_differs_is_somebody_else(
    doctor: Any, traveller: Traveller, other: dict[str, Any]
) -> None:
    f.a_patient(doctor, jeanne(**other), account=False)
    refused(comes(traveller, account_of(jeanne())), traveller, "dès qu'un médecin", "unknown")


@pytest.mark.parametrize("status", [IdentityStatus.PROV])
def test_an_identity_that_nobody_checked_opens_nothing(
    doctor: Any, traveller: Traveller, status: IdentityStatus
) -> None:
    f.a_patient(doctor, jeanne(status=status), account=False)
    answer = comes(traveller, account_of(jeanne()))
    refused(answer, traveller, "pas encore été vérifiée", "unchecked")
    assert not User.objects.filter(username__startswith="fc-").exists()


def test_two_files_of_one_identity_open_neither(doctor: Any, traveller: Traveller) -> None:
    f.a_patient(doctor, jeanne(), account=False)
    f.a_patient(doctor, jeanne(), account=False)
    refused(
        comes(traveller, account_of(jeanne())), traveller, "Plusieurs dossiers", "several_people"
    )


def test_a_second_file_that_nobody_checked_neither_opens_nor_shuts(
    doctor: Any, traveller: Traveller
) -> None:
    subject, _none = f.a_patient(doctor, jeanne(), account=False)
    f.a_patient(doctor, jeanne(status=IdentityStatus.PROV), account=False)
    comes(traveller, account_of(jeanne()))
    assert Subject.objects.get(user=traveller.client.session["_auth_user_id"]).pk == subject


def test_accents_capitals_and_hyphens_do_not_count(doctor: Any, traveller: Traveller) -> None:
    f.a_patient(doctor, jeanne(birth_name="LE GOFF", first_names="ANNE-MAÏ ZOE"), account=False)
    typed = jeanne(birth_name="LE-GOFF", first_names="Anne Maï Zoé")
    assert comes(traveller, account_of(typed))["Location"] == "/role/"


def test_born_abroad_is_known_by_the_country(doctor: Any, traveller: Traveller) -> None:
    f.a_patient(doctor, jeanne(birth_place="99134"), account=False)
    person = account_of(jeanne(), birthplace="", birthcountry="99134")
    assert comes(traveller, person)["Location"] == "/role/"


@pytest.mark.parametrize(
    "other",
    [
        {"birthdate": "1951-00-00"},
        {"birthdate": "04/03/1951"},
        {"birthdate": "19510304"},
        {"gender": "unknown"},
        {"family_name": ""},
        {"given_name": ""},
        {"birthplace": "Toulouse"},
        {"birthplace": ""},
    ],
)
def test_traits_that_cannot_be_read_are_a_refusal_and_no_error(
    doctor: Any, traveller: Traveller, other: dict[str, str]
) -> None:
    f.a_patient(doctor, jeanne(), account=False)
    person = account_of(jeanne())
    answer = comes(traveller, type(person)("", person.sub, person.claims | other))
    refused(answer, traveller, "pas pu être vérifiée", "claims_traits")


def test_an_older_state_of_an_identity_opens_nothing(doctor: Any, traveller: Traveller) -> None:
    """Given a first name that was corrected since, then the wrong one finds nobody any more."""
    from eprescription.identity import vault

    subject, _none = f.a_patient(doctor, jeanne(first_names="JANE MARIE"), account=False)
    vault.keep(subject_id=subject, traits=jeanne())
    answer = comes(traveller, account_of(jeanne(first_names="JANE MARIE")))
    refused(answer, traveller, "dès qu'un médecin", "unknown")


def test_another_person_with_the_same_traits_is_not_the_one_who_came_first(
    doctor: Any, traveller: Traveller, nation: Nation
) -> None:
    f.a_patient(doctor, jeanne(), account=False)
    person = account_of(jeanne())
    comes(traveller, person)
    other = Traveller(nation, FRANCECONNECT)
    answer = comes(other, type(person)("", "another-subject", person.claims))
    refused(answer, other, "déjà lié à une autre identité", "other_subject")


def test_a_doctor_s_account_is_not_opened_by_the_lesser_proof(
    doctor: Any, traveller: Traveller
) -> None:
    """Given a doctor who is a patient too, when FranceConnect proves him, then he is sent to his card."""
    subject, _none = f.a_patient(doctor, jeanne(), account=False)
    f.a_patient_actor(subject, User.objects.get(pk=doctor.user_id))
    answer = comes(traveller, account_of(jeanne()))
    refused(answer, traveller, "entrez par Pro Santé Connect", "is_professional")


def test_a_closed_space_stays_closed(doctor: Any, traveller: Traveller) -> None:
    _subject, actor = f.a_patient(doctor, jeanne())
    assert actor
    Activity.objects.filter(pk=actor.activity_id).update(is_active=False)
    refused(comes(traveller, account_of(jeanne())), traveller, "Votre espace est fermé", "closed")


def test_the_space_of_another_member_of_the_family_stays_shut(
    doctor: Any, traveller: Traveller
) -> None:
    f.a_patient(doctor, jeanne(), account=False)
    sister, _none = f.a_patient(doctor, jeanne(first_names="ANNE"), account=False)
    comes(traveller, account_of(jeanne()))
    assert Subject.objects.get(pk=sister).user is None
