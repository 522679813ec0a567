"""Professionals by Pro Santé Connect: who enters, in which activities, and who is told why not."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from eprescription.demo.national_people import professional
from eprescription.models import (
    Activity,
    Deed,
    JournalEntry,
    NationalLink,
    Outcome,
    Place,
    Profession,
    User,
)
from eprescription.national.registered import PSC
from tests import factories as f
from tests.national import Nation, Traveller, asked, card_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor(db: Any) -> Any:
    return f.a_prescriber()


@pytest.fixture
def traveller(nation: Nation) -> Traveller:
    return Traveller(nation, PSC)


def shows(traveller: Traveller, person: Any) -> Any:
    traveller.realm.people["one"] = person
    return traveller.signs_in("one")


def refused(answer: Any, traveller: Traveller, words: str, code: str) -> None:
    """Nobody is signed in, the page says why, and the journal which guard it was."""
    assert answer.status_code == 403
    assert words in unescape(answer.content.decode())
    assert not traveller.is_in
    assert JournalEntry.objects.filter(
        deed=Deed.REFUSED, outcome=Outcome.REFUSED, code=code
    ).exists()


def test_a_doctor_enters_with_his_card_and_no_second_factor_of_the_portal(
    doctor: Any, traveller: Traveller
) -> None:
    """Given an installation that requires a second factor, when the card is shown, then the role opens at once."""
    answer = shows(traveller, card_of(doctor))
    assert answer["Location"] == "/role/"
    assert traveller.client.get("/role/")["Location"] == "/"
    assert traveller.client.get("/prescripteur/").status_code == 200


def test_what_is_asked_is_exactly_what_the_provider_documents(
    doctor: Any, traveller: Traveller
) -> None:
    question = asked(traveller.leaves())
    assert question["acr_values"] == "eidas1" and question["response_type"] == "code"
    assert question["code_challenge_method"] == "S256" and len(question["code_challenge"]) == 43
    assert len(question["nonce"]) >= 22 and len(question["state"]) >= 22
    assert question["redirect_uri"] == "http://testserver/connexion/pro-sante-connect/retour/"
    assert "client_secret" not in question


def test_the_account_is_held_to_the_subject_from_the_first_sign_in_on(
    doctor: Any, traveller: Traveller, nation: Nation
) -> None:
    shows(traveller, card_of(doctor))
    link = NationalLink.objects.get()
    assert (link.user_id, link.issuer) == (doctor.user_id, traveller.realm.issuer)
    other = card_of(doctor)
    second = Traveller(nation, PSC)
    answer = shows(second, type(other)(other.called, "f:another:subject", other.claims))
    refused(answer, second, "déjà lié à une autre identité", "other_subject")


def test_a_subject_that_changes_its_number_does_not_change_its_account(
    doctor: Any, traveller: Traveller, nation: Nation
) -> None:
    card = card_of(doctor)
    shows(traveller, card)
    colleague = card_of(f.a_prescriber())
    second = Traveller(nation, PSC)
    answer = shows(second, type(card)("", card.sub, colleague.claims))
    refused(answer, second, "déjà lié à une autre identité", "other_subject")


def test_an_e_mail_address_opens_nothing(doctor: Any, traveller: Traveller) -> None:
    username = User.objects.get(pk=doctor.user_id).username
    stranger = professional(f.an_rpps(), "Claire", "Lemoine", "10", [("000000001", "Ailleurs")])
    claims = stranger.claims | {"email": username, "name": username}
    answer = shows(traveller, type(stranger)("", username, claims))
    refused(
        answer, traveller, "Aucun compte de ce portail ne porte votre numéro RPPS", "no_account"
    )
    assert User.objects.count() == 1 and not NationalLink.objects.exists()


def test_a_profession_that_is_not_served_is_told_so(traveller: Traveller, db: Any) -> None:
    nurse = professional(f.an_rpps(), "Hugo", "Marin", "60", [("310000042", "Clinique")])
    refused(shows(traveller, nurse), traveller, "Votre profession n'y est pas", "profession")


@pytest.mark.parametrize("code", [Profession.DENTIST, Profession.MIDWIFE])
def test_the_other_prescribing_professions_enter(traveller: Traveller, code: str, db: Any) -> None:
    actor = f.a_prescriber(profession=code)
    assert shows(traveller, card_of(actor))["Location"] == "/role/"


def test_a_preparer_is_known_by_her_role(traveller: Traveller, db: Any) -> None:
    actor = f.a_pharmacist()
    Activity.objects.filter(pk=actor.activity_id).update(profession=Profession.PREPARER)
    assert shows(traveller, card_of(actor))["Location"] == "/role/"
    traveller.client.get("/role/")
    assert traveller.client.session["activity"] == str(actor.activity_id)


def test_a_doctor_does_not_enter_as_the_pharmacist_that_the_portal_knows(
    traveller: Traveller, db: Any
) -> None:
    actor = f.a_pharmacist()
    card = card_of(actor)
    exercise = card.claims["SubjectRefPro"]["exercices"][0] | {"codeProfession": "10"}
    claims = card.claims | {"SubjectRefPro": {"exercices": [exercise]}}
    answer = shows(traveller, type(card)("", card.sub, claims))
    refused(answer, traveller, "Pharmacie de la Gare", "no_activity")


def test_no_place_here_is_told_with_the_places_that_are_known(
    doctor: Any, traveller: Traveller
) -> None:
    card = card_of(doctor, places=[("310000042", "Clinique des Tilleuls")])
    refused(shows(traveller, card), traveller, "Clinique des Tilleuls", "no_activity")


def test_several_activities_ask_in_which_one_he_comes(doctor: Any, traveller: Traveller) -> None:
    """Given two practices here and a third nowhere, then he chooses between two and is told of the third."""
    user = User.objects.get(pk=doctor.user_id)
    town = f.a_place(Place.Kind.PRACTICE, "Cabinet du Port")
    second = f.a_prescriber(user, town)
    rpps = Activity.objects.get(pk=doctor.activity_id).identifier
    Activity.objects.filter(pk=second.activity_id).update(identifier=rpps)
    here = Activity.objects.get(pk=doctor.activity_id).place
    places = [(here.identifier, here.name), (town.identifier, town.name), ("310000042", "Clinique")]
    shows(traveller, card_of(doctor, places=places))
    page = traveller.client.get("/role/").content.decode()
    assert "Cabinet du Port" in page and "Cabinet des Lilas" in page
    assert "non ouverts ici : Clinique" in page
    traveller.client.post("/role/", {"activity": str(second.activity_id)})
    assert traveller.client.session["activity"] == str(second.activity_id)


def test_an_activity_that_the_card_does_not_show_stays_shut(
    doctor: Any, traveller: Traveller
) -> None:
    """Given a second practice of the portal that the card does not name, then neither choice nor switch opens it."""
    user = User.objects.get(pk=doctor.user_id)
    second = f.a_prescriber(user, f.a_place(Place.Kind.PRACTICE, "Cabinet du Port"))
    rpps = Activity.objects.get(pk=doctor.activity_id).identifier
    Activity.objects.filter(pk=second.activity_id).update(identifier=rpps)
    shows(traveller, card_of(doctor))
    for _again in range(2):
        traveller.client.post("/role/", {"activity": str(second.activity_id)})
        assert traveller.client.session.get("activity") in (None, str(doctor.activity_id))
        traveller.client.post("/role/", {"activity": str(doctor.activity_id)})
    assert traveller.client.session["only"] == [str(doctor.activity_id)]


@pytest.mark.parametrize("number", ["81000000016", "899999999999", "", None, 12, "0810000000"])
def test_a_number_that_is_none_is_refused(traveller: Traveller, number: Any, db: Any) -> None:
    card = professional(f.an_rpps(), "A", "B", "10", [("1", "C")])
    claims = card.claims | {"SubjectNameID": number, "preferred_username": number}
    answer = shows(traveller, type(card)("", card.sub, claims))
    refused(answer, traveller, "pas pu être vérifiée", "claims_number")


@pytest.mark.parametrize(
    "described",
    [None, [], "x", {"exercices": 1}, {"exercices": [1, {"activities": "x"}, {"activities": [3]}]}],
)
def test_a_userinfo_of_another_shape_is_a_refusal_and_no_error(
    doctor: Any, traveller: Traveller, described: Any
) -> None:
    card = card_of(doctor)
    answer = shows(traveller, type(card)("", card.sub, card.claims | {"SubjectRefPro": described}))
    assert answer.status_code == 403 and not traveller.is_in


def test_a_closed_account_stays_closed(doctor: Any, traveller: Traveller) -> None:
    User.objects.filter(pk=doctor.user_id).update(is_active=False)
    refused(shows(traveller, card_of(doctor)), traveller, "Aucun compte", "no_account")


def test_the_session_is_new_and_the_old_key_opens_nothing(
    doctor: Any, traveller: Traveller
) -> None:
    url = traveller.leaves()
    before = traveller.client.cookies["sessionid"].value
    traveller.realm.people["one"] = card_of(doctor)
    traveller.arrives(traveller.proves(url, "one"))
    assert traveller.client.cookies["sessionid"].value != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/compte/").status_code == 302


def test_tokens_and_claims_stay_in_no_session(doctor: Any, traveller: Traveller) -> None:
    shows(traveller, card_of(doctor))
    kept = repr(dict(traveller.client.session.items()))
    rpps = Activity.objects.get(pk=doctor.activity_id).identifier
    assert "eyJ" not in kept and rpps not in kept and "Lemoine" not in kept
