"""The receipt of good faith: what the portal answered at the counter, signed, so that anybody can verify it later.

The text is canonical (one fact a line, UTC, no name, no medicine); the signature is Ed25519 over its UTF-8 bytes. The
key comes from CODE_KEY and stays in the portal; its public half is published with its fingerprint, as are those of the keys
before it, whose receipts stay true.
"""

import base64
import binascii
import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction
from django.db.models import F
from django.http import Http404

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.identity.keys import code_keys
from eprescription.models import Balance, Deed, Opening, Place, Prescription

SEAL = "signature "
LEFT = F("total") - F("dispensed") - F("lost")  # as `Balance.remaining` counts
AGAIN_AFTER = timedelta(minutes=1)  # a page reloaded within it is no new opening


def give(prescription: Prescription, *, by: Actor, way: str, at: datetime) -> Opening:
    """Writes a granted opening with its signature, in the transaction that grants it."""
    row = _row(prescription, by, way, at)
    row.remaining = remaining(prescription)
    finess = Place.objects.values_list("identifier", flat=True).get(pk=row.pharmacy_id)
    row.signature = _keys()[0].sign(_text(row, prescription.number, finess).encode())
    row.save(force_insert=True)
    return row


def give_again(prescription: Prescription, *, by: Actor, at: datetime) -> Opening:
    """The receipt of a page that its pharmacy reopens under its claim: a new one at most once a minute."""
    latest = last_of(prescription, by)
    if latest and is_fresh(latest.at, at):
        return latest
    return give(prescription, by=by, way=Opening.Way.AGAIN, at=at)


def is_fresh(given: datetime, at: datetime) -> bool:
    """Whether a receipt still stands for a page that is opened now."""
    return at - given < AGAIN_AFTER


def refuse(prescription: Prescription, *, by: Actor, way: str, code: str, at: datetime) -> Opening:
    """Writes an opening that was refused, for the signals of cloning; it bears no signature."""
    row = _row(prescription, by, way, at)
    row.refused = code
    row.save(force_insert=True)
    return row


def last_of(prescription: Prescription, by: Actor) -> Opening | None:
    """The latest receipt that this pharmacy got for this prescription."""
    mine = Opening.objects.filter(prescription=prescription, pharmacy_id=by.place_id, refused="")
    return mine.order_by("-at").first()


@transaction.atomic
def one_here(by: Actor, pk: UUID) -> Opening:
    """One receipt of this pharmacy; 404 for those of others and for what was refused."""
    rows = Opening.objects.filter(pk=pk, pharmacy_id=by.place_id, refused="")
    found = rows.select_related("prescription", "pharmacy").first()
    if found is None:
        raise Http404
    record(Deed.READ_DOCUMENT, by=by, prescription=found.prescription)
    return found


def remaining(prescription: Prescription) -> list[list[int]]:
    """What is left of each line in force: (position, quantity in the unit of its balance)."""
    rows = Balance.objects.filter(case__prescription=prescription, line__replacement=None)
    told = rows.order_by("line__position").values_list("line__position", LEFT)
    return [[position, left] for position, left in told]


def text_of(opening: Opening) -> str:
    """The canonical text of a granted opening, as it was signed."""
    return _text(opening, opening.prescription.number, opening.pharmacy.identifier)


def printed(opening: Opening) -> str:
    """The text with its signature beneath, as it is printed and as `verified` reads it."""
    seal = base64.b64encode(bytes(opening.signature)).decode()
    return f"{text_of(opening)}\n{SEAL}{seal}"


def is_true(opening: Opening) -> bool:
    """Whether a granted opening still bears the signature of its own text."""
    return _signer(text_of(opening), bytes(opening.signature)) is not None


def verified(receipt: str) -> bool:
    """Whether a printed receipt, text and signature, is the portal's; blank lines and edges do not count."""
    return signer_of(receipt) is not None


def signer_of(receipt: str) -> bytes | None:
    """The public key of ours under which a printed receipt was signed, if it was."""
    lines = [line.strip() for line in receipt.splitlines() if line.strip()]
    if not lines or not lines[-1].startswith(SEAL):
        return None
    try:
        signature = base64.b64decode(lines[-1].removeprefix(SEAL), validate=True)
    except (binascii.Error, ValueError):
        return None
    return _signer("\n".join(lines[:-1]), signature)


def public_keys() -> list[bytes]:
    """The 32 bytes that verify each receipt of today, then those of receipts under former keys."""
    return [key.public_key().public_bytes_raw() for key in _keys()]


def fingerprint(public: bytes) -> str:
    """SHA-256 of a public key, in groups of four, for eyes that compare."""
    digest = hashlib.sha256(public).hexdigest()
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


def _row(prescription: Prescription, by: Actor, way: str, at: datetime) -> Opening:
    assert by.place_id  # a pharmacist works somewhere
    return Opening(
        prescription=prescription,
        pharmacy_id=by.place_id,
        by_id=by.activity_id,
        at=at,
        way=way,
    )


def _text(opening: Opening, number: str | None, finess: str) -> str:
    left = ",".join(f"{position}:{quantity}" for position, quantity in opening.remaining)
    return "\n".join(
        (
            "receipt 1",
            f"id {opening.pk}",
            f"number {number}",
            f"pharmacy {finess}",
            f"moment {opening.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "authentic, not revoked",
            f"remaining {left}",
        )
    )


def _signer(text: str, signature: bytes) -> bytes | None:
    """The public key under which this was signed, if it is one of ours."""
    for public in public_keys():
        with suppress(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
            return public
    return None


def _keys() -> list[Ed25519PrivateKey]:
    """The key that signs, then those that did."""
    secrets = (key.secret for key in code_keys("receipt.signature"))
    return [Ed25519PrivateKey.from_private_bytes(secret) for secret in secrets]
