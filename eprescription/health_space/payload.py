"""The ITI-65 transaction (IHE MHD, FHIR R4) as PDSm asks for it: SubmissionSet, DocumentReference, Binary.

Hand-written JSON: few fields, each with its reason. It claims the minimal profiles of MHD, which it keeps whole. The
comprehensive ones of PDSm also ask for codes of national terminologies (category, format, facility, practice setting).
"""

import base64
import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MHD = "https://profiles.ihe.net/ITI/MHD/StructureDefinition"
URI = "urn:ietf:rfc:3986"
NUMBER_SYSTEM = "urn:oid:1.2.250.1.215.500.1.1"  # root of prescription numbers
RPPS_SYSTEM = "https://rpps.esante.gouv.fr"
SOURCE = (
    f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, NUMBER_SYSTEM)}"  # this software, for ihe-sourceId
)
PRESCRIPTION_TYPE = ("http://loinc.org", "57833-6", "Prescription de produits de santé")


@dataclass(frozen=True)
class Document:
    """What leaves: the printed page and the least that says whose it is."""

    key: uuid.UUID  # idempotency key; the document's own identifier
    number: str
    ins: str
    ins_oid: str
    author_rpps: str
    author_name: str
    signed_at: datetime
    content: bytes
    replaces: uuid.UUID | None = None


def bundle(document: Document) -> dict[str, Any]:
    """A transaction Bundle: the same document always gives the same identifiers, so that a repeat is harmless."""
    binary, reference, submission = (_urn(document.key, part) for part in ("b", "d", "s"))
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{MHD}/IHE.MHD.Minimal.ProvideBundle"]},
        "type": "transaction",
        "entry": [
            _entry(submission, "List", _submission(document, submission, reference)),
            _entry(reference, "DocumentReference", _reference(document, binary)),
            _entry(binary, "Binary", _binary(document)),
        ],
    }


def _urn(key: uuid.UUID, part: str) -> str:
    return f"urn:uuid:{uuid.uuid5(key, part)}"


def _entry(url: str, kind: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {"fullUrl": url, "resource": resource, "request": {"method": "POST", "url": kind}}


def _binary(document: Document) -> dict[str, Any]:
    return {
        "resourceType": "Binary",
        "contentType": "application/pdf",
        "data": base64.b64encode(document.content).decode(),
    }


def _submission(document: Document, url: str, reference: str) -> dict[str, Any]:
    return {
        "resourceType": "List",
        "meta": {"profile": [f"{MHD}/IHE.MHD.Minimal.SubmissionSet"]},
        "extension": [
            {"url": f"{MHD}/ihe-sourceId", "valueIdentifier": {"system": URI, "value": SOURCE}}
        ],
        "identifier": [
            {"use": "official", "system": URI, "value": url},
            {"use": "usual", "system": URI, "value": _urn(document.key, "set")},
        ],
        "status": "current",
        "mode": "working",
        "code": {
            "coding": [
                {
                    "system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes",
                    "code": "submissionset",
                }
            ]
        },
        "subject": _subject(document),
        "date": document.signed_at.isoformat(),
        "source": _author(document),
        "entry": [{"item": {"reference": reference}}],
    }


def _reference(document: Document, binary: str) -> dict[str, Any]:
    system, code, display = PRESCRIPTION_TYPE
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "meta": {"profile": [f"{MHD}/IHE.MHD.Minimal.DocumentReference"]},
        "masterIdentifier": {"system": URI, "value": f"urn:uuid:{document.key}"},
        "status": "current",
        "type": {"coding": [{"system": system, "code": code, "display": display}]},
        "subject": _subject(document),
        "date": document.signed_at.isoformat(),
        "author": [_author(document)],
        "securityLabel": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
                        "code": "N",
                    }
                ]
            }
        ],
        "content": [{"attachment": _attachment(document, binary)}],
        "context": {
            "related": [{"identifier": {"system": NUMBER_SYSTEM, "value": document.number}}]
        },
    }
    if document.replaces:
        target = {"identifier": {"system": URI, "value": f"urn:uuid:{document.replaces}"}}
        resource["relatesTo"] = [{"code": "replaces", "target": target}]
    return resource


def _attachment(document: Document, binary: str) -> dict[str, Any]:
    return {
        "contentType": "application/pdf",
        "language": "fr-FR",
        "title": PRESCRIPTION_TYPE[2],
        "url": binary,
        "size": len(document.content),
        "hash": base64.b64encode(hashlib.sha1(document.content).digest()).decode(),  # noqa: S324 - FHIR R4 asks SHA-1
        "creation": document.signed_at.isoformat(),
    }


def _subject(document: Document) -> dict[str, Any]:
    return {"identifier": {"system": f"urn:oid:{document.ins_oid}", "value": document.ins}}


def _author(document: Document) -> dict[str, Any]:
    return {
        "identifier": {"system": RPPS_SYSTEM, "value": document.author_rpps},
        "display": document.author_name,
    }
