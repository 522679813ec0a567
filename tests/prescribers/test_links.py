"""A prescriber records who stands for his patient: documents in hand, the person's own account, uniform answers."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription.linking import NotLinked
from eprescription.models import (
    Capacity,
    Deed,
    Evidence,
    JournalEntry,
    LinkEnd,
    Representation,
    Subject,
    User,
)
from eprescription.refusal import Refusal
from prescribers import actions
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime


class Family:
    """A doctor, a girl of twelve in her care, and her mother with an account of her own."""

    def __init__(self) -> None:
        self.doctor = factories.a_prescriber()
        born = date(timezone.localdate().year - 12, 1, 2)
        self.child, self.girl = factories.a_patient(self.doctor, factories.traits("PETIT", born))
        other = factories.a_prescriber()
        self.who = factories.traits("GRAND", date(1984, 5, 6))
        self.mother_subject, self.mother = factories.a_patient(other, self.who)

    def page(self, name: str = "representatives") -> str:
        return reverse(f"prescribers:{name}", args=[self.child])

    def sent(self, **more: Any) -> dict[str, Any]:
        typed = {"birth_name": "Grand", "birth_date": "06/05/1984"}
        said = {"capacity": "parent", "evidence": "family_book", "identity_seen": "on"}
        return typed | said | more

    def link(self, **more: Any) -> Representation:
        values: dict[str, Any] = {
            "subject_id": self.child,
            "user_id": self.mother.user_id,
            "capacity": Capacity.PARENT,
            "evidence": Evidence.FAMILY_BOOK,
            "until": None,
            "by": self.doctor,
            "at": NOW(),
        }
        return actions.link(**values | more)


@pytest.fixture
def family() -> Family:
    return Family()


def test_the_doctor_finds_the_account_and_records_what_he_saw(family: Family) -> None:
    client = acting(family.doctor)
    found = client.post(
        family.page(), {"birth_name": "Grand", "birth_date": "06/05/1984"}
    ).content.decode()
    assert "Enregistrer Jeanne GRAND" in found
    assert family.who.ins not in found  # the doctor needs no more than what he typed
    answer = client.post(family.page("link"), family.sent())
    assert answer.status_code == 302
    link = Representation.objects.get()
    assert (link.user_id, link.capacity, link.proof) == (family.mother.user_id, "parent", "seen")
    assert link.verified_by_id == family.doctor.activity_id
    told = JournalEntry.objects.get(deed=Deed.LINKED)
    assert (told.subject_id, told.code) == (family.child, "parent family_book")
    assert "Jeanne GRAND" in client.get(family.page()).content.decode()


def test_recording_twice_is_once(family: Family) -> None:
    client = acting(family.doctor)
    for _ in range(2):
        assert client.post(family.page("link"), family.sent()).status_code == 302
    assert Representation.objects.count() == 1
    assert JournalEntry.objects.filter(deed=Deed.LINKED).count() == 1


def test_who_has_no_account_is_not_told_from_who_does_not_exist(family: Family) -> None:
    client = acting(family.doctor)
    nobody = {"birth_name": "Personne", "birth_date": "06/05/1984"}
    factories.a_patient(
        factories.a_prescriber(), factories.traits("SANS", date(1984, 5, 6)), account=False
    )
    struck = factories.a_patient(
        factories.a_prescriber(), factories.traits("PARTI", date(1984, 5, 6))
    )
    User.objects.filter(pk=struck[1].user_id).update(is_active=False)
    for _ in range(2):
        factories.a_patient(factories.a_prescriber(), factories.traits("DEUX", date(1984, 5, 6)))
    pages = {
        name: _bare(client.post(family.page(), nobody | {"birth_name": name}), name)
        for name in ("Personne", "Sans", "Parti", "Deux")
    }
    assert len(set(pages.values())) == 1
    assert "Aucun compte de patient trouvé" in pages["Sans"]
    assert client.post(family.page("link"), family.sent(birth_name="Sans")).status_code == 200
    assert not Representation.objects.exists()


def _bare(answer: Any, name: str) -> str:
    """The page without its own token and what was typed into it."""
    text = answer.content.decode().replace(f'value="{name}"', "")
    return "\n".join(x for x in text.splitlines() if "csrfmiddlewaretoken" not in x)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"identity_seen": ""}, "Vérifiez d&#x27;abord la pièce d&#x27;identité"),
        ({"evidence": ""}, "Dites quelle pièce vous avez vue."),
        ({"evidence": "j'ai vu le livret"}, "Sélectionnez un choix valide"),
        ({"capacity": "guardian"}, "Cette pièce ne prouve pas cette qualité."),
        ({"capacity": "mandate", "evidence": "judgment"}, "Sélectionnez un choix valide"),
    ],
)
def test_nothing_is_recorded_without_its_document(
    family: Family, sent: dict[str, str], told: str
) -> None:
    answer = acting(family.doctor).post(family.page("link"), family.sent(**sent))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Representation.objects.exists()


def test_a_mandate_is_for_an_adult_and_lasts_its_last_day(family: Family) -> None:
    old, _account = factories.a_patient(family.doctor, factories.traits("VIEUX", date(1940, 1, 1)))
    last = timezone.localdate() + timedelta(days=10)
    sent = family.sent(capacity="mandate", evidence="judgment", until=f"{last:%d/%m/%Y}")
    url = reverse("prescribers:link", args=[old])
    client = acting(family.doctor)
    assert client.post(url, sent | {"until": ""}).status_code == 422
    assert client.post(url, sent | {"until": "01/01/2020"}).status_code == 422
    assert client.post(url, sent | {"until": "31/12/9999"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    until = timezone.localtime(Representation.objects.get().until)
    assert (until.date() - last, until.hour, until.minute) == (timedelta(days=1), 0, 0)


def test_nobody_is_parent_of_an_adult(family: Family) -> None:
    old, _account = factories.a_patient(family.doctor, factories.traits("VIEUX", date(1940, 1, 1)))
    with pytest.raises(NotLinked, match="of_age"):
        family.link(subject_id=old)


def test_nobody_stands_for_himself_and_no_doctor_verifies_his_own_papers(family: Family) -> None:
    assert family.girl is not None
    with pytest.raises(NotLinked, match="same_person"):
        family.link(user_id=family.girl.user_id)
    factories.a_patient_actor(
        factories.a_patient(family.doctor, account=False)[0],
        User.objects.get(pk=family.doctor.user_id),
    )
    with pytest.raises(NotLinked, match="himself"):
        family.link(user_id=family.doctor.user_id)


def test_only_who_knows_the_patient_records_and_ends(family: Family) -> None:
    stranger = factories.a_prescriber()
    with pytest.raises(Refusal, match="no_care"):
        family.link(by=stranger)
    link = family.link()
    end = {"link_id": link.pk, "subject_id": family.child, "why": LinkEnd.REVOKED, "at": NOW()}
    with pytest.raises(Refusal, match="no_care"):
        actions.unlink(**end, by=stranger)
    assert acting(stranger).get(family.page()).status_code == 404
    pharmacist = factories.a_pharmacist()
    assert acting(pharmacist).get(family.page()).status_code == 404


def test_ending_a_link_ends_a_session_that_is_open(family: Family) -> None:
    link = family.link()
    client = acting(factories.a_representative(link))
    assert client.get(reverse("patients:choices")).status_code == 200
    sent = {"link": str(link.pk), "why": "revoked"}
    assert acting(family.doctor).post(family.page("unlink"), sent).status_code == 302
    assert client.get(reverse("patients:choices")).headers["Location"] == reverse("patients:home")
    told = JournalEntry.objects.get(deed=Deed.UNLINKED)
    assert (told.subject_id, told.code) == (family.child, "revoked")


def test_another_capacity_takes_the_place_of_the_first(family: Family) -> None:
    first = family.link()
    second = family.link(capacity=Capacity.GUARDIAN, evidence=Evidence.JUDGMENT)
    first.refresh_from_db()
    assert first.ended_at is not None and second.ended_at is None


def test_a_link_that_belongs_to_another_patient_is_not_found(family: Family) -> None:
    link = family.link()
    other, _account = factories.a_patient(family.doctor, account=False)
    url = reverse("prescribers:unlink", args=[other])
    sent = {"link": str(link.pk), "why": "mistake"}
    assert acting(family.doctor).post(url, sent).status_code == 404
    assert acting(family.doctor).post(url, {"link": "x", "why": "registry"}).status_code == 404
    link.refresh_from_db()
    assert link.ended_at is None


def test_the_page_never_breaks(family: Family) -> None:
    client = acting(family.doctor)
    for sent in ({}, {"ins": "x" * 21}, {"birth_name": "\x00"}, {"birth_name": "é" * 500}):
        assert client.post(family.page(), sent).status_code == 200
        assert client.post(family.page("link"), sent).status_code == 200
    assert Subject.objects.filter(pk=family.child).exists()
