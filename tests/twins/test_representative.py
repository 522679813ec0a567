"""The twin proof of secret care: whatever a minor keeps secret, a representative gets the same bytes.

Each pair is two worlds with one past: in one of them a draft becomes secret care and lives (signed, pushed, dispensed,
read, opposed, doubted, renewed …), in the other nothing happens. By pair are compared the mails of the parent, the home,
the lists, the log of accesses, and some more requests drawn among all that the parent can make in that space: every
route, read and sent. SECRET_TWINS says how many pairs.
"""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from eprescription import telling
from eprescription.actor import Actor
from eprescription.audit import journal
from eprescription.health_space import client
from eprescription.models import Allergy, JournalEntry, Notices, Opposition, Preferences
from eprescription.permissions import can_see, journal_of
from eprescription.upkeep import let_time_pass
from patients import addressing
from tests import factories
from tests.eprescription.health_space.receivers import DoorOfThePortal
from tests.twins.asking import Fields, asks_of, routes_of
from tests.twins.clock import Clock, clock_at
from tests.twins.family import Family, a_family, arrives
from tests.twins.keeping import Secret, lived, secrets
from tests.twins.lives import Step
from tests.twins.town import LONG_AGO
from tests.twins.worlds import Ask, Worlds, branch, difference

pytestmark = pytest.mark.django_db
TWINS = int(os.environ.get("SECRET_TWINS", "60"))
FAMILIES = 3
ALWAYS = ("home", "choices", "access_log", "spaces", "allergies")
ADDRESS = "parent@exemple.fr"
UNKNOWN = UUID("5f1a2c1e-6e0b-4b34-9b1d-0d8f3b9a7c55")  # a receipt of nobody
# Numbers of rows come from sequences that all the portal shares, and tokens are drawn anew: neither says anything.
SHARED_NUMBER = re.compile(rb'(name="allergy" value=")\d+')
QR = re.compile(rb'<svg[^>]* class="qr">.*?</svg>', re.DOTALL)
LENGTH = re.compile(rb"Content-Length: \d+")


class Pages(Worlds):
    """The worlds of one family as the parent finds them; the world where nothing happens is read once a moment."""

    def __init__(self, family: Family, clock: Clock) -> None:
        super().__init__(family.reader, heard=lambda: mails(clock))
        self._clock, self._start = clock, clock.at
        self._calm: dict[tuple[int, str], bytes] = {}

    def seen(self, life: Any, asks: Any) -> dict[str, bytes]:
        found = super().seen(life, asks)
        return {name: _without_draws(text) for name, text in found.items()}

    def _sits_down(self) -> None:
        """At the moment of all requests: the page of the account says when a session began."""
        with patch("time.time", return_value=self._moment):
            super()._sits_down()

    def after(self, secret: Secret, family: Family) -> Any:
        """The life of secret care, up to the moment of reading."""

        def life() -> None:
            self._clock.at = self._start
            assert lived(family, secret, self._clock) > 0
            self._reading(secret.hours)

        return life

    def told_apart(self, family: Family, secret: Secret, asks: list[Ask]) -> list[str]:
        """What differs from the world where nothing happened; empty: nothing does."""
        there = self.seen(self.after(secret, family), asks)
        here = self._nothing(secret.hours, asks)
        return [
            f"{name}: {told}"
            for name in there | here
            if (told := difference(here.get(name, b"nothing"), there.get(name, b"nothing")))
        ]

    def _nothing(self, hours: int, asks: list[Ask]) -> dict[str, bytes]:
        missing = [ask for ask in asks if (hours, str(ask)) not in self._calm]
        found = self.seen(lambda: self._reading(hours), missing) if missing else {}
        self._calm |= {(hours, name): text for name, text in found.items()}
        wanted = {str(ask) for ask in asks}
        return {
            name: text
            for (at, name), text in self._calm.items()
            if at == hours and (name in wanted or name.startswith("heard"))
        }

    def _reading(self, hours: int) -> None:
        self._clock.at = self._start + timedelta(hours=hours)
        arrives(self._clock)
        let_time_pass(at=self._clock.at)


def _without_draws(text: bytes) -> bytes:
    """The length goes with them: a number of one more digit makes it another one."""
    return SHARED_NUMBER.sub(rb"\1", QR.sub(b"", LENGTH.sub(b"", text)))


def mails(clock: Clock) -> Mapping[str, bytes]:
    """The e-mails that reach the parent, now that the worker comes."""
    mail.outbox.clear()
    for pk in telling.NOTICES.due(at=clock.at):
        telling.deliver(pk, at=clock.at)
    own = [m for m in mail.outbox if ADDRESS in m.to]
    return {f"mail {n}": f"{m.subject}\n{m.body}".encode() for n, m in enumerate(own)}


@pytest.fixture(params=range(FAMILIES))
def scene(db: Any, request: pytest.FixtureRequest) -> Iterator[tuple[Family, Pages]]:
    door = patch.object(client.httpx, "stream", httpx.Client(transport=DoorOfThePortal()).stream)
    with clock_at(timezone.now() - LONG_AGO) as clock, door, journal_by(clock):
        family = a_family(request.param, clock)
        wants_mail(family, clock)
        yield family, Pages(family, clock)


def journal_by(clock: Clock) -> Any:
    """The journal's moments are those of the clock, not of the database."""
    write = journal._write

    def written(entries: list[JournalEntry], by: Actor | None) -> None:
        for entry in entries:
            entry.at = clock.at
        write(entries, by)

    return patch.object(journal, "_write", written)


