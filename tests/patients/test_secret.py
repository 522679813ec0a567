"""What a minor keeps secret, in each channel by which a representative could meet it."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription import allergies
from eprescription.documents.number import new_number
from eprescription.health_space import delivery
from eprescription.health_space.payload import Document, bundle
from eprescription.models import Opposition, Reach
from eprescription.permissions import can, check_read_execution
from eprescription.refusal import Refusal
from patients.actions import oppose, withdraw
from patients.models import ReceivedDocument
from patients.receiving import receive
from tests import factories
from tests.eprescription.health_space.receivers import DoorOfThePortal
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime


class Family:
    """A girl of fifteen with her account, a parent, her doctor, one prescription told and one kept."""

    def __init__(self) -> None:
        self.doctor = factories.a_prescriber()
        self.who = factories.traits("PETIT", date(timezone.localdate().year - 15, 1, 2))
        self.child, girl = factories.a_patient(self.doctor, self.who)
        assert girl is not None
        self.girl = girl
        self.parent = factories.a_representative(
            factories.a_link(factories.a_user().pk, self.child)
        )
        self.told = factories.a_signed(self.doctor, self.child)
        self.kept = factories.a_signed(self.doctor, self.child, secret="L1111-5")


@pytest.fixture
def family() -> Family:
    return Family()


def test_the_document_opens_for_the_girl_alone(family: Family, receiver: DoorOfThePortal) -> None:
    for prescription in (family.told, family.kept):
        delivery.deliver(prescription.pushes.get().pk, at=NOW())
    pages = {
        p.pk: reverse("patients:document", args=[ReceivedDocument.objects.get(number=p.number).pk])
        for p in (family.told, family.kept)
    }
    assert [acting(family.girl).get(url).status_code for url in pages.values()] == [200, 200]
    assert acting(family.parent).get(pages[family.told.pk]).status_code == 200
    assert acting(family.parent).get(pages[family.kept.pk]).status_code == 404
    assert ReceivedDocument.objects.get(number=family.kept.number).hidden
    assert not ReceivedDocument.objects.get(number=family.told.number).hidden


def sent_by_another(family: Family, number: str, *, secret: bool) -> ReceivedDocument:
    """A document of another software, about this child."""
    document = Document(
        key=uuid.uuid4(),
        number=number,
        ins=family.who.ins,
        ins_oid=factories.INS_NIR,
        author_rpps="81000000017",
        author_name="Claire Lemoine",
        signed_at=NOW(),
        content=b"%PDF-1.7 page",
        secret=secret,
    )
    return receive(bundle(document), at=NOW())[0]


def test_the_label_of_another_sender_is_kept_whatever_the_number(family: Family) -> None:
    number = family.told.number or ""
    hidden = sent_by_another(family, number, secret=True)
    shown = sent_by_another(family, number, secret=False)
    assert (hidden.hidden, shown.hidden) == (True, False)
    pages = [reverse("patients:document", args=[d.pk]) for d in (hidden, shown)]
    assert [acting(family.girl).get(url).status_code for url in pages] == [200, 200]
    assert [acting(family.parent).get(url).status_code for url in pages] == [404, 200]
    unknown = sent_by_another(family, new_number(), secret=False)
    url = reverse("patients:document", args=[unknown.pk])
    assert acting(family.parent).get(url).status_code == 404  # nobody knows what it is about


def test_an_allergy_is_told_without_who_heard_of_it(family: Family) -> None:
    allergies.write(
        subject_id=family.child, kind="other", code="", label="latex", by=family.doctor, at=NOW()
    )
    pages = [
        acting(by).get(reverse("patients:allergies")).content.decode()
        for by in (family.girl, family.parent)
    ]
    assert all("Latex" in page for page in pages)
    assert ["Lemoine" in page for page in pages] == [True, False]
    assert "Déclarée par un professionnel de santé" in pages[1]


def test_every_page_of_it_is_as_if_it_did_not_exist(family: Family) -> None:
    nothing = uuid.uuid4()
    client = acting(family.parent)
    for name in ("prescription", "code", "collect", "send"):
        for pk in (family.kept.pk, nothing):
            assert client.get(reverse(f"patients:{name}", args=[pk])).status_code == 404, name
    mark = {"space": family.parent.space}
    for name in ("make_collect", "end_collect", "send_to"):
        for pk in (family.kept.pk, nothing):
            url = reverse(f"patients:{name}", args=[pk])
            assert client.post(url, mark | {"place": str(nothing)}).status_code in (404, 422), name


def test_she_decides_alone_who_reads_what_she_keeps(family: Family) -> None:
    about: dict[str, Any] = {"reach": Reach.PRESCRIPTION, "prescription": family.kept}
    with pytest.raises(Refusal):
        oppose(**about, by=family.parent, at=NOW())
    oppose(**about, by=family.girl, at=NOW())
    assert not can(check_read_execution, family.doctor, family.kept)
    assert can(check_read_execution, family.doctor, family.told)
    page = acting(family.parent).get(reverse("patients:choices")).content.decode()
    assert "Sauf là où vous avez dit non." not in page
    assert withdraw(**about, by=family.girl, at=NOW())
    assert can(check_read_execution, family.doctor, family.kept)
    with pytest.raises(Refusal, match="not_decider"):
        oppose(reach=Reach.PRESCRIPTION, prescription=family.told, by=family.girl, at=NOW())
    assert not Opposition.objects.filter(until=None).exists()
