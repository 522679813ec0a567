"""Whose space it is: chosen, said on every page, left with one press; and what a representative may do there."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from eprescription import allergies
from eprescription.health_space import delivery
from eprescription.models import Capacity, Deed, JournalEntry, LinkEnd
from patients.actions import oppose
from tests import factories
from tests.eprescription.health_space.receivers import DoorOfThePortal
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime
OPEN_DOORS = {"set_language", "account_logout"}  # they belong to the account, not to a space


class Family:
    """A girl of fourteen with her own account, her mother and father with theirs, her doctor, a prescription."""

    def __init__(self) -> None:
        self.doctor = factories.a_prescriber()
        born = date(timezone.localdate().year - 14, 1, 2)
        self.child, girl = factories.a_patient(
            self.doctor, factories.traits("PETIT", born, first_names="LEA")
        )
        assert girl is not None
        self.girl = girl
        self.mother, self.father = self.parent("GRAND", "ANNE"), self.parent("PETIT", "PAUL")
        self.link = factories.a_link(self.mother.user_id, self.child)
        self.other = factories.a_link(self.father.user_id, self.child)
        self.prescription = factories.a_signed(self.doctor, self.child)

    def parent(self, name: str, first: str) -> Any:
        who = factories.traits(name, date(1984, 5, 6), first_names=first)
        return factories.a_patient(factories.a_prescriber(), who)[1]


@pytest.fixture
def family() -> Family:
    return Family()


def enter(client: Client, link: Any = "", space: Any = "") -> Any:
    sent = {"link": str(link), "space": str(space)}
    return client.post(reverse("patients:enter_space"), sent)


def text(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"patients:{name}", args=args))
    assert answer.status_code == 200, name
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&#x27;", "'").split())


def test_she_opens_her_childs_space_and_goes_back_with_one_press(family: Family) -> None:
    client = acting(family.mother)
    assert "Vous êtes dans l'espace" not in text(client, "home")
    assert "L'espace de Lea PETIT" in text(client, "spaces")
    key = client.session.session_key
    assert enter(client, family.link.pk).status_code == 302
    assert client.session.session_key != key
    for name in ("home", "choices", "allergies", "spaces", "access_log", "preferences"):
        assert "Vous êtes dans l'espace de Lea PETIT" in text(client, name), name
    assert "Amoxicilline" in text(client, "home")
    key = client.session.session_key
    assert enter(client, space=family.link.pk).status_code == 302
    assert client.session.session_key != key
    assert "Vous êtes dans l'espace" not in text(client, "home")
    assert "Amoxicilline" not in text(client, "home")


def test_entering_stands_in_the_childs_journal(family: Family) -> None:
    enter(acting(family.mother), family.link.pk)
    entry = JournalEntry.objects.get(deed=Deed.ENTERED)
    assert (entry.subject_id, entry.activity_id) == (family.child, family.mother.activity_id)
    assert "a ouvert l'espace d'une personne qu'il représente" in text(
        acting(family.girl), "access_log"
    )


def test_no_space_opens_by_the_link_of_somebody_else(family: Family) -> None:
    client = acting(family.mother)
    for wrong in (family.other.pk, family.child, "x", "0" * 40):
        assert enter(client, wrong).headers["Location"] == reverse("patients:spaces")
        assert "representing" not in client.session
    assert not JournalEntry.objects.filter(deed=Deed.ENTERED).exists()


def test_she_goes_from_one_child_to_the_other(family: Family) -> None:
    born = date(timezone.localdate().year - 9, 1, 2)
    who = factories.traits("PETIT", born, first_names="TOM")
    tom, _account = factories.a_patient(family.doctor, who, account=False)
    second = factories.a_link(family.mother.user_id, tom)
    client = acting(family.mother)
    enter(client, family.link.pk)
    enter(client, second.pk, space=family.link.pk)
    assert "Vous êtes dans l'espace de Tom PETIT" in text(client, "home")
    assert enter(client, family.link.pk, space=family.link.pk).status_code == 403  # a stale page


# --- Each form bears the mark of its space


class Page(HTMLParser):
    """The links of a page, and its forms with their fields."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, set[str]]] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(values.get("href", ""))
        if tag == "form":
            form = (values.get("method", "get"), values.get("action", ""), set[str]())
            self.forms.append(form)
        if tag == "input" and self.forms:
            self.forms[-1][2].add(f"{values.get('name')}={values.get('value', '')}")


