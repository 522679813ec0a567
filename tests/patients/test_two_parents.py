"""Two parents: the opposition of one stands until both allow, or the child, of age, decides."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription.models import Deed, JournalEntry, Opposition, Prescription, Reach
from eprescription.permissions import can, check_read_execution
from eprescription.refusal import Refusal
from patients.actions import oppose, withdraw
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime


class Family:
    """A girl of fourteen with an account, her two parents, her doctor and one prescription."""

    def __init__(self) -> None:
        self.doctor = factories.a_prescriber()
        born = date(timezone.localdate().year - 14, 1, 2)
        who = factories.traits("PETIT", born)
        self.subject, child = factories.a_patient(self.doctor, who)
        assert child is not None
        self.child = child
        self.links = [factories.a_link(factories.a_user().pk, self.subject) for _ in range(2)]
        self.one, self.other = [factories.a_representative(link) for link in self.links]
        self.prescription = factories.a_signed(self.doctor, self.subject)

    @property
    def read(self) -> bool:
        return can(check_read_execution, self.doctor, self.prescription)


@pytest.fixture
def family() -> Family:
    return Family()


def about(reach: Reach, prescription: Prescription) -> dict[str, Any]:
    return {
        Reach.PRESCRIPTION: {"reach": reach, "prescription": prescription},
        Reach.PRESCRIBER: {"reach": reach, "prescriber_id": prescription.author.user_id},
        Reach.ALL: {"reach": reach},
    }[reach]


@pytest.mark.parametrize("reach", list(Reach))
def test_one_parent_opposes_and_it_stands_until_both_allow(family: Family, reach: Reach) -> None:
    what = about(reach, family.prescription)
    oppose(**what, by=family.one, at=NOW())
    assert not family.read
    assert not withdraw(**what, by=family.other, at=NOW())
    assert not family.read
    assert not withdraw(**what, by=family.other, at=NOW())  # twice is once
    assert withdraw(**what, by=family.one, at=NOW())
    assert family.read
    deeds = JournalEntry.objects.filter(subject=family.subject, code=reach)
    told = list(deeds.order_by("pk").values_list("deed", flat=True))
    assert told == [Deed.OPPOSED, Deed.CONSENTED, Deed.CONSENTED, Deed.WITHDREW]


def test_who_opposes_again_takes_his_consent_back(family: Family) -> None:
    oppose(reach=Reach.ALL, by=family.one, at=NOW())
    withdraw(reach=Reach.ALL, by=family.one, at=NOW())
    oppose(reach=Reach.ALL, by=family.one, at=NOW())
    assert not withdraw(reach=Reach.ALL, by=family.other, at=NOW())
    assert not family.read
    assert Opposition.objects.count() == 1


def test_a_parent_alone_ends_it_at_once(family: Family) -> None:
    link = family.links[1]
    link.ended_at, link.end = NOW(), "revoked"
    link.save()
    oppose(reach=Reach.ALL, by=family.one, at=NOW())
    assert withdraw(reach=Reach.ALL, by=family.one, at=NOW())
    assert family.read


def test_the_child_has_no_competing_right(family: Family) -> None:
    with pytest.raises(Refusal, match="not_decider"):
        oppose(reach=Reach.ALL, by=family.child, at=NOW())
    assert not Opposition.objects.exists()


def test_of_age_the_child_finds_it_standing_and_ends_it_alone(family: Family) -> None:
    oppose(reach=Reach.ALL, by=family.one, at=NOW())
    later = NOW() + timedelta(days=366 * 5)
    assert not family.read
    assert withdraw(reach=Reach.ALL, by=family.child, at=later)
    assert family.read


# --- In a browser


def test_a_parent_reads_the_childs_home_and_decides_there(family: Family) -> None:
    client = acting(family.one)
    page = client.get(reverse("patients:choices"))
    assert page.status_code == 200
    assert f'name="space" value="{family.links[0].pk}"' in page.content.decode()
    sent = {"reach": "all", "space": str(family.links[0].pk)}
    assert client.post(reverse("patients:oppose"), sent).status_code == 302
    assert Opposition.objects.filter(subject=family.subject, until=None).exists()


def test_what_was_read_in_another_space_decides_nothing(family: Family) -> None:
    answer = acting(family.one).post(reverse("patients:oppose"), {"reach": "all"})
    assert answer.status_code == 403
    assert not Opposition.objects.exists()


def test_a_live_session_ends_with_the_link(family: Family) -> None:
    client = acting(family.one)
    link = family.links[0]
    link.ended_at, link.end = NOW(), "revoked"
    link.save()
    page = client.get(reverse("patients:prescription", args=[family.prescription.pk]))
    assert page.status_code == 302 and page.headers["Location"] == reverse("patients:home")
    sent = {"reach": "all", "space": str(link.pk)}
    assert client.post(reverse("patients:oppose"), sent).status_code == 403
    assert not Opposition.objects.exists()
