"""A software that calls the API for a professional, through the test client."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.api import tokens
from eprescription.api.fhir import bundle
from eprescription.api.fhir.order import Order, Ordered
from eprescription.api.scopes import SCOPES
from eprescription.models import Activity, SoftwareToken
from eprescription.posology import Amount, Posology, Step
from tests import factories as f
from tests.eprescription.api.softwares import Program, a_program

ROOT = "/api/fhir/"
FHIR = "application/fhir+json"


@dataclass
class Caller:
    """One token. Each POST is an act of its own unless it has a key."""

    token: str
    program: Program
    client: Client = field(default_factory=Client)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(ROOT + path, headers=self._headers(headers))

    def post(self, path: str, body: Any, *, key: str = "", content: str = FHIR, **h: str) -> Any:
        headers = self._headers({"Idempotency-Key": key or uuid.uuid4().hex} | h)
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(ROOT + path, text, content_type=content, headers=headers)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        told = {k.replace("_", "-"): v for k, v in more.items() if v != "-"}
        return {"Authorization": f"Bearer {self.token}", **told}


def a_caller(who: Actor, kind: str = "LAP", *, scopes: Any = None, **more: Any) -> Caller:
    """A caller with a token that is given without the endpoint; `more` are fields of the token."""
    program, now, token = a_program(kind), timezone.now(), uuid.uuid4().hex
    values = {
        "proved_at": now,
        "issued_at": now,
        "expires_at": now + timedelta(minutes=10),
        "scopes": list(SCOPES[kind] if scopes is None else scopes),
    }
    SoftwareToken.objects.create(
        digest=tokens._digest(token),
        software=program.row,
        activity=Activity.objects.get(pk=who.activity_id),
        **values | more,
    )
    return Caller(token, program)


def an_order(medicine: str = "AMOXICILLINE VIATRIS 1 g", **more: Any) -> Order:
    """Amoxicillin, morning and evening for a week, for an invented woman."""
    one = Amount.of(1)
    moments = (("morning", one), ("evening", one))
    values: dict[str, Any] = {
        "cis": f.a_medicine(medicine).cis,
        "dosing": Posology((Step(unit="tablet", moments=moments),)),
        "duration_days": 7,
        "quantity": 2,
    } | more.pop("line", {})
    said: dict[str, Any] = {"may_follow": True, "paper": "paper"} | more
    patient = said.pop("patient", None) or f.traits()
    return Order(patient=patient, lines=(Ordered(**values),), **said)


def a_bundle(**more: Any) -> dict[str, Any]:
    return bundle.written(an_order(**more))


def issues(answer: Any) -> list[dict[str, Any]]:
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome", told
    assert answer["Content-Type"].startswith((FHIR, "application/json"))
    return told["issue"]


def code_in(told: dict[str, Any]) -> str:
    group = next(x["resource"] for x in told["entry"] if "action" in x["resource"])
    return group["identifier"][0]["value"]
