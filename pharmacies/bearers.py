"""Who fetched the boxes, when it was not the patient: sealed, and bound to its dispensing (CSP R. 5132-35)."""

import json
from uuid import UUID

from django.conf import settings

from eprescription.identity.crypto import derive, seal, unseal
from eprescription.models import Dispensing
from pharmacies.decisions import Handing


def sealed(dispensing_id: UUID, handing: Handing) -> bytes:
    """The bearer's name and address under the field key; empty when the patient came himself."""
    if not handing.bearer.strip():
        return b""
    text = json.dumps([handing.bearer.strip(), handing.bearer_address.strip()])
    return seal(text.encode(), aad=_place(dispensing_id), key=_key())


def bearer_of(dispensing: Dispensing) -> tuple[str, str]:
    """Name and address of who fetched it; two empty texts for the patient."""
    if not dispensing.bearer:
        return "", ""
    name, address = json.loads(
        unseal(bytes(dispensing.bearer), aad=_place(dispensing.pk), key=_key())
    )
    return name, address


def _place(dispensing_id: UUID) -> str:
    return f"eprescription_dispensing|bearer|{dispensing_id}"


def _key() -> bytes:
    return derive(settings.FIELD_KEY, purpose="dispensing.bearer")
