"""The fresh proof before a signature, for who came by a provider: as old as the provider says, given again there."""

import time
from typing import Any

import pytest

from eprescription.models import Activity, Deed, JournalEntry, User
from eprescription.national.registered import FRANCECONNECT, PSC
from tests import factories as f
from tests.national import Nation, Traveller, account_of, asked, card_of
from tests.sessions import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor(db: Any) -> Any:
    return f.a_prescriber()


@pytest.fixture
def signed_in(doctor: Any, nation: Nation) -> Traveller:
    traveller = Traveller(nation, PSC)
    traveller.realm.people["one"] = card_of(doctor)
    traveller.signs_in("one")
    traveller.client.get("/role/")
    return traveller


def aged(traveller: Traveller, minutes: int) -> None:
    session = traveller.client.session
    session["proved_at"] = time.time() - minutes * 60
    session.save()


def the_sign_page(traveller: Traveller, doctor: Any) -> Any:
    subject, _actor = f.a_patient(doctor)
    draft = f.a_draft(doctor, subject)
    return f"/prescripteur/ordonnances/{draft.pk}/signer/"


def test_a_fresh_card_signs_without_being_asked_again(signed_in: Traveller, doctor: Any) -> None:
    page = signed_in.client.get(the_sign_page(signed_in, doctor)).content.decode()
    assert "Prouver mon identité" not in page and "Votre mot de passe" not in page


def test_a_session_open_at_the_provider_since_the_morning_is_no_fresh_proof(
    doctor: Any, nation: Nation
) -> None:
    """Given a card shown three hours ago, when the portal lets in without showing it again, then signing asks for it."""
    traveller = Traveller(nation, PSC)
    traveller.realm.people["one"] = card_of(doctor)
    traveller.realm.sessions["old"] = ("one", int(time.time()) - 3 * 3600)
    traveller.provider.cookies.set(traveller.realm.cookie, "old")
    traveller.signs_in("one")
    traveller.client.get("/role/")
    assert traveller.is_in
    page = traveller.client.get(the_sign_page(traveller, doctor)).content.decode()
    assert "Prouver mon identité" in page and "Votre mot de passe" not in page


