"""How tests act through the dispensing page: what it would send untouched, and what was typed over it."""

import html
import re
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.catalogue.models import Pack
from eprescription.models import Balance, DispensingCase, Prescription
from tests import factories

GS = "\x1d"


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
    return html.unescape(value[1]) if value else ""


def chosen_of(page: str, name: str) -> str:
    """What a list of choices of the page holds."""
    found = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page, re.DOTALL)
    value = re.search(r'value="([^"]*)" selected', found[1]) if found else None
    return value[1] if value else ""


def box_of(medicine: str, lot: str = "AB12", serial: str = "S1") -> str:
    """What a scanner reads on a box of it that expires in a far November."""
    pack = Pack.objects.filter(medicine__name__icontains=medicine).order_by("pk")[0]
    return f"]d201{0}{pack.cip13}17{timezone.localdate().year % 100 + 2}113010{lot}{GS}21{serial}"


def scanned(desk: Client, prescription: Prescription, text: str, **before: Any) -> str:
    """The page after one more box."""
    data = filled(prescription) | typed(**before) | {"box": text, "act": "box"}
    response = send(desk, prescription, data)
    assert response.status_code == 200
    return page_of(response)


def fields(page: str) -> dict[str, str]:
    """What the page holds of its first line."""
    names = ("quantity", "packs", "lot", "expiry", "cip13", "serial", "read")
    return {n: value_of(page, f"l1-{n}") for n in names} | {"cis": chosen_of(page, "l1-cis")}
