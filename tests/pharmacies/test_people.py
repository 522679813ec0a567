"""Changing person at the counter: each under his own name, by a personal proof, on a post where he signed in fully."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.models import Activity, Claim, Deed, JournalEntry, Place, Profession, User
from eprescription.refusal import Refusal
from pharmacies import people
from pharmacies.locking import COOKIE
from pharmacies.models import CounterCode, Seat
from tests import factories
from tests.sessions import acting

CODE, OTHER_CODE = "470913", "815302"
LOCK, UNLOCK = "pharmacies:lock", "pharmacies:unlock"


@pytest.fixture
def place(db: Any) -> Place:
    return factories.a_place()


@pytest.fixture
def first(place: Place) -> Actor:
    return with_code(factories.a_pharmacist(place=place), CODE)


@pytest.fixture
def second(place: Place) -> Actor:
    return with_code(factories.a_pharmacist(place=place), OTHER_CODE)


@pytest.fixture
def post(first: Actor, second: Actor) -> Client:
    """The browser of a counter: both signed in fully today, the first one after the second."""
    return a_post(second, first)


def with_code(actor: Actor, code: str) -> Actor:
    people.set_code(code=code, by=actor, at=timezone.now())
    return actor


def a_post(*actors: Actor) -> Client:
    """A browser on which these people signed in fully, one after the other; the last one works."""
    browser: Client | None = None
    for actor in actors:
        signed_in = acting(actor)
        if browser and COOKIE in browser.cookies:
            signed_in.cookies[COOKIE] = browser.cookies[COOKIE].value
        signed_in.get(reverse("pharmacies:desk"))
        if browser and COOKIE not in signed_in.cookies:
            signed_in.cookies[COOKIE] = browser.cookies[COOKIE].value
        browser = signed_in
    assert browser
    return browser


def seat_of(actor: Actor) -> Seat:
    return Seat.objects.get(activity_id=actor.activity_id)


def take_over(post: Client, actor: Actor, proof: str, **more: str) -> Any:
    data = {"seat": str(seat_of(actor).pk), "proof": proof} | more
    return post.post(reverse(UNLOCK), data)


def lock(post: Client) -> None:
    post.post(reverse(LOCK), {"back": reverse("pharmacies:desk")})


def who(post: Client) -> str:
    return str(post.session["activity"])


# --- Taking over


def test_a_colleague_takes_over_by_a_personal_code(
    post: Client, first: Actor, second: Actor
) -> None:
    lock(post)
    before = post.session.session_key
    answer = take_over(post, second, OTHER_CODE)
    assert answer.status_code == 302
    assert who(post) == str(second.activity_id)
    assert post.session.session_key != before
    trace = JournalEntry.objects.get(deed=Deed.SWITCHED)
    assert (trace.activity_id, trace.place_id) == (second.activity_id, second.place_id)


def test_what_is_done_then_bears_the_name_of_the_colleague(
    post: Client, second: Actor, doctor: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    lock(post)
    take_over(post, second, OTHER_CODE)
    post.post(reverse("pharmacies:scan"), {"text": factories.code_of(prescription)})
    assert Claim.objects.get().by_id == second.activity_id


def test_taking_over_is_no_fresh_proof(post: Client, second: Actor) -> None:
    lock(post)
    take_over(post, second, OTHER_CODE)
    page = post.get(reverse("pharmacies:team")).content.decode()
    assert "Votre mot de passe" in page


def test_the_code_of_one_does_not_open_for_another(post: Client, second: Actor) -> None:
    lock(post)
    answer = take_over(post, second, CODE)
    assert answer.status_code == 422
    assert "Essais restants : 4." in answer.content.decode()
    assert who(post) != str(second.activity_id)
    assert post.get(reverse("pharmacies:desk")).status_code == 423


def test_the_password_opens_for_its_person_only(post: Client, first: Actor, second: Actor) -> None:
    lock(post)
    assert take_over(post, second, factories.PASSWORD).status_code == 422
    assert take_over(post, first, factories.PASSWORD).status_code == 302


def test_after_five_misses_only_a_full_sign_in_helps(post: Client, second: Actor) -> None:
    lock(post)
    for _time in range(people.MOST_MISSES):
        assert take_over(post, second, "000001").status_code == 422
    answer = take_over(post, second, OTHER_CODE)
    assert "seule une connexion complète" in answer.content.decode()
    assert post.get(reverse("pharmacies:desk")).status_code == 423
    # When the person signs in fully again
    people.take_seat(post=post.cookies[COOKIE].value, by=second, since=timezone.now())
    assert take_over(post, second, OTHER_CODE).status_code == 302


def test_a_right_code_forgets_the_misses(post: Client, first: Actor) -> None:
    for _time in range(2):
        lock(post)
        for _miss in range(people.MOST_MISSES - 1):
            take_over(post, first, "000001")
        assert take_over(post, first, CODE).status_code == 302
    assert seat_of(first).misses == 0


def test_after_half_a_day_a_code_takes_nobody_back(post: Client, second: Actor) -> None:
    long_ago = timezone.now() - people.LASTS - timedelta(seconds=1)
    Seat.objects.update(since=long_ago, until=long_ago + people.LASTS)
    lock(post)
    assert take_over(post, second, OTHER_CODE).status_code == 422
    assert post.get(reverse("pharmacies:desk")).status_code == 423


def test_taking_over_does_not_lengthen_the_half_day(
    post: Client, first: Actor, second: Actor
) -> None:
    until = {a: seat_of(a).until for a in (first, second)}
    for actor, code in ((second, OTHER_CODE), (first, CODE), (second, OTHER_CODE)):
        lock(post)
        take_over(post, actor, code)
        post.get(reverse("pharmacies:desk"))
    assert {a: seat_of(a).until for a in (first, second)} == until


def test_choosing_the_role_again_does_not_lengthen_it_either(
    post: Client, first: Actor, second: Actor, settings: Any
) -> None:
    settings.SECOND_FACTOR = "invited"
    until = {a: seat_of(a).until for a in (first, second)}
    choose_again(post, first)
    # Nor does it after somebody took over by a code
    lock(post)
    take_over(post, second, OTHER_CODE)
    choose_again(post, second)
    assert {a: seat_of(a).until for a in (first, second)} == until


def choose_again(post: Client, actor: Actor) -> None:
    before = post.session.session_key
    post.post(reverse("choose_activity"), {"activity": str(actor.activity_id)})
    assert post.session.session_key != before
    post.get(reverse("pharmacies:desk"))


def test_only_a_later_full_sign_in_forgets_misses(post: Client, second: Actor) -> None:
    lock(post)
    take_over(post, second, "000001")
    seat, cookie = seat_of(second), post.cookies[COOKIE].value
    for earlier in (seat.since, seat.since - timedelta(hours=1)):
        people.take_seat(post=cookie, by=second, since=earlier)
        assert (seat_of(second).misses, seat_of(second).until) == (1, seat.until)
    people.take_seat(post=cookie, by=second, since=seat.since + timedelta(hours=1))
    assert seat_of(second).misses == 0


def test_a_person_of_another_pharmacy_does_not_take_over(post: Client) -> None:
    stranger = with_code(factories.a_pharmacist(), "309417")
    people.take_seat(post=post.cookies[COOKIE].value, by=stranger, since=timezone.now())
    lock(post)
    assert take_over(post, stranger, "309417").status_code == 422


def test_a_seat_of_another_post_does_not_open_this_one(post: Client, place: Place) -> None:
    colleague = with_code(factories.a_pharmacist(place=place), "309417")
    a_post(colleague)
    lock(post)
    assert take_over(post, colleague, "309417").status_code == 422


def test_who_signed_out_is_not_taken_back(post: Client, first: Actor, second: Actor) -> None:
    post.post(reverse("account_logout"))
    assert seat_of(first).left_at is not None
    other = a_post(second)
    other.cookies[COOKIE] = post.cookies[COOKIE].value
    lock(other)
    assert take_over(other, first, CODE).status_code == 422


def test_who_is_struck_off_is_not_taken_back(post: Client, second: Actor) -> None:
    Activity.objects.filter(pk=second.activity_id).update(is_active=False)
    lock(post)
    assert take_over(post, second, OTHER_CODE).status_code == 422


def test_another_person_signs_in_fully_and_the_former_keeps_her_seat(
    post: Client, first: Actor
) -> None:
    lock(post)
    assert post.post(reverse("pharmacies:leave"))["Location"] == reverse("account_login")
    assert "activity" not in post.session
    assert seat_of(first).left_at is None


def test_a_preparer_takes_over_and_stays_one(
    post: Client, place: Place, doctor: Actor, patient: Any
) -> None:
    preparer = factories.a_pharmacist(place=place)
    Activity.objects.filter(pk=preparer.activity_id).update(profession=Profession.PREPARER)
    with_code(preparer, "309417")
    people.take_seat(post=post.cookies[COOKIE].value, by=preparer, since=timezone.now())
    lock(post)
    assert take_over(post, preparer, "309417").status_code == 302
    assert who(post) == str(preparer.activity_id)


# --- Sitting down


def test_a_full_sign_in_gives_a_seat_and_a_cookie_that_tells_nothing(first: Actor) -> None:
    client = a_post(first)
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == people.LASTS.total_seconds()
    assert cookie.value.encode() not in bytes(seat_of(first).post)


def test_a_session_that_tells_of_no_full_sign_in_gives_no_seat(first: Actor) -> None:
    client = acting(first)
    session = client.session
    del session["signed_in_at"]
    session.save()
    client.get(reverse("pharmacies:desk"))
    assert not Seat.objects.exists()


def test_other_roles_take_no_seat(doctor: Actor) -> None:
    client = acting(doctor)
    client.get(reverse("prescribers:home"))
    assert COOKIE not in client.cookies
    assert not Seat.objects.exists()


# --- One's own code


def set_code(client: Client, code: str, again: str = "", **more: str) -> Any:
    return client.post(reverse("pharmacies:team"), {"code": code, "again": again or code} | more)


def test_the_code_is_kept_as_a_hash_only(desk: Client, pharmacist: Actor) -> None:
    assert set_code(desk, CODE).status_code == 302
    kept = CounterCode.objects.get(user_id=pharmacist.user_id)
    assert CODE not in kept.digest
    assert people.has_code(pharmacist)


@pytest.mark.parametrize("code", ["123456", "987654", "000000", "121212", "471471", "445544"])
def test_a_code_that_is_guessed_first_is_refused(desk: Client, code: str) -> None:
    answer = set_code(desk, code)
    assert answer.status_code == 422
    assert "se devine" in answer.content.decode()


@pytest.mark.parametrize("code", ["12345", "abcdef", "１２９４５６", "", "😀😀😀😀😀😀"])
def test_a_code_has_six_digits(desk: Client, code: str) -> None:
    assert set_code(desk, code).status_code == 422
    assert not CounterCode.objects.exists()


def test_typed_differently_it_is_not_kept(desk: Client) -> None:
    answer = set_code(desk, CODE, OTHER_CODE)
    assert "pas les mêmes" in answer.content.decode()


def test_without_a_fresh_proof_the_password_is_asked(pharmacist: Actor) -> None:
    client = acting(pharmacist, proved=False)
    assert set_code(client, CODE).status_code == 422
    assert set_code(client, CODE, password="pas le bon mot de passe").status_code == 422
    assert set_code(client, CODE, password=factories.PASSWORD).status_code == 302


@given(st.text(max_size=8))
@pytest.mark.django_db
def test_whatever_is_typed_is_six_digits_or_refused(code: str) -> None:
    actor = Actor(
        user_id=User(username="x").pk, activity_id=User().pk, role="pharmacist", place_id=None,
        group_id=None, subject_id=None, active=True,
    )  # fmt: skip
    if len(code) == people.CODE_LENGTH and set(code) <= set("0123456789"):
        return
    with pytest.raises(Refusal):
        people.set_code(code=code, by=actor, at=timezone.now())


# --- Who is at work


def test_the_team_is_shown_by_name_once_whatever_the_posts(
    post: Client, first: Actor, second: Actor
) -> None:
    Activity.objects.filter(pk=second.activity_id).update(first_name="Marc", surname="Aubin")
    a_post(first)
    page = post.get(reverse("pharmacies:team")).content.decode()
    assert "Marc Aubin" in page
    assert people.at_work(first, at=timezone.now()).count("Mme Inès Roy") == 1


def test_the_team_of_another_pharmacy_is_not_shown(post: Client) -> None:
    assert people.at_work(factories.a_pharmacist(), at=timezone.now()) == []
