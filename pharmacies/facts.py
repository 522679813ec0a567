"""What the rules of dispensing read: plain facts made of the decisions, the balances and what was dispensed before."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from eprescription.actor import Actor
from eprescription.catalogue import search
from eprescription.models import Balance, Dispensing, DispensingCase
from eprescription.rules.facts import DeliveryFacts, DispensingFacts
from pharmacies.decisions import Decision, Handing


def dispensing_facts(
    case: DispensingCase,
    balances: dict[UUID, Balance],
    decisions: Iterable[Decision],
    handing: Handing,
    *,
    by: Actor,
    at: datetime,
    besides: Dispensing | None = None,
) -> DispensingFacts:
    """All that the law asks about this delivery; `besides` is a dispensing to leave out of the history."""
    prescription = case.prescription
    assert prescription.signed_at and prescription.expires_on
    return DispensingFacts(
        on=timezone.localtime(at).date(),
        signed_on=timezone.localtime(prescription.signed_at).date(),
        expires_on=prescription.expires_on,
        first=not any(b.dispensed for b in balances.values()),
        lines=tuple(_line(d, balances[d.line_id]) for d in decisions),
    )


def _line(decision: Decision, balance: Balance) -> DeliveryFacts:
    line = balance.line
    same = decision.cis == line.cis
    return DeliveryFacts(
        position=line.position,
        quantity=decision.quantity,
        remaining=balance.remaining,
        same_product=same,
        same_group=same or search.same_group(line.cis, decision.cis),
        non_substitutable=line.non_substitutable,
        posology_changed=bool(decision.posology.strip()),
        agreement=decision.agreement,
        refusal=decision.refusal,
        renewals=line.renewals,
        list=line.list,
    )
