"""The receiving side of PDSm (IHE MHD ITI-65): a transaction of a SubmissionSet, a DocumentReference and a Binary.

It knows only what arrives: whose INS, which document, what it replaces. A repeat is answered as the first time.
"""

import base64
import binascii
import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from eprescription.documents.number import is_valid
from eprescription.identity import vault
from eprescription.identity.numbers import INS_OIDS
from eprescription.identity.sealed import DOCUMENT
from eprescription.models import Prescription, SecretCare
from eprescription.telling import tell
from patients.models import ReceivedDocument

HIDDEN = "INVISIBLE_REPRESENTANTS_LEGAUX"  # TRE_A07-StatutVisibiliteDocument
LARGEST = 1024 * 1024
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # how far a clock elsewhere may be ahead of ours


class Unacceptable(Exception):
    """What is wrong with a transaction, in a code for the OperationOutcome and a sentence for the sender."""

    def __init__(self, code: str, text: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.text, self.status = code, text, status


@dataclass(frozen=True)
class Arrived:
    """What a transaction says, once read."""

    key: uuid.UUID
    replaces: uuid.UUID | None
    ins: str
    number: str
    author: str
    dated: datetime
    content: bytes
    hidden: bool = False


def receive(bundle: Any, *, at: datetime) -> tuple[ReceivedDocument, bool]:
    """Keeps the document; the second value is False when it was already here. Raises Unacceptable."""
    arrived = read(bundle)
    if not EARLIEST < arrived.dated < at + AHEAD:
        raise Unacceptable("value", "DocumentReference.date is not of this time.")
    subject_id = vault.find_by_ins(arrived.ins)
    if subject_id is None:
        raise Unacceptable("not-found", "No health space for this identity.", 404)
    with transaction.atomic():
        document, new = ReceivedDocument.objects.get_or_create(
            key=arrived.key,
            defaults={
                "subject_id": subject_id,
                "number": arrived.number,
                "author": arrived.author,
                "dated": arrived.dated,
                "received_at": at,
                "size": len(arrived.content),
                "hidden": arrived.hidden,
                "sealed": DOCUMENT.seal(arrived.content, row=ReceivedDocument(key=arrived.key)),
            },
        )
        if document.subject_id != subject_id:
            raise Unacceptable("conflict", "This identifier belongs to another document.", 409)
        if new:
            tell(subject_id, secret=arrived.hidden or _kept(arrived.number), at=at)
        if arrived.replaces:
            ReceivedDocument.objects.filter(key=arrived.replaces, subject_id=subject_id).update(
                status=ReceivedDocument.Status.SUPERSEDED
            )
    return document, new


def _kept(number: str) -> bool:
    """Whether those who stand for a minor must not learn that this document exists."""
    return Prescription.objects.filter(number=number).exclude(secret=SecretCare.NONE).exists()


def content_of(document: ReceivedDocument) -> bytes:
    """The PDF as it arrived."""
    return DOCUMENT.open(document)


def read(bundle: Any) -> Arrived:
    """Reads and checks the three resources; raises Unacceptable with the first fault."""
    try:
        return _read(bundle)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Unacceptable(
            "structure", f"Not an ITI-65 transaction ({type(error).__name__})."
        ) from error


def _read(bundle: Any) -> Arrived:
    if bundle["resourceType"] != "Bundle" or bundle["type"] != "transaction":
        raise Unacceptable("structure", "A transaction Bundle is expected.")
    reference = _one(bundle, "DocumentReference")
    ins = _ins(reference["subject"])
    if _ins(_one(bundle, "List")["subject"]) != ins:
        raise Unacceptable("value", "SubmissionSet and document are about different people.")
    content = _content(bundle, reference["content"][0]["attachment"])
    dated = parse_datetime(reference["date"])
    if dated is None or dated.tzinfo is None:
        raise Unacceptable("value", "DocumentReference.date must be an instant.")
    return Arrived(
        key=_uuid(reference["masterIdentifier"]["value"]),
        replaces=_replaced(reference),
        ins=ins,
        number=_number(reference["context"]["related"][0]["identifier"]["value"]),
        author=_plain(reference["author"][0].get("display", ""))[:120],
        dated=dated,
        content=content,
        hidden=_hidden(reference),
    )


def _hidden(reference: dict[str, Any]) -> bool:
    """Whether the sender hides it from legal representatives, by a code of whichever terminology."""
    labels = reference.get("securityLabel", [])
    return any(coding.get("code") == HIDDEN for label in labels for coding in label["coding"])


def _one(bundle: dict[str, Any], kind: str) -> dict[str, Any]:
    found = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]
    if len(found) != 1:
        raise Unacceptable("structure", f"Exactly one {kind} is expected.")
    return found[0]


def _content(bundle: dict[str, Any], attachment: dict[str, Any]) -> bytes:
    entries = {e["fullUrl"]: e["resource"] for e in bundle["entry"]}
    binary = entries[attachment["url"]]
    try:
        content = base64.b64decode(binary["data"], validate=True)
    except binascii.Error as error:
        raise Unacceptable("value", "Binary.data is not base64.") from error
    if len(content) > LARGEST:
        raise Unacceptable("too-long", "The document is larger than 1 MB.", 413)
    digest = base64.b64encode(hashlib.sha1(content).digest()).decode()  # noqa: S324 - FHIR R4 asks SHA-1
    if attachment["hash"] != digest or attachment["size"] != len(content):
        raise Unacceptable("value", "The document does not match its hash and size.")
    if not content.startswith(b"%PDF-"):
        raise Unacceptable("value", "The document is not a PDF.")
    return content


def _ins(subject: dict[str, Any]) -> str:
    identifier = subject["identifier"]
    if str(identifier["system"]).removeprefix("urn:oid:") not in INS_OIDS:
        raise Unacceptable("value", "The subject is not identified by an INS.")
    return _plain(identifier["value"])


def _number(value: Any) -> str:
    if not is_valid(_plain(value)):
        raise Unacceptable("value", "The number of the prescription is not one.")
    return str(value)


def _plain(value: Any) -> str:
    """Printable text: PostgreSQL keeps no NUL and no half of a surrogate pair."""
    if not isinstance(value, str) or not value.isprintable():
        raise Unacceptable("value", "Plain text is expected.")
    return value


def _replaced(reference: dict[str, Any]) -> uuid.UUID | None:
    targets = [r["target"] for r in reference.get("relatesTo", []) if r["code"] == "replaces"]
    return _uuid(targets[0]["identifier"]["value"]) if targets else None


def _uuid(urn: str) -> uuid.UUID:
    return uuid.UUID(urn.removeprefix("urn:uuid:"))
