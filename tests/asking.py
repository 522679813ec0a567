"""Asking and answering in tests: a pharmacist in front of an open prescription, and the page of the prescriber."""

import uuid
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Balance, Line, Prescription, Question
from pharmacies import actions
from pharmacies.actions import Proposal
from tests import factories

DOSE = {"problem": "4", "intervention": "7"}  # overdose, adapt the dosage


def a_question(
    pharmacist: Actor, prescription: Prescription, *, line: Line | None = None, **proposal: Any
) -> Question:
    """Asked about the first line in force, of a prescription that is opened here."""
    factories.open_at(pharmacist, prescription)
    about = line or prescription.lines.order_by("position")[0]
    return actions.ask(
        prescription=prescription,
        line_id=about.pk,
        proposal=Proposal(**(DOSE | proposal)),
        key=uuid.uuid4(),
        by=pharmacist,
        at=timezone.now(),
    )


def answered(client: Client, question: Question, act: str, **more: str) -> Any:
    """What the prescriber's page answers to one press."""
    url = reverse("prescribers:question", args=[question.pk])
    return client.post(url, {"key": str(uuid.uuid4()), "act": act, "answer": ""} | more)


def text_of(client: Client, name: str, *args: Any) -> str:
    return unescape(client.get(reverse(name, args=args)).content.decode())


def balance(line: Line) -> tuple[int, int, int]:
    """Total, dispensed, what is left."""
    row = Balance.objects.get(pk=line.pk)
    return row.total, row.dispensed, row.remaining
