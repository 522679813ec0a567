"""Between the moment when something is written for a prescriber and the moment when it reaches him, the patient may oppose."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription import notices
from eprescription.models import Dispensing, Letter, Notice, Reach
from eprescription.secure_mail.composing import NOTE
from patients.actions import oppose, withdraw
from prescribers import asked
from tests.sessions import acting
from tests.twins.clock import clock_at
from tests.twins.lives import Step, live
from tests.twins.reading import mail_works
from tests.twins.town import ADDRESS, LONG_AGO, a_town, ask_about
from tests.twins.worlds import branch

pytestmark = pytest.mark.django_db
TOGGLES = 100


def test_opposed_between_writing_and_delivery_nothing_arrives_a_hundred_times(db: Any) -> None:
    with clock_at(timezone.now() - LONG_AGO) as clock, mail_works() as postman:
        town = a_town(3, clock)
        about = next(p for p in town.prescriptions if p.may_follow)
        patient, doctor = town.patient_of(about), town.doctor
        targets = {
            Reach.PRESCRIPTION: {"prescription": about},
            Reach.PRESCRIBER: {"prescriber_id": doctor.user_id},
            Reach.ALL: {},
        }
        live(town, about, [Step("refused", 0, 0), Step("urgent", 1, 1)], clock)
        written = Notice.objects.filter(prescription=about).count()
        assert written, "something was written for the prescriber"
        arrived = []
        for turn in range(TOGGLES):
            reach = list(Reach)[turn % 3]
            assert asked.count(doctor, at=clock.at) == written  # it would arrive
            oppose(reach=reach, by=patient, at=clock.at, **targets[reach])
            arrived += notices.unseen(doctor, at=clock.at)
            arrived += notices.of_prescription(about, by=doctor, at=clock.at)
            arrived += asked.to_do(doctor, at=clock.at).notices
            arrived += postman.mails_of(clock)()
            with branch():
                page = acting(doctor).get(reverse("prescribers:home")).content.decode()
                arrived += ["home"] if "refusée pour la santé" in page else []
            assert asked.count(doctor, at=clock.at) == 0
            withdraw(reach=reach, by=patient, at=clock.at, **targets[reach])
        assert arrived == []


def test_a_question_still_arrives_and_its_mail_says_nothing_of_anything(db: Any) -> None:
    with clock_at(timezone.now() - LONG_AGO) as clock, mail_works() as postman:
        town = a_town(3, clock)
        about = town.prescriptions[0]
        oppose(reach=Reach.ALL, by=town.patient_of(about), at=clock.at)
        ask_about(town, about, clock.at)
        live(town, about, [Step("all", 0, 0)], clock)
        mails = postman.mails_of(clock)()
        assert len(mails) == 1
        to, mail = postman.handed_in[0]
        assert (to, mail.get_content().replace("\r\n", "\n")) == (ADDRESS, NOTE)


def test_nothing_dispensed_writes_a_letter(db: Any) -> None:
    """What goes to the practice goes for a question, never for a dispensing, its correction or a report."""
    with clock_at(timezone.now() - LONG_AGO) as clock, mail_works():
        town = a_town(3, clock)
        about = next(p for p in town.prescriptions if p.may_follow)
        before = Letter.objects.count()
        whole_life = ["refused", "correct", "urgent", "report", "release", "all", "goes on"]
        live(town, about, [Step(what, 0, 1) for what in whole_life], clock)
        assert Dispensing.objects.filter(case__prescription=about).count() >= 2
        assert Letter.objects.count() == before