def walk(client: Client, start: str) -> dict[str, Page]:
    """All pages that links lead to, from the home."""
    seen: dict[str, Page] = {}
    wanted = [start]
    while wanted:
        url = wanted.pop()
        if url in seen or not url.startswith(start):
            continue
        answer = client.get(url)
        assert answer.status_code == 200, url
        html = answer.headers["Content-Type"].startswith("text/html")
        seen[url] = Page(answer.content.decode() if html else "")
        links = (urlsplit(urljoin(url, link)) for link in seen[url].links)
        wanted += [f"{x.path}?{x.query}" if x.query else x.path for x in links]
    return seen


def test_each_form_of_each_page_bears_the_mark_of_its_space(
    family: Family, receiver: DoorOfThePortal
) -> None:
    """A form without it would decide nothing there (403), whatever its page says."""
    allergies.write(
        subject_id=family.child, kind="other", code="", label="latex", by=family.mother, at=NOW()
    )
    factories.dispense_all(
        factories.a_pharmacist(), factories.a_signed(family.doctor, family.child)
    )
    oppose(reach="all", by=factories.a_representative(family.link), at=NOW())  # type: ignore[arg-type]
    delivery.deliver(family.prescription.pushes.get().pk, at=NOW())
    client = acting(factories.a_representative(family.link))
    pages = walk(client, reverse("patients:home"))
    names = {resolve(urlsplit(url).path).url_name for url in pages}
    assert names >= {
        "home",
        "prescription",
        "document",
        "code",
        "choices",
        "allergies",
        "spaces",
        "collect",
        "send",
    }
    mark, forms = f"space={family.link.pk}", 0
    for url, page in pages.items():
        for method, action, fields in page.forms:
            target = resolve(urlsplit(urljoin(url, action)).path).url_name
            if method != "post" or target in OPEN_DOORS:
                continue
            forms += 1
            assert mark in fields, f"{url}: {target}"
    assert forms > 20


# --- Who represents whom


def test_all_who_are_concerned_are_told_of_a_new_representative(family: Family) -> None:
    new = "Anne GRAND"
    family.link.since = NOW() - timedelta(days=2)
    family.link.save()
    family.other.since = NOW() - timedelta(days=200)
    family.other.save()
    assert f"{new} vous représente maintenant" in text(acting(family.girl), "home")
    assert f"{new} représente maintenant Lea" in text(acting(family.father), "home")
    inside = acting(factories.a_representative(family.other))
    assert f"{new} représente maintenant Lea" in text(inside, "home")
    assert "représente maintenant" not in text(acting(family.mother), "home")
    page = text(acting(family.girl), "spaces")
    assert "Anne GRAND" in page and "Paul PETIT" in page


def test_a_removed_link_is_told_to_who_held_it_and_to_nobody_later(family: Family) -> None:
    family.link.ended_at, family.link.end = NOW(), LinkEnd.REVOKED
    family.link.save()
    assert "Retiré : il ne représente plus cette personne" in text(acting(family.mother), "spaces")
    family.link.since = NOW() - timedelta(days=200)
    family.link.ended_at = NOW() - timedelta(days=91)
    family.link.save()
    page = text(acting(family.mother), "spaces")
    assert "Lea" not in page and "Vous ne représentez personne." in page


def test_a_mandate_says_its_last_day(family: Family) -> None:
    old, _account = factories.a_patient(family.doctor, factories.traits("VIEUX", date(1940, 1, 1)))
    factories.a_link(
        family.mother.user_id, old, capacity=Capacity.MANDATE, until=NOW() + timedelta(days=3)
    )
    assert "inclus, dernier jour du mandat." in text(acting(family.mother), "spaces")


def test_the_childs_journal_names_who_did_what_in_the_space(family: Family) -> None:
    client = acting(factories.a_representative(family.link))
    text(client, "prescription", family.prescription.pk)
    told = JournalEntry.objects.filter(deed=Deed.READ, prescription=family.prescription).latest(
        "pk"
    )
    assert told.activity_id == family.mother.activity_id
    assert "Un représentant légal" in text(acting(family.girl), "access_log")


def test_the_account_of_the_child_is_not_the_representatives(family: Family) -> None:
    client = acting(factories.a_representative(family.link))
    assert "Votre adresse" not in text(client, "preferences")
    sent = {"email": "a@exemple.fr", "space": str(family.link.pk)}
    answer = client.post(reverse("patients:give_address"), sent)
    assert answer.status_code in (403, 302)
    from eprescription.models import Preferences

    assert not Preferences.objects.filter(subject=family.child).exclude(email=b"").exists()
