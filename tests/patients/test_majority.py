"""On the 18th birthday, at 00:00 in Paris: sessions, addresses, notices, decisions; and the new adult is asked."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription import telling
from eprescription.health_space import delivery
from eprescription.models import Channel, MailNotice, Opposition, PushState, Reach
from eprescription.permissions import can, check_read_execution
from eprescription.representing import last_day, majority
from eprescription.tasks import deliver_notice, deliver_push
from patients.actions import oppose
from patients.majority import invitation
from patients.models import ReceivedDocument
from tests import factories
from tests.eprescription.health_space.receivers import DoorOfThePortal
from tests.patients.test_spaces import text
from tests.patients.test_telling import wants
from tests.sessions import acting

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
SECOND = timedelta(seconds=1)
# Birth, and the moment of majority: an ordinary day, 29 February in a year without, both nights of the clocks.
BIRTHS = [
    (date(2009, 5, 20), datetime(2027, 5, 20, tzinfo=PARIS)),
    (date(2012, 2, 29), datetime(2030, 3, 1, tzinfo=PARIS)),
    (date(2009, 3, 28), datetime(2027, 3, 28, tzinfo=PARIS)),  # the clocks go forward that night
    (date(2009, 10, 31), datetime(2027, 10, 31, tzinfo=PARIS)),  # the clocks go back that night
]
births = pytest.mark.parametrize(("born", "of_age"), BIRTHS, ids=[str(b) for b, _t in BIRTHS])


class Clock:
    """The time of the portal, as the test sets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def told(at: datetime) -> None:
            monkeypatch.setattr(timezone, "now", lambda: at)
            monkeypatch.setattr("eprescription.tasks.shared_now", lambda: at)

        self._set = told

    def at(self, moment: datetime) -> datetime:
        self._set(moment)
        return moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Family:
    """A child with an account, one parent with a space open, a doctor and one prescription of the last week."""

    def __init__(self, born: date, of_age: datetime, clock: Clock) -> None:
        clock.at(of_age - timedelta(days=5))
        self.doctor = factories.a_prescriber()
        who = factories.traits("PETIT", born, first_names="LEA")
        self.child, self.own = factories.a_patient(self.doctor, who)
        adult = factories.traits("GRAND", date(1980, 5, 6), first_names="ANNE")
        _subject, parent = factories.a_patient(factories.a_prescriber(), adult)
        assert parent is not None and self.own is not None
        since = of_age - timedelta(days=300)
        self.link = factories.a_link(parent.user_id, self.child, since=since)
        self.parent = parent
        self.prescription = factories.a_signed(self.doctor, self.child, at=timezone.now())
        self.stood = factories.a_representative(self.link)


@births
def test_a_session_that_is_open_ends_at_that_second(
    clock: Clock, born: date, of_age: datetime
) -> None:
    family = Family(born, of_age, clock)
    page = reverse("patients:prescription", args=[family.prescription.pk])
    for moment in (of_age, of_age + SECOND):
        clock.at(of_age - SECOND)
        client = acting(family.stood)
        assert client.get(page).status_code == 200
        clock.at(moment)
        answer = client.get(page)
        assert answer.status_code == 302 and answer.headers["Location"] == reverse("patients:home")
        assert "Depuis ses 18 ans" in text(client, "home")
        assert client.get(page).status_code == 404
        assert "representing" not in client.session


@births
def test_the_moment_that_is_told_is_the_one_that_holds(
    clock: Clock, born: date, of_age: datetime
) -> None:
    family = Family(born, of_age, clock)
    assert majority(family.child) == of_age
    assert last_day(family.link) == (of_age - SECOND).date()


@births
def test_nothing_is_decided_nor_downloaded_nor_entered_from_that_second(
    clock: Clock, born: date, of_age: datetime, receiver: DoorOfThePortal
) -> None:
    family = Family(born, of_age, clock)
    delivery.deliver(family.prescription.pushes.get().pk, at=timezone.now())
    document = reverse("patients:document", args=[ReceivedDocument.objects.get().pk])
    sent = {"reach": "all", "space": str(family.link.pk)}
    enter = {"link": str(family.link.pk)}
    for moment, open_still in ((of_age - SECOND, True), (of_age, False), (of_age + SECOND, False)):
        clock.at(moment)
        Opposition.objects.all().delete()
        assert (acting(family.stood).get(document).status_code == 200) is open_still
        acting(family.stood).post(reverse("patients:oppose"), sent)
        assert Opposition.objects.exists() is open_still
        client = acting(family.parent)
        client.post(reverse("patients:enter_space"), enter)
        assert ("representing" in client.session) is open_still
        assert acting(family.own).get(document).status_code == 200


@births
def test_a_notice_that_waits_in_the_queue_asks_the_law_when_it_leaves(
    clock: Clock, born: date, of_age: datetime, mailoutbox: Any
) -> None:
    for moment, leaves in ((of_age - SECOND, True), (of_age, False), (of_age + SECOND, False)):
        family = Family(born, of_age, clock)
        wants(family.parent)
        telling.tell(family.child, at=timezone.now())
        notice = MailNotice.objects.get(link=family.link)
        clock.at(moment)
        del mailoutbox[:]
        deliver_notice(str(notice.pk))
        notice.refresh_from_db()
        assert (notice.state == PushState.DELIVERED) is leaves
        assert bool(mailoutbox) is leaves
        assert leaves or notice.last_code == "link_ended"


