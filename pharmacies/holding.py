"""A box scanned at the desk: what it is, and which prescriptions in hand here it may serve."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.catalogue import search
from eprescription.models import Claim, Line
from eprescription.upkeep import CLAIM_HOLDS
from pharmacies.boxes import Box
from pharmacies.presenters import InHand


@dataclass(frozen=True)
class BoxFound:
    """A box as the desk shows it. `name` is empty when the drug base does not know it."""

    name: str
    cip13: str
    lot: str
    serial: str
    expiry: date | None
    expired: bool
    prescriptions: list[InHand]

    @property
    def read(self) -> list[tuple[str, str]]:
        """What the code says beside the product, as (label, text)."""
        said = [(_("Lot"), self.lot), (_("Numéro de série"), self.serial)]
        return [(_("CIP"), self.cip13), *(pair for pair in said if pair[1])]


def box_found(box: Box, held: list[InHand], *, at: datetime) -> BoxFound:
    """The box as it is shown, with the prescriptions in hand here that it may serve."""
    hit = search.by_cip13(box.cip13)
    return BoxFound(
        name=hit.name if hit else "",
        cip13=box.cip13,
        lot=box.lot,
        serial=box.serial,
        expiry=box.expiry,
        expired=box.expiry is not None and box.expiry < timezone.localdate(at),
        prescriptions=held,
    )


def served_by(actor: Actor, box: Box, *, at: datetime) -> set[UUID]:
    """The prescriptions claimed here of which a line may be served by this box or one of its generic group."""
    hit = search.by_cip13(box.cip13)
    if hit is None:
        return set()
    alike = {hit.cis, *(x.cis for x in search.substitutes(hit.cis))}
    claimed = Claim.objects.filter(
        pharmacy_id=actor.place_id, ended_at=None, at__gte=at - CLAIM_HOLDS
    )
    lines = Line.objects.filter(
        cis__in=alike, prescription__in=claimed.values("case__prescription")
    )
    return set(lines.values_list("prescription", flat=True))
