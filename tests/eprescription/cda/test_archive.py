"""IHE_XDM.zip: what stands on the envelope is what the document says, and nobody's name stands around them."""

import hashlib
import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.cda import prescription as cda
from eprescription.cda.archive import archive_of
from eprescription.cda.envelope import SENDER, field
from eprescription.identity import vault
from eprescription.models import Prescription
from eprescription.secure_mail.archives import files_of
from tests import factories as f
from tests.eprescription.cda.finding import one_at, root_of

AT = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
SPACES = {
    "lcm": "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0",
    "rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0",
}
ORDER = ("Slot", "Name", "Description", "VersionInfo", "Classification", "ExternalIdentifier")
# The codes that XDS asks of each entry of this country (IHE ITI TF-3 4.2.3.2, CI-SIS).
CODES = {
    "41a5887f-8865-4c09-adf7-e362475b143a": ("42", "1.2.250.1.213.1.1.4.1"),
    "a09d5840-386c-46f2-b5ad-9c3699a4309d": (
        "urn:ihe:pharm:pre:2010",
        "1.3.6.1.4.1.19376.1.2.3",
    ),
    "f0306f51-975f-434e-a61c-c59651d33983": ("57833-6", "2.16.840.1.113883.6.1"),
    "f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1": ("SA07", "1.2.250.1.71.4.2.4"),
    "cccf5598-8b07-4b77-a05e-ae952c785ead": ("AMBULATOIRE", "1.2.250.1.213.1.1.4.9"),
}
CONFIDENTIAL = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
pytestmark = pytest.mark.django_db


def document(signed: Prescription) -> bytes:
    return cda.document_of(signed, vault.read(signed.subject_id, signed.identity_version))


