"""Facts that the law has nothing against; each test bends one of them."""

from dataclasses import replace
from datetime import date
from typing import Any

from eprescription.rules.delivery_facts import (
    Agreed,
    DeliveryFacts,
    DispensingFacts,
    Given,
)
from eprescription.rules.facts import (
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
GIVEN = Given(name="AMOXICILLINE 1 g", link="")
DELIVERY = DeliveryFacts(
    position=1,
    quantity=1,
    remaining=2,
    due=1,
    expected=1,
    list="I",
    posology="1 comprimé matin et soir",
    duration_days=7,
    prescribed=1,
    given=GIVEN,
)
AGREED = Agreed(who="Dr Claire Lemoine", how="phone", dated=True)
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


def giving(**box: Any) -> DispensingFacts:
    """A dispensing whose one line is handed over in another box."""
    return dispensing(given=replace(GIVEN, **box))


def dispensed(on: date, **line: Any) -> DispensingFacts:
    """A dispensing of another day, whose one line is bent."""
    return replace(dispensing(**line), on=on)
