"""What the pharmacist may rely on: the receipt of this opening, and the signs that ask for a second look."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from eprescription.actor import Actor
from eprescription.models import Claim, Opening, Prescription
from pharmacies.presentations import Presentation, granted
from pharmacies.receipts import give, is_fresh, last_of
from pharmacies.signals import Signal, signals


@dataclass(frozen=True)
class Sign:
    """One sign of a copied or forged code: what was seen, and what to do about it. Never where."""

    code: str
    seen: Any
    advice: Any


@dataclass(frozen=True)
class GoodFaith:
    """The receipt of the latest opening here (None before any), and the signs that stand now."""

    receipt: UUID | None
    at: datetime | None
    signs: list[Sign]


LOOK = _("Vérifiez l'identité de la personne ; au moindre doute, appelez le prescripteur.")
SIGNS = {
    Signal.REPORTED: Sign(
        Signal.REPORTED,
        _("Une pharmacie a signalé cette ordonnance comme fausse."),
        _("Appelez le prescripteur avant de délivrer, au numéro de l'annuaire."),
    ),
    Signal.ELSEWHERE: Sign(
        Signal.ELSEWHERE,
        _("Ce code vient d'être présenté dans une autre pharmacie, qui n'a pas pu l'ouvrir."),
        LOOK,
    ),
    Signal.TWO_PLACES: Sign(
        Signal.TWO_PLACES,
        _("Ce code a été présenté dans deux pharmacies en moins d'une heure."),
        LOOK,
    ),
    Signal.MANY: Sign(
        Signal.MANY, _("Ce code a été présenté de nombreuses fois depuis hier."), LOOK
    ),
}


def good_faith(
    prescription: Prescription,
    seen: list[Presentation],
    *,
    reported: bool,
    by: Actor,
    claim: Claim | None,
    at: datetime,
) -> GoodFaith:
    """For the dispensing page, in its transaction; under a claim the page is an opening too, once a minute.

    `seen`: what was presented lately (`presentations_of`); `reported`: a pharmacy holds it for forged.
    """
    held_since = claim.at if claim else None
    signs = signals(seen, reported=reported, at=at, here=by.place_id, held_since=held_since)
    receipt = _receipt(prescription, seen, by=by, at=at) if claim else last_of(prescription, by)
    return GoodFaith(
        receipt=receipt.pk if receipt else None,
        at=receipt.at if receipt else None,
        signs=[SIGNS[s] for s in signs],
    )


def _receipt(
    prescription: Prescription, seen: list[Presentation], *, by: Actor, at: datetime
) -> Opening | Presentation:
    """The latest here while it is fresh, else a new one."""
    mine = granted(seen, by.place_id)
    if mine and is_fresh(mine[0].at, at):
        return mine[0]
    return give(prescription, by=by, way=Opening.Way.AGAIN, at=at)
