"""A document of the space as FHIR R4, for the patient to keep or to carry elsewhere.

A Bundle of type "collection": the DocumentReference that says what it is, and the Binary with the page. It names no
patient beside the page itself: who holds the file knows whose it is, and a file on a shared telephone should not tell.
"""

import base64
import hashlib
import uuid
from typing import Any

from eprescription.health_space.payload import NUMBER_SYSTEM, PRESCRIPTION_TYPE, URI
from patients.models import ReceivedDocument

STATES = {
    ReceivedDocument.Status.CURRENT: "current",
    ReceivedDocument.Status.SUPERSEDED: "superseded",
}


def bundle(document: ReceivedDocument, content: bytes) -> dict[str, Any]:
    """`content` is the PDF as it arrived. The same document always gives the same bundle."""
    binary = f"urn:uuid:{uuid.uuid5(document.key, 'kept binary')}"
    reference = f"urn:uuid:{uuid.uuid5(document.key, 'kept reference')}"
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": document.received_at.isoformat(),
        "entry": [
            {"fullUrl": reference, "resource": _reference(document, content, binary)},
            {"fullUrl": binary, "resource": _binary(content)},
        ],
    }


def _reference(document: ReceivedDocument, content: bytes, binary: str) -> dict[str, Any]:
    system, code, display = PRESCRIPTION_TYPE
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "masterIdentifier": {"system": URI, "value": f"urn:uuid:{document.key}"},
        "status": STATES[ReceivedDocument.Status(document.status)],
        "type": {"coding": [{"system": system, "code": code, "display": display}]},
        "date": document.dated.isoformat(),
        "content": [{"attachment": _attachment(document, content, binary)}],
    }
    if document.author:
        resource["author"] = [{"display": document.author}]
    if document.number:
        number = {"identifier": {"system": NUMBER_SYSTEM, "value": document.number}}
        resource["context"] = {"related": [number]}
    return resource


def _attachment(document: ReceivedDocument, content: bytes, binary: str) -> dict[str, Any]:
    return {
        "contentType": "application/pdf",
        "language": "fr-FR",
        "title": PRESCRIPTION_TYPE[2],
        "url": binary,
        "size": len(content),
        "hash": base64.b64encode(hashlib.sha1(content).digest()).decode(),  # noqa: S324 - FHIR R4 asks SHA-1
        "creation": document.dated.isoformat(),
    }


def _binary(content: bytes) -> dict[str, Any]:
    return {
        "resourceType": "Binary",
        "contentType": "application/pdf",
        "data": base64.b64encode(content).decode(),
    }
