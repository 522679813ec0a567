"""A medicine of abortion on a named prescription: nothing is stored before both questions are answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Line, Prescription
from eprescription.permissions import check_write
from eprescription.refusal import Unlawful
from eprescription.rules import IVG, breaches
from prescribers.actions.drafts import add_written, save_whole
from prescribers.facts import ivg_facts

ANSWERS = ("teleconsultation", "anonymity", "pharmacy_named", "convention_place", "convention_date")


def add_ivg_line(
    *,
    prescription: Prescription,
    content: Mapping[str, Any],
    answers: Mapping[str, Any],
    text: str = "",
    by: Actor,
    at: datetime,
) -> Line:
    """Adds it when the law lets it stand on a prescription that bears her name.

    Raises Unlawful with what is missing or forbidden; the draft then says nothing of it
    (CSP R. 2212-14-1, R. 2212-16, R. 4072-1 et s.).
    """
    check_write(by, prescription)
    on = timezone.localdate(at)
    said = {name: answers[name] for name in ANSWERS}
    wrong = breaches(IVG, ivg_facts(content, said, on), on=on)
    if wrong:
        raise Unlawful(wrong)
    with transaction.atomic():
        save_whole(prescription=prescription, values=said, by=by, at=at)
        return add_written(prescription, content, text, by, at)