def wants_mail(family: Family, clock: Clock) -> None:
    """The parent is told at each novelty."""
    own = factories._actor(family.link.user.activities.get())
    addressing.give_address(email=ADDRESS, by=own, at=clock.at)
    found = Preferences.objects.get(subject=own.subject_id)
    typed = addressing.code(found, clock.at)
    addressing.confirm_address(typed=typed, by=own, at=clock.at)
    addressing.wish_notices(notices=Notices.EACH, by=own, at=clock.at)
    clock.passes(hours=3)
    mails(clock)


def asks_of_the_parent(family: Family) -> list[Ask]:
    """Every route of a patient with every thing that the parent knows or could guess, in that space."""
    routes = routes_of("patients")
    things = {
        "ordonnances": [p.pk for p in [*family.plain, *family.kept]],
        "documents": family.documents,
        "recepisses": [UNKNOWN, *Opposition.objects.values_list("pk", flat=True)],
    }
    sent = fields_of(family)
    marked = {
        name: [{"space": str(family.link.pk)} | dict(f) for f in sent.get(name, ({},))]
        for name, _path in routes
    }
    shared = [(name, path) for name, path in routes_of("") if "<" not in path]
    return [
        *asks_of(routes, things, marked),
        *(Ask(name, reverse(name)) for name, _path in shared),
    ]


def fields_of(family: Family) -> Mapping[str, Fields]:
    """What the parent sends, by route; an empty form elsewhere."""
    doctor, place = str(family.town.doctor.user_id), str(family.town.pharmacists[0].place_id)
    other = str(family.town.pharmacists[1].place_id)
    about = [
        {"reach": "prescription", "prescription": str(p.pk)}
        for p in (*family.plain[:1], *family.kept)
    ]
    targets = [{"reach": "all"}, {"reach": "prescriber", "prescriber": doctor}, *about]
    entry = journal_of(family.reader).filter(role="pharmacist").order_by("pk").first()
    allergy = Allergy.objects.get(subject=family.child)
    return {
        "patients:oppose": targets,
        "patients:withdraw": targets,
        "patients:recognise": [{"place": place}, {"place": other}],
        "patients:doubt": [{"entry": str(entry.pk if entry else 1)}],
        "patients:allergies": [{"text": "amox"}],
        "patients:declare_allergy": [{"text": "arachide"}],
        "patients:end_allergy": [{"allergy": str(allergy.pk)}],
        "patients:send": [{"text": "Gare"}],
        "patients:send_to": [{"place": place}, {"place": other}],
        "patients:enter_space": [{"link": ""}, {"link": str(family.link.pk)}],
        "patients:wish_paper": [{"paper": "paper"}],
    }


def always(ask: Ask) -> bool:
    """What is compared for each pair."""
    role, _colon, name = ask.route.partition(":")
    return role == "patients" and name in ALWAYS and ask.fields is None and "?" not in ask.address


@settings(
    max_examples=max(1, TWINS // FAMILIES),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.reuse, Phase.generate],  # shrinking worlds takes minutes, and the lives are short
)
@given(secret=secrets, more=st.lists(st.integers(0, 10_000), max_size=4))
def test_whatever_is_kept_secret_is_the_same_bytes(
    scene: tuple[Family, Pages], secret: Secret, more: list[int]
) -> None:
    family, pages = scene
    asks = asks_of_the_parent(family)
    chosen = {*(a for a in asks if always(a)), *(asks[n % len(asks)] for n in more)}
    told = pages.told_apart(family, secret, sorted(chosen, key=str))
    assert not told, "\n\n".join(told)
    assert {a for a in chosen if always(a)} <= pages.opened


WHOLE = Secret(
    0, False, ["reads", Step("all", 1, 1), "sends", "doubts", "recognises", "opposes", "renews"], 2
)


@pytest.mark.parametrize("scene", [0], indirect=True)
def test_every_request_is_answered_alike(scene: tuple[Family, Pages]) -> None:
    """All requests, between a life in which everything happens and none at all."""
    family, pages = scene
    told = pages.told_apart(family, WHOLE, asks_of_the_parent(family))
    assert not told, "\n\n".join(told)
    assert len(pages.opened) > 40, len(pages.opened)


def test_each_life_happens_and_the_minor_reads_it(scene: tuple[Family, Pages]) -> None:
    """So that a comparison that finds nothing means something."""
    family, pages = scene
    with branch():
        pages.after(WHOLE, family)()
        assert can_see(family.girl, type(family.kept[0]).objects.get(pk=family.kept[0].pk))
        theirs = journal_of(family.girl).values_list("deed", flat=True)
        assert {"read", "dispensed", "designated", "doubted", "opposed"} <= set(theirs)
        assert not can_see(family.reader, type(family.kept[0]).objects.get(pk=family.kept[0].pk))


def test_ordinary_care_of_the_same_life_is_told(scene: tuple[Family, Pages]) -> None:
    """The same without the secret: the parent reads it."""
    family, pages = scene
    with branch():
        type(family.kept[0]).objects.filter(pk=family.kept[0].pk).update(
            secret="", accompanied=None
        )
        told = pages.told_apart(family, WHOLE, [a for a in asks_of_the_parent(family) if always(a)])
    assert any("patients:home" in line for line in told)
    assert any("heard" in line for line in told)
