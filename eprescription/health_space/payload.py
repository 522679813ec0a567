"""The ITI-65 transaction (IHE MHD, FHIR R4) as PDSm asks for it: SubmissionSet, DocumentReference, Binary.

Hand-written JSON: few fields, each with its reason. It claims the minimal profiles of MHD, which it keeps whole. Of what
the comprehensive ones of PDSm add, it tells the national codes by which a document is filed, as its CDA header would.
"""

import base64
import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eprescription.cda.codes import Class, Concept, Format, Sector, Setting

MHD = "https://profiles.ihe.net/ITI/MHD/StructureDefinition"
URI = "urn:ietf:rfc:3986"
NUMBER_SYSTEM = "urn:oid:1.2.250.1.215.500.1.1"  # root of prescription numbers
RPPS_SYSTEM = "https://rpps.esante.gouv.fr"
SOURCE = (
    f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, NUMBER_SYSTEM)}"  # this software, for ihe-sourceId
)
HL7 = "http://terminology.hl7.org/CodeSystem"
NOS = "https://mos.esante.gouv.fr/NOS"
# The health space shows such a document to no legal representative (OID of the terminology: 1.2.250.1.213.1.1.4.13).
HIDDEN = {
    "system": f"{NOS}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument",
    "code": "INVISIBLE_REPRESENTANTS_LEGAUX",
    "display": "Non visible par les représentants légaux du patient",
}
CLASS = ("TRE_A03-ClasseDocument", Class.PRESCRIPTION)
FORMAT = ("TRE_A11-IheFormatCode", Format.PRESCRIPTION)
FACILITY = ("TRE_R02-SecteurActivite", Sector.PRACTICE)
SETTING = ("TRE_A01-CadreExercice", Setting.AMBULATORY)
PDF, CDA = "application/pdf", "text/xml"
PRESCRIPTION_TYPE = ("http://loinc.org", "57833-6", "Prescription de produits de santé")


@dataclass(frozen=True)
class Document:
    """What leaves: the printed page, or the CDA document that holds it, and the least that says whose it is."""

    key: uuid.UUID  # idempotency key; the document's own identifier
    number: str
    ins: str
    ins_oid: str
    author_rpps: str
    author_name: str
    signed_at: datetime
    content: bytes
    replaces: uuid.UUID | None = None
    media: str = PDF
    secret: bool = False  # a minor's, unknown to those who stand for him


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
        "contentType": document.media,
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
        "category": [{"coding": [_national(*CLASS)]}],
        "subject": _subject(document),
        "date": document.signed_at.isoformat(),
        "author": [_author(document)],
        "securityLabel": [{"coding": [coding]} for coding in _labels(document)],
        "content": [_content(document, binary)],
        "context": {
            "facilityType": {"coding": [_national(*FACILITY)]},
            "practiceSetting": {"coding": [_national(*SETTING)]},
            "related": [{"identifier": {"system": NUMBER_SYSTEM, "value": document.number}}],
        },
    }
    if document.replaces:
        target = {"identifier": {"system": URI, "value": f"urn:uuid:{document.replaces}"}}
        resource["relatesTo"] = [{"code": "replaces", "target": target}]
    return resource


def _labels(document: Document) -> list[dict[str, str]]:
    """Normal confidentiality; care that a minor keeps secret bears the mark that hides it from representatives."""
    normal = {"system": f"{HL7}/v3-Confidentiality", "code": "N"}
    return [normal, HIDDEN] if document.secret else [normal]


def _content(document: Document, binary: str) -> dict[str, Any]:
    """The attachment; a document of the national model says so."""
    told = {"attachment": _attachment(document, binary)}
    return told | {"format": _national(*FORMAT)} if document.media == CDA else told


def _national(terminology: str, concept: Concept) -> dict[str, str]:
    system = f"{NOS}/{terminology}/FHIR/{terminology.replace('_', '-')}"
    return {"system": system, "code": concept.code, "display": concept.display}


def _attachment(document: Document, binary: str) -> dict[str, Any]:
    return {
        "contentType": document.media,
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
