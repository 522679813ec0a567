"""Who stands in the header: the patient with the traits, the professional as signed, the place."""

import re
import uuid
from dataclasses import dataclass

from eprescription.cda.codes import Gender, Profession, Setting, coded
from eprescription.cda.nodes import Element, add, day, written_uid
from eprescription.identity.traits import UNKNOWN_PLACE, IdentityStatus, Traits
from eprescription.models import Activity
from eprescription.models import Profession as InDirectory

PERSON_ROOT, PLACE_ROOT = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
NATIONAL_PERSON = "8"  # prefix of an RPPS in the national identifier of a professional
NATIONAL_PLACE = "1"  # prefix of a FINESS in that of a structure
_BARE_PLACE = re.compile(r"[0-9][0-9AB][0-9]{7}")


@dataclass(frozen=True)
class Organisation:
    """A practice or a pharmacy, as it stood on the day."""

    name: str
    identifier: str
    address: tuple[str, ...]
    phone: str


@dataclass(frozen=True)
class Person:
    """A professional, as he stood on the day; `profession` is the code of the national directory."""

    identifier: str
    surname: str
    first_name: str
    title: str
    profession: str
    speciality: str
    place: Organisation


def as_signed(copied: dict[str, str], author: Activity) -> Person:
    """The prescriber as copied at signature; his name is parted as in the directory while that is the same name."""
    first, last = author.first_name, author.surname
    if f"{first} {last}".strip() != copied["name"]:
        first, last = "", copied["name"]
    return Person(
        identifier=copied["identifier"],
        surname=last,
        first_name=first,
        title=copied["title"],
        profession=copied.get("profession") or author.profession,
        speciality=copied["speciality"],
        place=Organisation(
            copied["place_name"],
            copied["place_identifier"],
            tuple(copied["address"].splitlines()),
            copied["phone"],
        ),
    )


def of_activity(activity: Activity) -> Person:
    """A professional of today, with the place of this activity."""
    place = activity.place
    assert place is not None
    return Person(
        identifier=activity.identifier,
        surname=activity.surname,
        first_name=activity.first_name,
        title=activity.title,
        profession=activity.profession,
        speciality=activity.speciality,
        place=Organisation(
            place.name, place.identifier, tuple(place.address.splitlines()), place.phone
        ),
    )


def write_patient(parent: Element, traits: Traits, subject: uuid.UUID) -> None:
    """recordTarget. The INS goes out with a qualified identity alone (RNIV); else an identifier of the portal's own."""
    role = add(add(parent, "recordTarget"), "patientRole")
    if traits.status == IdentityStatus.QUAL:
        add(role, "id", root=traits.ins_oid, extension=traits.ins)
    else:
        add(role, "id", root=written_uid(subject))
    # The portal asks for neither: that is told, as the model wants both elements.
    add(role, "addr", nullFlavor="NASK")
    add(role, "telecom", nullFlavor="NASK")
    patient = add(role, "patient", classCode="PSN")
    name = add(patient, "name")
    add(name, "family", traits.birth_name, qualifier="BR")
    add(name, "given", traits.first_names)
    add(name, "given", traits.first_name, qualifier="BR")
    add(name, "family", traits.used_name or traits.birth_name, qualifier="CL")
    coded(patient, "administrativeGenderCode", Gender[traits.sex])
    add(patient, "birthTime", value=day(traits.birth_date))
    if traits.birth_place != UNKNOWN_PLACE:
        place = add(add(patient, "birthplace"), "place")
        add(add(place, "addr"), "county", traits.birth_place)


def write_author(parent: Element, who: Person, at: str) -> None:
    """author: who wrote the document, when."""
    author = add(parent, "author", typeCode="AUT", contextControlCode="OP")
    add(author, "time", value=at)
    assigned = add(author, "assignedAuthor", classCode="ASSIGNED")
    _write_person(assigned, who, "assignedPerson")
    write_organisation(assigned, "representedOrganization", who.place)


def write_authenticator(parent: Element, who: Person, at: str) -> None:
    """legalAuthenticator: who answers for it."""
    legal = add(parent, "legalAuthenticator")
    add(legal, "time", value=at)
    add(legal, "signatureCode", code="S")
    write_assigned(legal, who)


def write_assigned(parent: Element, who: Person) -> None:
    """assignedEntity: a professional at his place."""
    entity = add(parent, "assignedEntity")
    _write_person(entity, who, "assignedPerson")
    place = write_organisation(entity, "representedOrganization", who.place)
    coded(place, "standardIndustryClassCode", Setting.AMBULATORY)


def write_custodian(parent: Element, place: Organisation) -> None:
    """custodian: where the document is kept."""
    keeper = add(add(parent, "custodian"), "assignedCustodian")
    write_organisation(keeper, "representedCustodianOrganization", place)


def write_place_id(parent: Element, identifier: str) -> None:
    """The number of a place, as the national identifier of a structure when it comes bare."""
    bare = _BARE_PLACE.fullmatch(identifier)
    add(
        parent,
        "id",
        root=PLACE_ROOT,
        extension=f"{NATIONAL_PLACE}{identifier}" if bare else identifier,
    )


def write_organisation(parent: Element, name: str, place: Organisation) -> Element:
    """An organisation under the name that its place in the document gives it."""
    element = add(parent, name)
    write_place_id(element, place.identifier)
    add(element, "name", place.name)
    _write_reach(element, place, phone_first=True)
    return element


def _write_person(parent: Element, who: Person, name: str) -> None:
    add(parent, "id", root=PERSON_ROOT, extension=f"{NATIONAL_PERSON}{who.identifier}")
    code = coded(parent, "code", Profession[InDirectory(who.profession).name])
    if who.speciality:
        add(code, "originalText", who.speciality)
    _write_reach(parent, who.place, phone_first=False)
    called = add(add(parent, name), "name")
    if who.title:
        add(called, "prefix", who.title)
    if who.first_name:
        add(called, "given", who.first_name)
    add(called, "family", who.surname)


def _write_reach(parent: Element, place: Organisation, *, phone_first: bool) -> None:
    """Telephone and address; CDA orders them one way for persons and the other for organisations."""
    steps = [_write_phone, _write_address]
    for write in steps if phone_first else reversed(steps):
        write(parent, place)


def _write_phone(parent: Element, place: Organisation) -> None:
    if place.phone:
        add(parent, "telecom", value=f"tel:{place.phone.replace(' ', '')}", use="WP")
    else:
        add(parent, "telecom", nullFlavor="UNK")


def _write_address(parent: Element, place: Organisation) -> None:
    element = add(parent, "addr")
    for line in place.address:
        add(element, "streetAddressLine", line)
