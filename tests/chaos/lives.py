"""What each client does: a doctor signs, a pharmacist scans and dispenses; whatever has no answer is asked again."""

import re
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import OperationalError, connections
from django.utils import timezone

from eprescription.documents import codes
from eprescription.models import Prescription
from tests import factories
from tests.chaos.processes import Browser, fields_of, plain

SIGNED = re.compile(r"/prescripteur/ordonnances/([0-9a-f-]{36})/$")
ANSWERS = {"may_follow": "yes", "paper": "paper"}
Draft = tuple[UUID, int]  # and its version
DEAF = 0.1  # of what is sent, so much is done and its answer lost on the way, besides what the power cuts lose
AHEAD = 0.2  # nobody is further in his work than the faults in theirs by more than this share: each fault meets work


class Lives:
    """Drafts that wait for their doctor, shared out among the clients; everything is prepared while all is well."""

    def __init__(self, town: Any, clients: int, count: int) -> None:
        self.url = town.url
        self.doctors = [factories.a_prescriber() for _n in range(clients)]
        self.pharmacists = [factories.a_pharmacist() for _n in range(clients)]
        self.drafts: list[list[Draft]] = [
            self._drafts(doctor, count // clients) for doctor in self.doctors
        ]
        self.lost = [0] * clients
        self.raged: Callable[[], float] = lambda: 1.0

    @property
    def answers_lost(self) -> int:
        return sum(self.lost)

    def live(self, me: int) -> list[tuple[UUID, UUID]]:
        """All the lives of one client: for each the prescription that was acknowledged and the dispensing."""
        try:
            return [self._paced(me, n) for n in range(len(self.drafts[me]))]
        finally:
            connections.close_all()

    def _paced(self, me: int, n: int) -> tuple[UUID, UUID]:
        while n / len(self.drafts[me]) > self.raged() + AHEAD:
            time.sleep(0.05)
        return self._one(me, self.drafts[me][n])

    def _one(self, me: int, draft: Draft) -> tuple[UUID, UUID]:
        doctor = self._browser(self.doctors[me])
        signed = self._signed(doctor, *draft)
        pharmacist = self._browser(self.pharmacists[me])
        done = _dispensed(pharmacist, _asked(lambda: _code(signed)))
        self.lost[me] += doctor.lost + pharmacist.lost
        return signed, done

    def _browser(self, actor: Any) -> Browser:
        return _asked(lambda: Browser(self.url, actor, DEAF))

    def _signed(self, browser: Browser, draft: UUID, version: int) -> UUID:
        status, place, said = browser.post(
            f"/prescripteur/ordonnances/{draft}/signer/", ANSWERS | {"version": version}
        )
        found = SIGNED.search(place)
        assert status == 302 and found, f"{status} {place} {plain(said)[-1500:]}"
        return UUID(found[1])

    def _drafts(self, doctor: Any, count: int) -> list[Draft]:
        patient, _account = factories.a_patient(doctor, account=False)
        drafts = (factories.a_draft(doctor, patient) for _n in range(count))
        return [(draft.pk, draft.version) for draft in drafts]


def _code(pk: UUID) -> str:
    """What is printed; read from the base, which may be gone for a moment."""
    return codes.text_of(Prescription.objects.get(pk=pk)) or ""


def _dispensed(browser: Browser, code: str) -> UUID:
    """Scans, looks, presses; the dispensing that the last answer names."""
    for _time in range(20):
        status, page, said = browser.post("/pharmacie/code/", {"text": code})
        if status == 400:  # the session ended under it: "nothing was recorded", the page says
            continue
        assert status == 302, plain(said)[-1500:]
        status, _place, shown = browser.get(page)
        assert status == 200, f"{status} {plain(shown)[-500:]}"
        status, slip, said = browser.post(f"{page}delivrer/", fields_of(shown))
        if status == 302 and "/delivrances/" in slip:
            return UUID(slip.rstrip("/").rsplit("/", 1)[1])
    raise AssertionError(f"{timezone.now()} {plain(said)[-1500:]}")


def _asked(question: Any) -> Any:
    """The base, asked until it answers."""
    for _time in range(300):
        try:
            return question()
        except OperationalError:
            connections.close_all()
            time.sleep(0.2)
    raise AssertionError("the base never answered")
