"""What stands on the envelope of a document (XDS metadata, IHE ITI TF-3 4.2), read in its own header.

So the two cannot differ (CI-SIS, annexe « Lien entre l'en-tête CDA et les métadonnées XDS »).
"""

import hashlib
import uuid
from datetime import datetime

from eprescription.cda import ebrim
from eprescription.cda.codes import Class, Concept, Format, Loinc, Visibility
from eprescription.cda.envelope import SENDER, Header, utc
from eprescription.cda.nodes import Element, add, oid, root, written

ENTRY, SUBMISSION = "Document01", "SubmissionSet01"
_STABLE = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
_SET = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
_IMPLIED = {Loinc.PRESCRIPTION.code: (Class.PRESCRIPTION, Format.PRESCRIPTION)}
_CODES = {
    "class": "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a",
    "confidentiality": "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f",
    "format": "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d",
    "facility": "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1",
    "setting": "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead",
    "type": "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983",
    "event": "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4",
}


def metadata_of(document: bytes, *, sent_at: datetime, uri: str) -> bytes:
    """The metadata of one document that is sent at `sent_at` and lies at `uri`: a SubmitObjectsRequest in UTF-8.

    Raises KeyError for a document of a model that is not ours.
    """
    header = Header.of(document)
    request = root("lcm:SubmitObjectsRequest")
    objects = add(request, "rim:RegistryObjectList")
    _write_entry(objects, header, document, uri)
    _write_submission(objects, header, sent_at)
    ebrim.member(objects, SUBMISSION, ENTRY)
    return written(request)


def _write_entry(objects: Element, header: Header, document: bytes, uri: str) -> None:
    entry = add(objects, "rim:ExtrinsicObject", id=ENTRY, mimeType="text/xml", objectType=_STABLE)
    for name, value in _slots(header, document, uri).items():
        ebrim.slot(entry, name, value)
    ebrim.slot(entry, "sourcePatientInfo", *header.patient)
    ebrim.named(entry, header.title)
    author = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
    ebrim.authored(entry, author, header.author)
    for scheme, said in _coded(header):
        ebrim.coded(entry, _CODES[scheme], said)
    known = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
    ebrim.identified(entry, known, "XDSDocumentEntry.patientId", header.patient_id)
    unique = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
    ebrim.identified(entry, unique, "XDSDocumentEntry.uniqueId", header.unique_id)


def _slots(header: Header, document: bytes, uri: str) -> dict[str, str]:
    return {
        "creationTime": header.created,
        "hash": hashlib.sha1(document).hexdigest(),  # noqa: S324 - XDS asks for SHA-1
        "languageCode": header.language,
        "legalAuthenticator": header.authenticator,
        "serviceStartTime": header.begins,
        "serviceStopTime": header.ends,
        "size": str(len(document)),
        "sourcePatientId": header.patient_id,
        "URI": uri,
    }


def _coded(header: Header) -> list[tuple[str, ebrim.Coded]]:
    """The codes of the header, and the two that its model implies."""
    kind, form = _IMPLIED[header.type.code]
    hidden = [Visibility.NO_REPRESENTATIVE] if header.restricted else []
    return [
        ("class", _said(kind)),
        ("confidentiality", header.confidentiality),
        *(("confidentiality", _said(from_whom)) for from_whom in hidden),
        *(("event", said) for said in header.events),
        ("format", _said(form)),
        ("facility", header.facility),
        ("setting", header.setting),
        ("type", header.type),
    ]


def _said(concept: Concept) -> ebrim.Coded:
    return ebrim.Coded(concept.code, concept.display, concept.oid)


def _write_submission(objects: Element, header: Header, sent_at: datetime) -> None:
    """The set: sent by the author, from a place of the same kind."""
    sent = add(objects, "rim:RegistryPackage", id=SUBMISSION)
    ebrim.slot(sent, "submissionTime", utc(sent_at))
    ebrim.named(sent, header.title)
    ebrim.authored(sent, "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d", header.author)
    ebrim.coded(sent, "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500", header.facility)
    ebrim.is_a(sent, _SET)
    known = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
    ebrim.identified(sent, known, "XDSSubmissionSet.patientId", header.patient_id)
    source = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
    ebrim.identified(sent, source, "XDSSubmissionSet.sourceId", SENDER)
    unique = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
    name = oid(uuid.uuid5(uuid.NAMESPACE_OID, f"{header.unique_id} {utc(sent_at)}"))
    ebrim.identified(sent, unique, "XDSSubmissionSet.uniqueId", name)