def opened(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return {name: files.read(name) for name in files.namelist()}


def metadata(signed: Prescription) -> ET.Element:
    files = opened(archive_of(document(signed), sent_at=AT))
    return ET.fromstring(files["IHE_XDM/SUBSET01/METADATA.XML"])


def one(root: ET.Element, path: str) -> ET.Element:
    [found] = root.findall(path, SPACES)
    return found


def slots(element: ET.Element) -> dict[str, list[str]]:
    return {
        slot.get("name", ""): [
            v.text or "" for v in slot.findall("rim:ValueList/rim:Value", SPACES)
        ]
        for slot in element.findall("rim:Slot", SPACES)
    }


def codes(element: ET.Element, scheme: str) -> list[tuple[str, str]]:
    said = element.findall(f"rim:Classification[@classificationScheme='{scheme}']", SPACES)
    return [(x.get("nodeRepresentation", ""), slots(x)["codingScheme"][0]) for x in said]


def identifiers(element: ET.Element) -> dict[str, str]:
    found = element.findall("rim:ExternalIdentifier", SPACES)
    return {
        one(x, "rim:Name/rim:LocalizedString").get("value", ""): x.get("value", "") for x in found
    }


@pytest.fixture
def signed(doctor: Actor, patient: Any) -> Prescription:
    return f.a_signed(doctor, patient)


def test_the_archive_holds_the_document_and_what_the_profile_asks_around_it(
    signed: Prescription,
) -> None:
    held = document(signed)
    files = opened(archive_of(held, sent_at=AT))
    assert files["IHE_XDM/SUBSET01/DOC0001.XML"] == held
    assert set(files) == {
        "INDEX.HTM",
        "README.TXT",
        "IHE_XDM/SUBSET01/METADATA.XML",
        "IHE_XDM/SUBSET01/DOC0001.XML",
    }
    index = ET.fromstring(files["INDEX.HTM"])
    linked = [x.get("href") for x in index.iter() if x.get("href")]
    assert linked == ["IHE_XDM/SUBSET01/DOC0001.XML"]
    assert len(files_of(archive_of(held, sent_at=AT))) == 4  # a pharmacy of this portal opens it


def test_around_the_document_and_its_metadata_nobody_is_named(
    doctor: Actor, patient: Any, signed: Prescription
) -> None:
    """Given another patient and another prescription, then the rest of the archive is the same."""
    other, _account = f.a_patient(doctor, f.traits(birth_name="MARTINEZ"))
    archives = [
        opened(archive_of(document(x), sent_at=AT))
        for x in (signed, f.a_signed(doctor, other, "AMLODIPINE"))
    ]
    for name in ("INDEX.HTM", "README.TXT"):
        assert archives[0][name] == archives[1][name]
    assert archive_of(document(signed), sent_at=AT) == archive_of(document(signed), sent_at=AT)


def test_the_metadata_describe_this_very_document(signed: Prescription) -> None:
    held = document(signed)
    entry = one(metadata(signed), "rim:RegistryObjectList/rim:ExtrinsicObject")
    said = slots(entry)
    assert said["hash"] == [hashlib.sha1(held).hexdigest()]
    assert said["size"] == [str(len(held))]
    assert said["URI"] == ["DOC0001.XML"]
    assert said["languageCode"] == ["fr-FR"]
    header = root_of(held)
    assert identifiers(entry)["XDSDocumentEntry.uniqueId"] == one_at(header, "id").get("root")
    assert signed.signed_at and signed.expires_on
    assert said["creationTime"] == [f"{signed.signed_at.astimezone(UTC):%Y%m%d%H%M%S}"]
    assert said["serviceStartTime"] <= said["serviceStopTime"]
    for scheme, code in CODES.items():
        assert codes(entry, f"urn:uuid:{scheme}") == [code]
    assert codes(entry, CONFIDENTIAL) == [("N", "2.16.840.1.113883.5.25")]


def test_people_stand_there_as_in_the_header(signed: Prescription) -> None:
    entry = one(metadata(signed), "rim:RegistryObjectList/rim:ExtrinsicObject")
    traits, said = vault.read(signed.subject_id), slots(entry)
    number = f"{traits.ins}^^^&{traits.ins_oid}&ISO^NH"
    assert said["sourcePatientId"] == [number]
    assert identifiers(entry)["XDSDocumentEntry.patientId"] == number
    name = f"PID-5|{traits.birth_name}^{traits.first_name}^{traits.first_names}^^^^L"
    born = f"PID-7|{traits.birth_date:%Y%m%d}"
    assert said["sourcePatientInfo"] == [name, born, f"PID-8|{traits.sex}"]
    author = signed.author
    prescriber = (
        f"8{author.identifier}^{author.surname}^{author.first_name}"
        "^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
    )
    assert said["legalAuthenticator"] == [prescriber]
    [written] = entry.findall(
        "rim:Classification[@classificationScheme='urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d']",
        SPACES,
    )
    assert slots(written)["authorPerson"] == [prescriber]
    assert slots(written)["authorSpecialty"] == ["G15_10^Médecin^1.2.250.1.213.1.1.4.5"]
    assert slots(written)["authorInstitution"][0].endswith(
        f"^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1{author.place.identifier}"  # type: ignore[union-attr]
    )


def test_without_a_qualified_identity_no_national_number_leaves(doctor: Actor) -> None:
    who = f.traits(status="VALI", ins="", ins_oid="")  # type: ignore[arg-type]
    subject, _account = f.a_patient(doctor, who, account=False)
    entry = one(metadata(f.a_signed(doctor, subject)), "rim:RegistryObjectList/rim:ExtrinsicObject")
    assert slots(entry)["sourcePatientId"] == [f"{str(subject).upper()}^^^&{SENDER}&ISO^PI"]


def test_the_secret_of_a_minor_is_marked_on_the_envelope(doctor: Actor, patient: Any) -> None:
    """Given secret care, then whoever files the document knows that no representative may see it."""
    signed = f.a_signed(doctor, patient)
    signed.secret = "minor_opposes"
    entry = one(metadata(signed), "rim:RegistryObjectList/rim:ExtrinsicObject")
    hidden = ("INVISIBLE_REPRESENTANTS_LEGAUX", "1.2.250.1.213.1.1.4.13")
    assert codes(entry, CONFIDENTIAL) == [("R", "2.16.840.1.113883.5.25"), hidden]


def test_the_set_of_one_document_is_told_in_the_order_of_the_schema(signed: Prescription) -> None:
    request = metadata(signed)
    assert request.tag == f"{{{SPACES['lcm']}}}SubmitObjectsRequest"
    objects = one(request, "rim:RegistryObjectList")
    names = [x.tag.partition("}")[2] for x in objects]
    assert names == ["ExtrinsicObject", "RegistryPackage", "Association"]
    for each in objects:
        parts = [ORDER.index(x.tag.partition("}")[2]) for x in each]
        assert parts == sorted(parts)
    known = [x.get("id") for x in objects.iter() if x.get("id")]
    assert len(known) == len(set(known))
    for pointing in ("classifiedObject", "registryObject", "sourceObject", "targetObject"):
        assert {x.get(pointing) for x in objects.iter() if x.get(pointing)} <= set(known)
    sent = identifiers(one(objects, "rim:RegistryPackage"))
    assert sent["XDSSubmissionSet.sourceId"] == SENDER
    assert re.fullmatch(r"2\.25\.[0-9]{1,39}", sent["XDSSubmissionSet.uniqueId"])
    assert slots(one(objects, "rim:RegistryPackage"))["submissionTime"] == ["20261123173000"]


@given(st.text("a|^&~\\é", max_size=12))
def test_no_name_can_break_out_of_its_field(name: str) -> None:
    told = field(name)
    assert not set(told) & set("|^&~")
    plain = {"E": "\\", "F": "|", "S": "^", "T": "&", "R": "~"}
    assert re.sub(r"\\([EFSTR])\\", lambda found: plain[found[1]], told) == name
