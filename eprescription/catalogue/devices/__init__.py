"""Devices and services of the reimbursement list (LPP), found by code or by words.

What is not in the list is written freely: a device that is not found never blocks a prescription.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import Length
from django.utils import timezone

from eprescription.catalogue.models import Device
from eprescription.catalogue.words import index_words, query_words

MOST_WORDS = 10
LONGEST_QUERY = 300
_CODE = re.compile(r"[0-9]{4,7}")


@dataclass(frozen=True, slots=True)
class DeviceHit:
    """One code of the LPP as a list shows it. None and "" mean that the source does not say.

    `kind` is the nature of the service; `ended`: no longer reimbursed since `ends_on`.
    """

    code: str
    label: str
    kind: str
    tariff_cents: int | None
    prior_agreement: bool | None
    ends_on: date | None
    ended: bool
    edition: str

    @property
    def tariff(self) -> Decimal | None:
        """What it is reimbursed on, in euros."""
        return None if self.tariff_cents is None else Decimal(self.tariff_cents) / 100


def search_devices(text: str, *, limit: int = 10) -> list[DeviceHit]:
    """Return the devices that have this code, or all these words in any order, which may be
    unfinished. Labels that start with the first word come first, then the shortest.

    A code that has ended is found when it is typed whole, and said to have ended. One query.
    """
    today = timezone.localdate()
    compact = re.sub(r"\s", "", text[:LONGEST_QUERY])
    valid = Q(ends_on=None) | Q(ends_on__gte=today)
    found = Device.objects.select_related("edition")
    if _CODE.fullmatch(compact):
        found = found.filter(Q(code=compact) | valid, code__startswith=compact).order_by("code")
    elif words := query_words(text[:LONGEST_QUERY])[:MOST_WORDS]:
        for word in words:
            valid &= Q(words__contains=f" {word}")
        elsewhere = ~Q(words__startswith=f" {words[0]}")
        found = found.filter(valid).alias(elsewhere=elsewhere)
        found = found.order_by("elsewhere", Length("label"), "code")
    else:
        return []
    return [_hit(device, today) for device in found[:limit]]


def label_words(label: str) -> str:
    """Return the words by which a label is found, each after a space."""
    return "".join(f" {word}" for word in index_words(label))


def _hit(device: Device, today: date) -> DeviceHit:
    return DeviceHit(
        code=device.code,
        label=device.label,
        kind=device.kind,
        tariff_cents=device.tariff_cents,
        prior_agreement=device.prior_agreement,
        ends_on=device.ends_on,
        ended=device.ends_on is not None and device.ends_on < today,
        edition=str(device.edition),
    )
