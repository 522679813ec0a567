"""Facts that the law has nothing against; each test bends one of them."""

from dataclasses import replace
from datetime import date
from typing import Any

from eprescription.rules.facts import (
    DeliveryFacts,
    DispensingFacts,
    LineFacts,
    PatientFacts,
    PrescriberFacts,
    SignatureFacts,
)

TODAY = date(2026, 11, 24)

PRESCRIBER = PrescriberFacts(
    name="Claire Lemoine",
    profession="10",
    title="Dr",
    identifier="81000000016",
    address="4 rue des Lilas\n31000 TOULOUSE\nFrance",
    phone="+33561000000",
    email="cabinet@demo.exemple",
)
PATIENT = PatientFacts("MARTEL", "JEANNE", "F", date(1951, 3, 4), True)
LINE = LineFacts(
    position=1,
    inn="amoxicilline",
    name="AMOXICILLINE 1 g",
    list="I",
    posology="1 comprimé matin et soir",
    duration_days=7,
    quantity=1,
    renewals=0,
    ald=False,
    non_substitutable="",
    ivg=False,
    max_days=None,
    secured=False,
)
SIGNATURE = SignatureFacts(TODAY, PRESCRIBER, PATIENT, (LINE,), True, "paper")
DELIVERY = DeliveryFacts(
    position=1,
    quantity=1,
    remaining=2,
    same_product=True,
    same_group=True,
    non_substitutable="",
    posology_changed=False,
    agreement="",
    refusal="",
)
DISPENSING = DispensingFacts(TODAY, TODAY, date(2027, 11, 24), True, (DELIVERY,))


def signature(**line: Any) -> SignatureFacts:
    """A signature whose one line is bent."""
    return replace(SIGNATURE, lines=(replace(LINE, **line),))


def lines(*bent: dict[str, Any]) -> SignatureFacts:
    """A signature with several lines, each bent its own way."""
    return replace(
        SIGNATURE,
        lines=tuple(replace(LINE, position=i, **line) for i, line in enumerate(bent, start=1)),
    )


def named(**change: Any) -> SignatureFacts:
    """A signature by another prescriber."""
    return replace(SIGNATURE, prescriber=replace(PRESCRIBER, **change))


def known(**change: Any) -> SignatureFacts:
    """A signature for another patient."""
    return replace(SIGNATURE, patient=replace(PATIENT, **change))


def dispensing(**line: Any) -> DispensingFacts:
    """A dispensing whose one line is bent."""
    return replace(DISPENSING, lines=(replace(DELIVERY, **line),))