@births
def test_a_document_that_waits_in_the_queue_reaches_the_new_adult_alone(
    clock: Clock, born: date, of_age: datetime, receiver: DoorOfThePortal
) -> None:
    family = Family(born, of_age, clock)
    clock.at(of_age + SECOND)
    deliver_push(str(family.prescription.pushes.get().pk))
    arrived = ReceivedDocument.objects.get()
    page = reverse("patients:document", args=[arrived.pk])
    assert acting(family.own).get(page).status_code == 200
    assert acting(family.stood).get(page).status_code == 302
    assert not MailNotice.objects.filter(link=family.link).exists()


# --- Plain words for the parents


def test_parents_read_the_last_day_before_and_why_afterwards(clock: Clock) -> None:
    born, of_age = BIRTHS[0]
    family = Family(born, of_age, clock)
    clock.at(of_age - timedelta(days=60))
    assert "18 ans" not in text(acting(family.parent), "spaces")
    clock.at(of_age - SECOND)
    eve = text(acting(family.parent), "spaces")
    assert "19 mai 2027 inclus. Le lendemain Lea a 18 ans" in eve
    clock.at(of_age)
    day = text(acting(family.parent), "spaces")
    assert "Depuis ses 18 ans, le jeudi 20 mai 2027, c'est Lea qui décide." in day
    assert "Ouvrir l'espace" not in day.replace("Ouvrir un espace", "")
    clock.at(of_age + timedelta(days=91))
    assert "Lea" not in text(acting(family.parent), "spaces")


# --- The new adult decides


def decided(family: Family) -> bool:
    """Whether the doctor reads the execution."""
    return can(check_read_execution, family.doctor, family.prescription)


@pytest.fixture
def grown(clock: Clock) -> Family:
    """The parent opposed two things; the girl is of age now, and her doctor noted one refusal of that time."""
    born, of_age = BIRTHS[0]
    family = Family(born, of_age, clock)
    oppose(reach=Reach.ALL, by=family.stood, at=timezone.now())
    oppose(
        reach=Reach.PRESCRIPTION,
        prescription=family.prescription,
        by=family.stood,
        at=timezone.now(),
    )
    factories.a_signed(family.doctor, family.child, may_follow=False, at=timezone.now())
    clock.at(of_age + timedelta(days=2))
    return family


def client_of(family: Family) -> Client:
    return acting(family.own)


def test_the_refusal_stands_and_she_is_asked_until_she_answers(grown: Family) -> None:
    assert not decided(grown)
    for _ in range(2):
        page = text(client_of(grown), "home")
        assert "Depuis vos 18 ans, c'est vous qui décidez" in page
        assert "3 choix empêchent" in page


def test_she_keeps_them_and_they_are_hers(grown: Family) -> None:
    client = client_of(grown)
    answer = client.post(reverse("patients:keep_choices"))
    assert answer.status_code == 302
    assert not decided(grown)
    assert "c'est vous qui décidez" not in text(client, "home")
    own = Opposition.objects.filter(until=None)
    assert {o.by.user_id for o in own} == {grown.own.user_id} and own.count() == 3
    assert {o.channel for o in own} == {Channel.SPACE}
    client.post(reverse("patients:keep_choices"))  # twice is once
    assert Opposition.objects.count() == 6


def test_she_shares_again_at_once(grown: Family) -> None:
    client = client_of(grown)
    client.post(reverse("patients:lift_choices"))
    assert decided(grown)
    assert not Opposition.objects.filter(until=None).exists()
    assert "c'est vous qui décidez" not in text(client, "home")


def test_one_by_one_on_the_page_of_choices_answers_too(grown: Family) -> None:
    client = client_of(grown)
    client.post(reverse("patients:withdraw"), {"reach": "all"})
    assert "2 choix empêchent" in text(client, "home")


def test_nobody_else_is_asked(clock: Clock, grown: Family) -> None:
    now = timezone.now()
    assert invitation(grown.parent, at=now) is None
    minor_still = BIRTHS[0][1] - SECOND
    assert invitation(grown.own, at=minor_still) is None
    clock.at(minor_still)
    stood = factories.a_representative(grown.link)
    assert invitation(stood, at=minor_still) is None
    answer = acting(grown.own).post(reverse("patients:lift_choices"))
    assert answer.status_code == 403
    assert Opposition.objects.filter(until=None).count() == 3


def test_her_own_word_on_what_she_kept_secret_is_no_invitation(clock: Clock) -> None:
    born, of_age = BIRTHS[0]
    family = Family(born, of_age, clock)
    secret = factories.a_signed(
        family.doctor, family.child, secret="L1111-5", may_follow=False, at=timezone.now()
    )
    oppose(reach=Reach.PRESCRIPTION, prescription=secret, by=family.own, at=timezone.now())
    clock.at(of_age)
    assert invitation(family.own, at=of_age) is None
