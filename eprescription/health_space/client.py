"""Speaks to the receiving side over HTTP, with time-outs, and says in a code what came back."""

import uuid
from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
TRY_AGAIN = {408, 425, 429}


@dataclass(frozen=True)
class Answer:
    """`delivered` also when the receiver already had it; `final`: trying again would not help."""

    delivered: bool
    final: bool
    code: str


def send(bundle: dict[str, Any], *, key: uuid.UUID) -> Answer:
    """Posts the transaction; never raises for what the network or the receiver does."""
    headers = {
        "Authorization": f"Bearer {settings.HEALTH_SPACE_TOKEN}",
        "Content-Type": "application/fhir+json",
        "Accept": "application/fhir+json",
        "Idempotency-Key": str(key),
    }
    try:
        response = httpx.post(
            settings.HEALTH_SPACE_URL, json=bundle, headers=headers, timeout=TIMEOUT
        )
    except httpx.HTTPError as error:
        return Answer(False, False, type(error).__name__[:40])
    status = response.status_code
    final = 400 <= status < 500 and status not in TRY_AGAIN
    return Answer(status in (200, 201), final, f"http_{status}")
