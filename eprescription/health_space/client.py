"""Speaks to the receiving side over HTTP, with time-outs, and says in a code what came back."""

import json
import time
import uuid
from datetime import timedelta
from typing import Any

import httpx
from django.conf import settings

from eprescription.outbox import Answer

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
LONGEST = 20.0  # seconds for a whole answer, however it trickles
LARGEST = 64 * 1024  # bytes of a receipt
# 401 and 403: our own token is wrong, and somebody will mend it. The others say "later" themselves.
TRY_AGAIN = {401, 403, 408, 425, 429}


def send(bundle: dict[str, Any], *, key: uuid.UUID) -> Answer:
    """Posts the transaction; never raises for what the network or the receiver does."""
    began = time.monotonic()
    delivered, final, code = _post(bundle, key, began)
    return Answer(delivered, final, code, timedelta(seconds=time.monotonic() - began))


def _post(bundle: dict[str, Any], key: uuid.UUID, began: float) -> tuple[bool, bool, str]:
    headers = {
        "Authorization": f"Bearer {settings.HEALTH_SPACE_TOKEN}",
        "Content-Type": "application/fhir+json",
        "Accept": "application/fhir+json",
        "Idempotency-Key": str(key),
    }
    url = settings.HEALTH_SPACE_URL
    try:
        with httpx.stream("POST", url, json=bundle, headers=headers, timeout=TIMEOUT) as response:
            status = response.status_code
            if status not in (200, 201):
                final = 400 <= status < 500 and status not in TRY_AGAIN
                return False, final, f"http_{status}"
            if not _is_receipt(_body(response, began), parts=len(bundle["entry"])):
                return False, False, "not_a_receipt"
    except httpx.HTTPError as error:
        return False, False, type(error).__name__[:40]
    return True, False, f"http_{status}"


def _body(response: httpx.Response, began: float) -> bytes:
    """The answer, as long as it is neither endless nor slower than patience."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > LARGEST or time.monotonic() - began > LONGEST:
            raise httpx.ReadTimeout("The receipt does not end.")
    return body


def _is_receipt(body: bytes, *, parts: int) -> bool:
    """Whether each part was accepted: a page of a proxy with status 200 is no receipt."""
    try:
        answer = json.loads(body)
        statuses = [str(entry["response"]["status"]) for entry in answer["entry"]]
        return (
            answer["resourceType"] == "Bundle"
            and answer["type"] == "transaction-response"
            and len(statuses) >= parts
            and all(status.startswith("2") for status in statuses)
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
