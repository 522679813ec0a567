"""What eight doctors, pharmacists and patients do by HTTP; and how many queries each of it takes."""

import uuid
from typing import Any

from django.db import connection
from django.test import Client as InProcess
from django.test.utils import CaptureQueriesContext

from eprescription.models import Claim
from pharmacies.claims import secret_of
from tests.load.clients import CSRF, Client, key
from tests.load.world import World


class People:
    """Each method does one operation once; False when there is nothing left to do."""

    def __init__(self, world: World, base: str, clients: int) -> None:
        self.world = world
        self.doctors = [Client(base, a) for a in world.doctors[:clients]]
        self.pharmacists = [Client(base, a) for a in world.pharmacists[:clients]]
        self.patients = [Client(base, a) for a in world.patients[:clients]]
        self.claimed: list[list[str]] = [[] for _ in range(clients)]
        self.enough = len(world.codes) // 3  # the rest is for the floor

    def sign(self, me: int) -> bool:
        if len(self.world.drafts[me]) < 500:  # the rest is the floor's
            return False
        pk = self.world.drafts[me].pop()
        return self._went(*self.doctors[me].post(*_signature(pk)))

    def scan(self, me: int) -> bool:
        if len(self.world.codes) < min(15000, self.enough):
            return False
        text, pk = self.world.codes.pop()
        done = self._went(*self.pharmacists[me].post("/pharmacie/code/", {"text": text}))
        self.claimed[me].append(str(pk))
        return done

    def dispense(self, me: int) -> bool:
        if not self.claimed[me]:
            return False
        pk = self.claimed[me].pop()
        return self._went(*self.pharmacists[me].post(*_delivery(pk, self.secrets[pk])))

    def prescriber_list(self, me: int) -> bool:
        return self._shown(*self.doctors[me].get("/prescripteur/ordonnances/"))

    def patient_list(self, me: int) -> bool:
        return self._shown(*self.patients[me].get("/espace/"))

    def _went(self, status: int, place: str, body: bytes) -> bool:
        assert status == 302, (status, body[:3000])
        return True

    def _shown(self, status: int, place: str, body: bytes) -> bool:
        assert status == 200, (status, body[:3000])
        return True

    def queries(self, name: str) -> int:
        """How many queries one request of this operation makes, in process."""
        client = InProcess(headers={"host": "127.0.0.1"})
        http = {
            "sign": self.doctors,
            "prescriber_list": self.doctors,
            "patient_list": self.patients,
        }
        cookie = http.get(name, self.pharmacists)[0].headers["Cookie"]
        for pair in cookie.split("; "):
            client.cookies.load(pair)
        method, path, fields = self._sample(name)
        with CaptureQueriesContext(connection) as seen:
            answer = getattr(client, method)(path, fields | {"csrfmiddlewaretoken": CSRF})
        assert answer.status_code in (200, 302), answer.content.decode()[-6000:-2000]
        return len([q for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))])

    def _sample(self, name: str) -> tuple[str, str, dict[str, Any]]:
        if name == "sign":
            return ("post", *_signature(self.world.drafts[0].pop()))
        if name == "scan":
            text, pk = self.world.codes.pop()
            self.sample = str(pk)
            return ("post", "/pharmacie/code/", {"text": text})
        if name == "dispense":
            self.secrets = _secrets()
            return ("post", *_delivery(self.sample, self.secrets[self.sample]))
        return ("get", "/espace/" if name == "patient_list" else "/prescripteur/ordonnances/", {})


def _signature(pk: uuid.UUID) -> tuple[str, dict[str, Any]]:
    return f"/prescripteur/ordonnances/{pk}/signer/", {
        "may_follow": "yes",
        "paper": "paper",
        "version": 0,
    }


def _secrets() -> dict[str, str]:
    """What the page of each prescription in hand carries, without asking for each page."""
    claims = Claim.objects.filter(ended_at=None).select_related("case")
    return {str(claim.case.prescription_id): secret_of(claim) for claim in claims}


def _delivery(pk: str, secret: str) -> tuple[str, dict[str, Any]]:
    fields = {
        "key": key(),
        "secret": secret,
        "act": "changed",
        "l1-quantity": "1",
        "l2-quantity": "1",
    }
    return f"/pharmacie/ordonnances/{pk}/delivrer/", fields
