"""How tests act through the dispensing page: what it would send untouched, and what was typed over it."""

import re
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from eprescription.models import Balance, DispensingCase, Prescription
from tests import factories


def page_of(response: Any) -> str:
    return response.content.decode()


def counter(prescription: Prescription) -> str:
    return reverse("pharmacies:prescription", args=[prescription.pk])


def filled(prescription: Prescription, **changes: Any) -> dict[str, Any]:
    """What the untouched page would send, with `changes` typed over it."""
    data: dict[str, Any] = {"act": "changed" if changes else "all", **page_keys(prescription)}
    for decision in factories.decisions_for(prescription):
        position = prescription.lines.get(pk=decision.line_id).position
        blank = dict.fromkeys(("posology", "agreed_how", "refusal", "note"), "")
        line = {"quantity": decision.quantity, "cis": decision.cis, **blank}
        data |= {f"l{position}-{name}": value for name, value in line.items()}
    return data | {name.replace("_", "-", 1): value for name, value in changes.items()}


def page_keys(prescription: Prescription) -> dict[str, str]:
    """What the page carries unseen: a fresh key and the secret of its claim."""
    return {"key": str(uuid.uuid4()), "secret": factories.secret_of(prescription)}


def send(desk: Client, prescription: Prescription, data: dict[str, Any]) -> Any:
    return desk.post(reverse("pharmacies:dispense", args=[prescription.pk]), data)


def left(prescription: Prescription) -> list[int]:
    rows = Balance.objects.filter(case__prescription=prescription).order_by("line__position")
    return [row.total - row.dispensed for row in rows]


def state(prescription: Prescription) -> str:
    return DispensingCase.objects.get(prescription=prescription).state


def typed(**changes: Any) -> dict[str, Any]:
    """Fields as they are sent: `l1_lot` is `l1-lot`."""
    return {name.replace("_", "-", 1): value for name, value in changes.items()}


def value_of(page: str, name: str) -> str:
    """What a field of the page holds."""
    found = re.search(rf'<(?:input|button)[^>]*name="{name}"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', found[0]) if found else None
    return value[1] if value else ""


def chosen_of(page: str, name: str) -> str:
    """What a list of choices of the page holds."""
    found = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page, re.DOTALL)
    value = re.search(r'value="([^"]*)" selected', found[1]) if found else None
    return value[1] if value else ""
