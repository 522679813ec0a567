"""The life of secret care: signed, pushed, dispensed, read, opposed, sent, collected, doubted, renewed, cancelled."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404
from hypothesis import strategies as st

from eprescription.models import JournalEntry, Prescription, Reach
from eprescription.permissions import journal_of
from eprescription.refusal import Refusal
from patients import actions, collecting, documents, doubting, queries, sending
from patients.models import ReceivedDocument
from prescribers import actions as prescriber_acts
from tests import factories
from tests.twins.clock import Clock
from tests.twins.family import Family, arrives
from tests.twins.lives import Step, live, steps

Act = Callable[[Family, Prescription, Clock], object]


@dataclass(frozen=True)
class Secret:
    """Which draft becomes secret care, what the minor answered, and all that happens then."""

    which: int
    may_follow: bool
    happens: list[str | Step]
    read_after: int  # hours

    @property
    def hours(self) -> int:
        return sum(s.after if isinstance(s, Step) else 1 for s in self.happens) + self.read_after


def reads(family: Family, about: Prescription, clock: Clock) -> None:
    queries.detail(family.girl, about.pk, language="fr", at=clock.at)


def opens_document(family: Family, about: Prescription, clock: Clock) -> None:
    documents.document(family.girl, ReceivedDocument.objects.filter(number=about.number)[0].pk)


def opposes(family: Family, about: Prescription, clock: Clock) -> None:
    actions.oppose(reach=Reach.PRESCRIPTION, prescription=about, by=family.girl, at=clock.at)


def allows(family: Family, about: Prescription, clock: Clock) -> None:
    actions.withdraw(reach=Reach.PRESCRIPTION, prescription=about, by=family.girl, at=clock.at)


def collects(family: Family, about: Prescription, clock: Clock) -> None:
    collecting.make(about.pk, by=family.girl, at=clock.at)


def sends(family: Family, about: Prescription, clock: Clock) -> None:
    place = family.town.pharmacists[1].place_id
    assert place
    sending.send(about.pk, place_id=place, by=family.girl, at=clock.at)


def recognises(family: Family, about: Prescription, clock: Clock) -> None:
    """A pharmacy that she knows from this care alone, perhaps."""
    entry = _read_by_others(family, about)
    doubting.recognise(place_id=entry.place_id, by=family.girl, at=clock.at)


def doubts(family: Family, about: Prescription, clock: Clock) -> None:
    doubting.doubt(entry_id=_read_by_others(family, about).pk, by=family.girl, at=clock.at)


def recodes(family: Family, about: Prescription, clock: Clock) -> None:
    prescriber_acts.recode(prescription=about, by=family.town.doctor, at=clock.at)


def cancels(family: Family, about: Prescription, clock: Clock) -> None:
    prescriber_acts.cancel(prescription=about, by=family.town.doctor, at=clock.at)


def renews(family: Family, about: Prescription, clock: Clock) -> None:
    """The same again: it stays secret, and leaves like the first."""
    doctor = family.town.doctor
    begun = prescriber_acts.renew(prescription=about, by=doctor, at=clock.at)
    begun.refresh_from_db()
    prescriber_acts.save_whole(
        prescription=begun, values={"accompanied": True}, by=doctor, at=clock.at
    )
    factories.give_reasons(doctor, begun)
    _signed(family, begun, True, clock)
    arrives(clock)


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        *(reads, opens_document, opposes, allows, collects, sends, recognises, doubts),
        *(recodes, cancels, renews),
    )
}
things = st.sampled_from(sorted(ACTS)) | steps
secrets = st.builds(
    Secret,
    which=st.integers(0, 2),
    may_follow=st.booleans(),
    happens=st.lists(things, min_size=1, max_size=5),
    read_after=st.sampled_from([1, 2, 80, 2000]),
)


def lived(family: Family, secret: Secret, clock: Clock) -> int:
    """All of it, one thing after the other; gives how many happened: what cannot be now does not."""
    about = family.kept[secret.which]
    fresh = Prescription.objects.select_related("author__place").get(pk=about.pk)
    _signed(family, fresh, secret.may_follow, clock)
    arrives(clock)
    happened = 1
    for thing in secret.happens:
        if isinstance(thing, Step):
            happened += live(family.town, about, [thing], clock)
            continue
        clock.passes(hours=1)
        with suppress(Refusal, Http404, LookupError), transaction.atomic():
            signed = Prescription.objects.select_related("author__place").get(pk=about.pk)
            ACTS[thing](family, signed, clock)
            happened += 1
    arrives(clock)
    return happened


def _signed(family: Family, draft: Prescription, may_follow: bool, clock: Clock) -> Any:
    return prescriber_acts.sign(
        prescription=draft, may_follow=may_follow, paper="paper", by=family.town.doctor, at=clock.at
    )


def _read_by_others(family: Family, about: Prescription) -> JournalEntry:
    rows = journal_of(family.girl).filter(prescription=about, role="pharmacist")
    return rows.order_by("pk")[0]
