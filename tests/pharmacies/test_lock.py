"""The lock of a post: after five idle minutes nothing is shown or done, and nothing that was typed is lost."""

import re
import time
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from eprescription.actor import Actor
from eprescription.models import Claim, Deed, JournalEntry, Place
from pharmacies import people
from pharmacies.locking import COOKIE
from tests import factories
from tests.pharmacies.test_people import CODE, a_post, seat_of, take_over, with_code
from tests.sessions import acting

DESK = "/pharmacie/"
MINUTES = 60


@pytest.fixture
def desk(pharmacist: Actor) -> Client:
    return a_post(with_code(pharmacist, CODE))


def idle(client: Client, seconds: float) -> None:
    session = client.session
    session["seen"] = time.time() - seconds
    session.save()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


@pytest.mark.parametrize(("seconds", "status"), [(4 * MINUTES, 200), (6 * MINUTES + 1, 423)])
def test_a_post_locks_by_itself_when_idle(desk: Client, seconds: float, status: int) -> None:
    idle(desk, seconds)
    assert desk.get(DESK).status_code == status


def test_it_stays_locked_until_somebody_proves_himself(desk: Client, pharmacist: Actor) -> None:
    idle(desk, 7 * MINUTES)
    assert [desk.get(DESK).status_code for _time in range(2)] == [423, 423]
    assert JournalEntry.objects.filter(deed=Deed.LOCKED).count() == 1
    before = desk.session.session_key
    assert take_over(desk, pharmacist, CODE)["Location"] == DESK
    assert desk.get(DESK).status_code == 200
    assert desk.session.session_key != before
    opened = JournalEntry.objects.get(deed=Deed.SWITCHED)
    assert (opened.activity_id, opened.code) == (pharmacist.activity_id, "unlocked")


def test_even_after_an_hour_a_pharmacist_is_locked_and_not_signed_out(
    desk: Client, pharmacist: Actor
) -> None:
    idle(desk, 60 * MINUTES)
    assert desk.get(DESK).status_code == 423
    assert take_over(desk, pharmacist, CODE).status_code == 302


def test_other_roles_are_signed_out_after_thirty_minutes_as_before(doctor: Actor) -> None:
    client = acting(doctor)
    idle(client, 20 * MINUTES)
    assert client.get("/prescripteur/").status_code == 200
    idle(client, 31 * MINUTES)
    assert client.get("/prescripteur/")["Location"].startswith("/connexion/")


def test_the_page_that_asks_for_news_is_nobodys_activity(desk: Client) -> None:
    idle(desk, 4 * MINUTES)
    assert desk.get(DESK, headers={"X-Live": "1"}).status_code == 200
    idle(desk, 7 * MINUTES)
    answer = desk.get(DESK, headers={"X-Live": "1"})
    assert (answer.status_code, answer.content) == (423, b"")


def test_news_do_not_keep_it_open(desk: Client) -> None:
    idle(desk, 5 * MINUTES)
    before = desk.session["seen"]
    desk.get(DESK, headers={"X-Live": "1"})
    assert desk.session["seen"] == before
    desk.post(reverse("pharmacies:presence"))
    assert desk.session["seen"] > before


