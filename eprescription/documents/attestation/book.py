"""What is published for those who verify: public keys, keys and numbers that are believed no more.

A cancelled number stands there as the first five bytes of its SHA-256: a number is 75 random bits, so that the list tells
nothing, and a genuine one is taken for a cancelled one once in a million million by each of them.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from eprescription.documents.attestation import keys
from eprescription.models import DowntimeSheet, Prescription, PrescriptionState, SheetState

MARK = 5
FORMAT = 1


@dataclass(frozen=True)
class Book:
    """The published list, as verifiers read it."""

    keys: dict[bytes, bytes]  # name: 32 public bytes
    revoked: frozenset[bytes]  # names
    cancelled: frozenset[bytes]  # marks
    made_at: str

    @classmethod
    def read(cls, body: dict[str, Any]) -> "Book":
        """Reads the published JSON; raises ValueError or KeyError when it is no such list."""
        if body["format"] != FORMAT:
            raise ValueError(body["format"])
        marks = base64.b64decode(body["cancelled"], validate=True)
        return cls(
            keys={bytes.fromhex(k["name"]): base64.b64decode(k["public"]) for k in body["keys"]},
            revoked=frozenset(bytes.fromhex(name) for name in body["revoked"]),
            cancelled=frozenset(marks[i : i + MARK] for i in range(0, len(marks), MARK)),
            made_at=str(body["made_at"]),
        )


def published(*, at: datetime) -> dict[str, Any]:
    """The list of this moment, ready for JSON. What has run out is not in it: its date says so."""
    return {
        "format": FORMAT,
        "made_at": at.isoformat(timespec="seconds"),
        "keys": [
            {"name": name.hex(), "public": base64.b64encode(public).decode()}
            for name, public in keys.public_halves()
        ],
        "revoked": sorted(name.hex() for name in keys.revoked()),
        "cancelled": base64.b64encode(b"".join(sorted(_marks(_cancelled(at))))).decode(),
    }


def mark_of(number: str) -> bytes:
    """How a number stands in the list."""
    return hashlib.sha256(number.encode()).digest()[:MARK]


def _marks(numbers: Iterable[str]) -> set[bytes]:
    return {mark_of(number) for number in numbers}


def _cancelled(at: datetime) -> Iterable[str]:
    """Prescriptions that were cancelled and sheets that were withdrawn, of those that have not run out."""
    today = timezone.localdate(at)
    rows = Prescription.objects.filter(state=PrescriptionState.CANCELLED, expires_on__gte=today)
    sheets = DowntimeSheet.objects.filter(state=SheetState.VOID, expires_on__gte=today)
    return (number for each in (rows, sheets) for number in _numbers(each))


def _numbers(rows: QuerySet[Any]) -> Iterable[str]:
    return rows.values_list("number", flat=True).iterator()