def test_a_provider_that_does_not_say_when_gives_no_fresh_proof(
    doctor: Any, nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    traveller = Traveller(nation, PSC)
    traveller.realm.people["one"] = card_of(doctor)
    honest = traveller.realm.id_claims
    monkeypatch.setattr(
        traveller.realm,
        "id_claims",
        lambda grant, access: {
            name: value for name, value in honest(grant, access).items() if name != "auth_time"
        },
    )
    traveller.signs_in("one")
    assert traveller.client.session["proved_at"] == 0


def test_without_fresh_proof_nothing_is_signed(signed_in: Traveller, doctor: Any) -> None:
    url = the_sign_page(signed_in, doctor)
    aged(signed_in, 16)
    sent = {"may_follow": "yes", "paper": "paper", "version": "1", "password": ""}
    signed_in.client.post(url, sent)
    assert not JournalEntry.objects.filter(deed=Deed.SIGNED).exists()


def test_an_account_without_password_is_never_fresh_by_itself(
    signed_in: Traveller, doctor: Any
) -> None:
    """allauth takes an account that has nothing to prove itself with for a fresh one."""
    user = User.objects.get(pk=doctor.user_id)
    user.set_unusable_password()
    user.save()
    signed_in.client.force_login(user)
    session = signed_in.client.session
    session["activity"] = str(doctor.activity_id)
    session["came_by"] = {"provider": PSC, "id_token": ""}
    session["seen"] = session["signed_in_at"] = time.time()
    session.save()
    aged(signed_in, 16)
    page = signed_in.client.get(the_sign_page(signed_in, doctor)).content.decode()
    assert "Prouver mon identité" in page


def test_the_card_shown_again_signs(signed_in: Traveller, doctor: Any) -> None:
    """When the doctor proves himself at the provider, then he is back on the page, and it asks no more."""
    page = the_sign_page(signed_in, doctor)
    aged(signed_in, 16)
    url = signed_in.leaves(f"/connexion/preuve-nationale/?next={page}")
    assert asked(url)["prompt"] == "login" and asked(url)["max_age"] == "0"
    before = signed_in.client.session.session_key
    answer = signed_in.arrives(signed_in.proves(url, "one"))
    assert answer["Location"] == page
    assert signed_in.client.session.session_key != before
    assert "Prouver mon identité" not in signed_in.client.get(page).content.decode()
    assert signed_in.client.session["activity"] == str(doctor.activity_id)


def test_a_proof_by_somebody_else_is_none(signed_in: Traveller, doctor: Any) -> None:
    signed_in.realm.people["two"] = card_of(f.a_prescriber())
    aged(signed_in, 16)
    url = signed_in.leaves("/connexion/preuve-nationale/")
    answer = signed_in.arrives(signed_in.proves(url, "two"))
    assert answer.status_code == 403
    assert JournalEntry.objects.filter(code="proof_of_another").exists()
    assert time.time() - signed_in.client.session["proved_at"] > 900
    assert signed_in.is_in


def test_a_proof_older_than_the_question_is_none(
    signed_in: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider that skips `prompt=login` and answers from its own session."""
    aged(signed_in, 16)
    url = signed_in.leaves("/connexion/preuve-nationale/")
    honest = signed_in.realm.id_claims
    old = {"auth_time": int(time.time()) - 3600}
    monkeypatch.setattr(signed_in.realm, "id_claims", lambda g, a: honest(g, a) | old)
    answer = signed_in.arrives(signed_in.proves(url, "one"))
    assert answer.status_code == 403
    assert JournalEntry.objects.filter(code="token_not_again").exists()
    assert time.time() - signed_in.client.session["proved_at"] > 900


def test_a_proof_dated_tomorrow_is_worth_no_more_than_now(
    signed_in: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = signed_in.realm.id_claims
    ahead = {"auth_time": int(time.time()) + 86400}
    monkeypatch.setattr(signed_in.realm, "id_claims", lambda g, a: honest(g, a) | ahead)
    signed_in.arrives(signed_in.proves(signed_in.leaves("/connexion/preuve-nationale/"), "one"))
    assert signed_in.client.session["proved_at"] <= time.time()


@pytest.mark.parametrize("to", ["https://exemple.fr/", "//exemple.fr", "javascript:alert(1)"])
def test_the_way_back_never_leaves_the_portal(signed_in: Traveller, to: str) -> None:
    url = signed_in.leaves(f"/connexion/preuve-nationale/?next={to}")
    assert signed_in.arrives(signed_in.proves(url, "one"))["Location"] == "/"


def test_who_came_by_password_is_not_sent_to_the_provider(doctor: Any, nation: Nation) -> None:
    assert acting(doctor).get("/connexion/preuve-nationale/").status_code == 404


def test_changing_the_role_keeps_what_the_sign_in_was_worth(
    signed_in: Traveller, doctor: Any
) -> None:
    """Given a doctor who is a patient too, then switching opens his space, keeps the bounds and asks for the card again."""
    subject, _none = f.a_patient(doctor, account=False)
    user = User.objects.get(pk=doctor.user_id)
    own = f.a_patient_actor(subject, user)
    assert signed_in.leaves() == "/"  # already signed in: nothing new
    signed_in.client.post("/deconnexion/")
    signed_in.signs_in("one")
    for activity in (doctor, own, doctor):
        signed_in.client.post("/role/", {"activity": str(activity.activity_id)})
        assert signed_in.client.session["activity"] == str(activity.activity_id)
        assert signed_in.client.session["came_by"]["provider"] == PSC
        assert set(signed_in.client.session["only"]) == {
            str(doctor.activity_id),
            str(own.activity_id),
        }
    page = signed_in.client.get(the_sign_page(signed_in, doctor)).content.decode()
    assert "Prouver mon identité" in page


def test_a_patient_s_account_made_by_franceconnect_has_no_password_page_that_breaks(
    doctor: Any, nation: Nation
) -> None:
    who = f.traits()
    f.a_patient(doctor, who, account=False)
    traveller = Traveller(nation, FRANCECONNECT)
    traveller.realm.people["one"] = account_of(who)
    traveller.signs_in("one")
    traveller.client.get("/role/")
    assert Activity.objects.filter(user=traveller.client.session["_auth_user_id"]).count() == 1
    for url in ("/compte/", "/compte/second-facteur/", "/compte/mot-de-passe/"):
        assert traveller.client.get(url, follow=True).status_code == 200, url
    told = traveller.client.get("/compte/mot-de-passe/", follow=True).content.decode()
    assert "pas de mot de passe" in told


def test_a_key_is_planted_only_with_a_fresh_proof(signed_in: Traveller) -> None:
    """Given a session left open, when somebody wants to add a passkey of his own, then the card is asked for."""
    url = "/compte/second-facteur/webauthn/add/"
    user = User.objects.get(pk=signed_in.client.session["_auth_user_id"])
    user.set_unusable_password()  # to allauth, an account that is always fresh
    user.save()
    signed_in.client.post("/deconnexion/")
    signed_in.signs_in("one")
    assert signed_in.client.get(url).status_code == 200
    aged(signed_in, 16)
    answer = signed_in.client.get(url)
    assert answer.status_code == 302
    assert answer["Location"] == f"/connexion/preuve-nationale/?next={url}"
    assert signed_in.client.post(url, {})["Location"].startswith("/connexion/preuve-nationale/")
