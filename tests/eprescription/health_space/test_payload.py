"""The transaction that leaves is the ITI-65 of IHE MHD, checked field by field."""

import base64
import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from eprescription.health_space.payload import Document, bundle

KEY = uuid.UUID("11111111-2222-4333-8444-555555555555")
EARLIER = uuid.UUID("99999999-2222-4333-8444-555555555555")
PDF = b"%PDF-1.7 une page"


def a_document(**more: Any) -> Document:
    values: dict[str, Any] = {
        "key": KEY,
        "number": "01ABCDEFGHJKMNPQR8",
        "ins": "251033155512345",
        "ins_oid": "1.2.250.1.213.1.4.8",
        "author_rpps": "81000000017",
        "author_name": "Claire Lemoine",
        "signed_at": datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        "content": PDF,
    }
    return Document(**values | more)


def parts(**more: Any) -> tuple[dict[str, Any], ...]:
    entries = bundle(a_document(**more))["entry"]
    assert [e["request"] for e in entries] == [
        {"method": "POST", "url": kind} for kind in ("List", "DocumentReference", "Binary")
    ]
    return tuple(e["resource"] | {"fullUrl": e["fullUrl"]} for e in entries)


def test_it_is_one_transaction_of_three_resources_that_point_at_each_other() -> None:
    submission, reference, binary = parts()

    assert bundle(a_document())["resourceType"] == "Bundle"
    assert bundle(a_document())["type"] == "transaction"
    assert submission["entry"] == [{"item": {"reference": reference["fullUrl"]}}]
    assert reference["content"][0]["attachment"]["url"] == binary["fullUrl"]
    urls = [submission["fullUrl"], reference["fullUrl"], binary["fullUrl"]]
    assert len(set(urls)) == 3
    for url in urls:
        assert uuid.UUID(url.removeprefix("urn:uuid:"))


def test_the_submission_set_says_who_sends_what_about_whom_and_when() -> None:
    submission, _reference, _binary = parts()

    assert submission["resourceType"] == "List"
    assert (submission["status"], submission["mode"]) == ("current", "working")
    assert submission["code"]["coding"] == [
        {
            "system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes",
            "code": "submissionset",
        }
    ]
    assert submission["extension"][0]["url"].endswith("/ihe-sourceId")
    assert [i["use"] for i in submission["identifier"]] == ["official", "usual"]
    assert submission["subject"]["identifier"]["value"] == "251033155512345"
    assert submission["source"]["identifier"]["value"] == "81000000017"
    assert submission["date"] == "2026-11-24T09:30:00+00:00"


def test_the_document_reference_describes_the_page_and_its_integrity() -> None:
    _submission, reference, _binary = parts()
    attachment = reference["content"][0]["attachment"]

    assert reference["resourceType"] == "DocumentReference"
    assert reference["status"] == "current"
    assert reference["masterIdentifier"] == {
        "system": "urn:ietf:rfc:3986",
        "value": f"urn:uuid:{KEY}",
    }
    assert reference["type"]["coding"][0]["system"] == "http://loinc.org"
    assert reference["type"]["coding"][0]["code"] == "57833-6"
    assert reference["subject"]["identifier"] == {
        "system": "urn:oid:1.2.250.1.213.1.4.8",
        "value": "251033155512345",
    }
    assert reference["author"][0]["identifier"]["system"] == "https://rpps.esante.gouv.fr"
    assert reference["securityLabel"][0]["coding"][0]["code"] == "N"
    assert attachment["contentType"] == "application/pdf"
    assert attachment["language"] == "fr-FR"
    assert attachment["size"] == len(PDF)
    assert attachment["hash"] == base64.b64encode(hashlib.sha1(PDF).digest()).decode()
    assert datetime.fromisoformat(attachment["creation"]).tzinfo is not None
    related = reference["context"]["related"][0]["identifier"]
    assert related["value"] == "01ABCDEFGHJKMNPQR8"
    assert "relatesTo" not in reference


def test_who_files_the_document_finds_it_among_prescriptions() -> None:
    """National codes, each of its terminology (CI-SIS, PDSm); the page alone is of no model."""
    _submission, reference, _binary = parts()
    told = [
        reference["category"][0]["coding"][0],
        reference["context"]["facilityType"]["coding"][0],
        reference["context"]["practiceSetting"]["coding"][0],
    ]
    assert [(x["system"].rpartition("/")[2], x["code"]) for x in told] == [
        ("TRE-A03-ClasseDocument", "42"),
        ("TRE-R02-SecteurActivite", "SA07"),
        ("TRE-A01-CadreExercice", "AMBULATOIRE"),
    ]
    assert "format" not in reference["content"][0]


def test_the_binary_is_the_page_byte_for_byte() -> None:
    _submission, _reference, binary = parts()

    assert binary["contentType"] == "application/pdf"
    assert base64.b64decode(binary["data"], validate=True) == PDF


def test_a_new_version_names_the_one_that_it_replaces() -> None:
    _submission, reference, _binary = parts(replaces=EARLIER)

    assert reference["relatesTo"] == [
        {
            "code": "replaces",
            "target": {
                "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{EARLIER}"}
            },
        }
    ]


def test_the_same_document_is_the_same_bytes_each_time_it_is_sent() -> None:
    assert json.dumps(bundle(a_document())) == json.dumps(bundle(a_document()))


def test_no_medicine_and_no_name_of_the_patient_stands_outside_the_page() -> None:
    outside = json.dumps([p for p in parts() if p["resourceType"] != "Binary"])

    assert "MARTEL" not in outside.upper()
    assert "amoxicilline" not in outside.lower()
