"""Who fetched the boxes, when it was not the patient: sealed, and bound to its dispensing (CSP R. 5132-35)."""

import json
from uuid import UUID

from eprescription.identity.sealed import BEARER
from eprescription.models import Dispensing
from pharmacies.decisions import Handing


def sealed(dispensing_id: UUID, handing: Handing) -> bytes:
    """The bearer's name and address under the field key; empty when the patient came himself."""
    if not handing.bearer.strip():
        return b""
    text = json.dumps([handing.bearer.strip(), handing.bearer_address.strip()])
    return BEARER.seal(text.encode(), row=Dispensing(pk=dispensing_id))


def bearer_of(dispensing: Dispensing) -> tuple[str, str]:
    """Name and address of who fetched it; two empty texts for the patient."""
    if not dispensing.bearer:
        return "", ""
    name, address = json.loads(BEARER.open(dispensing))
    return name, address