def test_every_address_of_the_portal_is_locked_and_tells_nothing(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    factories.open_at(pharmacist, prescription)
    desk.post(reverse("pharmacies:lock"))
    for url in (
        DESK,
        reverse("pharmacies:prescription", args=[prescription.pk]),
        reverse("pharmacies:dispensings"),
        reverse("account_security"),
        reverse("account_change_password"),
        reverse("choose_activity"),
        "/",
    ):
        answer = desk.get(url)
        assert answer.status_code == 423, url
        assert "MARTEL" not in answer.content.decode()


def test_a_form_that_arrives_locked_does_nothing(desk: Client, doctor: Actor, patient: Any) -> None:
    prescription = factories.a_signed(doctor, patient)
    desk.post(reverse("pharmacies:lock"))
    answer = desk.post(reverse("pharmacies:scan"), {"text": factories.code_of(prescription)})
    assert answer.status_code == 423
    assert not Claim.objects.exists()


def test_a_form_that_arrives_locked_is_kept_and_sent_after_the_proof(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    # Given a code that is posted at a locked post
    prescription = factories.a_signed(doctor, patient)
    code = factories.code_of(prescription)
    desk.post(reverse("pharmacies:lock"))
    page = desk.post(reverse("pharmacies:scan"), {"text": code}).content.decode()
    # Then whoever passes by reads nothing of it in the page
    assert code not in page
    kept = hidden(page, "kept")
    # When a first proof is wrong and the next one right
    wrong = take_over(desk, pharmacist, "000001", kept=kept).content.decode()
    right = take_over(desk, pharmacist, CODE, kept=hidden(wrong, "kept")).content.decode()
    # Then it is shown to be sent, and sent it opens
    assert f'action="{reverse("pharmacies:scan")}"' in right
    assert desk.post(reverse("pharmacies:scan"), {"text": hidden(right, "text")}).status_code == 302
    assert Claim.objects.get().by_id == pharmacist.activity_id


@pytest.mark.parametrize("kept", ["x", "AAAA", "é", ""])
def test_what_was_not_kept_here_is_not_sent(desk: Client, pharmacist: Actor, kept: str) -> None:
    desk.post(reverse("pharmacies:lock"))
    assert take_over(desk, pharmacist, CODE, kept=kept)["Location"] == DESK


def test_what_was_kept_in_another_pharmacy_is_not_sent_here(
    desk: Client, pharmacist: Actor
) -> None:
    elsewhere = a_post(factories.a_pharmacist())
    elsewhere.post(reverse("pharmacies:lock"))
    kept = hidden(
        elsewhere.post(reverse("pharmacies:scan"), {"text": "x"}).content.decode(), "kept"
    )
    desk.post(reverse("pharmacies:lock"))
    assert take_over(desk, pharmacist, CODE, kept=kept).status_code == 302


def test_a_form_of_another_site_is_not_kept(pharmacist: Actor) -> None:
    with_code(pharmacist, CODE)
    client = a_post(pharmacist)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    client.post(reverse("pharmacies:lock"))
    assert strict.post(reverse("pharmacies:scan"), {"text": "x"}).status_code == 403


@pytest.mark.parametrize("back", ["https://exemple.fr/", "//exemple.fr", "javascript:alert(1)", ""])
def test_the_lock_never_leads_out_of_the_portal(desk: Client, pharmacist: Actor, back: str) -> None:
    assert desk.post(reverse("pharmacies:lock"), {"back": back})["Location"] == DESK
    assert take_over(desk, pharmacist, CODE, back=back)["Location"] == DESK


def test_it_comes_back_to_the_page_one_was_on(desk: Client, pharmacist: Actor) -> None:
    page = reverse("pharmacies:dispensings")
    assert desk.post(reverse("pharmacies:lock"), {"back": page})["Location"] == page
    back = hidden(desk.get(page).content.decode(), "back")
    assert take_over(desk, pharmacist, CODE, back=back)["Location"] == page


def test_a_script_is_told_who_is_there_and_the_token_of_its_forms(
    desk: Client, pharmacist: Actor
) -> None:
    desk.post(reverse("pharmacies:lock"))
    data = {"seat": str(seat_of(pharmacist).pk), "proof": CODE}
    answer = desk.post(reverse("pharmacies:unlock"), data, headers={"Accept": "application/json"})
    assert answer.json()["person"] == "Mme Inès Roy"
    assert len(answer.json()["token"]) == 64


def test_nobody_is_offered_who_has_no_code_but_the_one_who_is_there(pharmacist: Actor) -> None:
    client = a_post(pharmacist)
    without = factories.a_pharmacist(place=Place.objects.get(pk=pharmacist.place_id))
    people.take_seat(post=client.cookies[COOKIE].value, by=without, since=seat_of(pharmacist).since)
    client.post(reverse("pharmacies:lock"))
    page = client.get(DESK).content.decode()
    assert page.count('type="radio"') == 1


def test_the_language_can_be_changed_at_the_lock(desk: Client) -> None:
    desk.post(reverse("pharmacies:lock"))
    assert desk.post(reverse("set_language"), {"language": "en", "next": DESK}).status_code == 302
    assert desk.get(DESK).status_code == 423


def test_a_lost_seat_leaves_the_full_sign_in(pharmacist: Actor) -> None:
    client = acting(pharmacist)
    client.get(DESK)
    del client.cookies[COOKIE]
    client.post(reverse("pharmacies:lock"))
    page = client.get(DESK).content.decode()
    assert "Autre personne : connexion complète" in page
    assert 'type="radio"' not in page
