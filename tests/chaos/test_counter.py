"""kill -9 of the web server and of the worker in the middle of dispensings: nothing acknowledged is lost or doubled.

CHAOS_DELIVERIES=500 makes it long; the default is short enough for each run of the tests.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.db.models import Count, F, Max

from eprescription.documents import codes
from eprescription.models import (
    Balance,
    CaseState,
    Claim,
    Deed,
    Dispensing,
    DispensingCase,
    JournalEntry,
    Prescription,
    Push,
    PushState,
    RegisterEntry,
)
from patients.models import ReceivedDocument
from tests import factories
from tests.chaos.processes import Browser, Web, fields_of, plain
from tests.eprescription.health_space.receivers import environment_of_tests
from tests.eprescription.health_space.workers import Worker, eventually

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
DELIVERIES = int(os.environ.get("CHAOS_DELIVERIES", "24"))
CLIENTS = 4
PAUSE = (0.3, 2.0)  # seconds between two power cuts


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    port = 8791
    environment = environment_of_tests(
        connection.settings_dict["NAME"], f"http://127.0.0.1:{port}/espace-sante/fhir"
    )
    running = Web(tmp_path, port, environment)
    yield running
    running.kill()


@pytest.fixture
def worker(tmp_path: Path, web: Web, valkey: Any) -> Iterator[Worker]:
    running = Worker(
        tmp_path,
        database=connection.settings_dict["NAME"],
        health_space=f"{web.url}/espace-sante/fhir",
    )
    yield running
    running.stop()


class PowerCuts:
    """Kills the web server or the worker now and then, and starts it again, until it is told to stop."""

    def __init__(self, *victims: Web | Worker) -> None:
        self.victims, self.count, self.over = victims, 0, threading.Event()
        self.thread = threading.Thread(target=self._cut, daemon=True)

    def __enter__(self) -> "PowerCuts":
        self.thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.over.set()
        self.thread.join(90)

    def _cut(self) -> None:
        chance = random.Random(4)
        while not self.over.wait(chance.uniform(*PAUSE)):
            victim = chance.choice(self.victims)
            victim.kill()
            self.count += 1
            victim.start()


def deliver(browser: Browser, code: str) -> UUID:
    """What a pharmacist does: scans, looks, presses; gives the dispensing that the last answer names."""
    for _time in range(20):
        status, page, said = browser.post("/pharmacie/code/", {"text": code})
        assert status == 302, said[-2000:]
        status, _place, shown = browser.get(page)
        assert status == 200
        status, slip, said = browser.post(f"{page}delivrer/", fields_of(shown))
        if status == 302 and "/delivrances/" in slip:
            return UUID(slip.rstrip("/").rsplit("/", 1)[1])
    raise AssertionError(plain(said))


def test_given_power_cuts_then_nothing_acknowledged_is_lost_or_doubled(
    web: Web, worker: Worker
) -> None:
    doctor = factories.a_prescriber()
    patient, _account = factories.a_patient(doctor, account=False)
    signed = [factories.a_signed(doctor, patient) for _time in range(DELIVERIES)]
    texts = [codes.text_of(prescription) or "" for prescription in signed]
    pharmacists = [factories.a_pharmacist() for _time in range(CLIENTS)]
    browsers = [Browser(web.url, pharmacist) for pharmacist in pharmacists]
    connections.close_all()

    def work(me: int) -> list[tuple[Prescription, UUID]]:
        mine = list(zip(signed, texts, strict=True))[me::CLIENTS]
        return [(prescription, deliver(browsers[me], text)) for prescription, text in mine]

    began = time.monotonic()
    with PowerCuts(web, worker) as cuts, ThreadPoolExecutor(CLIENTS) as pool:
        told = [each for share in pool.map(work, range(CLIENTS)) for each in share]
    print(
        f"{len(told)} acknowledged in {time.monotonic() - began:.0f} s, {cuts.count} power cuts, "
        f"{sum(b.lost for b in browsers)} answers lost"
    )

    assert cuts.count
    done = dict(Dispensing.objects.values_list("case__prescription", "pk"))
    assert {prescription.pk: pk for prescription, pk in told} == done
    assert Dispensing.objects.count() == DELIVERIES
    assert not Balance.objects.exclude(dispensed=F("total")).exists()
    assert not DispensingCase.objects.exclude(state=CaseState.DISPENSED).exists()
    assert not Claim.objects.filter(ended_at=None).exists()
    assert JournalEntry.objects.filter(deed=Deed.DISPENSED, outcome="done").count() == DELIVERIES
    for entry in RegisterEntry.objects.values("pharmacy").annotate(
        n=Count("pk"), last=Max("number")
    ):
        assert entry["n"] == entry["last"]
    eventually(
        lambda: not Push.objects.exclude(state=PushState.DELIVERED).exists(), 120 + DELIVERIES
    )
    assert ReceivedDocument.objects.count() == DELIVERIES
