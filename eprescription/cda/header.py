"""The header that both documents share (CI-SIS, structuration minimale): what it is, for whom, by whom, since when."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from eprescription.cda.codes import Act, Confidentiality, Loinc, Sector, coded
from eprescription.cda.nodes import Element, add, instant, oid, root, templates
from eprescription.cda.people import (
    Person,
    write_assigned,
    write_authenticator,
    write_author,
    write_custodian,
    write_patient,
    write_place_id,
)
from eprescription.identity.traits import Traits

FRENCH = ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1")  # HL7 France, CI-SIS
PCC = "1.3.6.1.4.1.19376.1.5.3.1.1.1"
EDITION = "2024.01"
NUMBER_ROOT = "1.2.250.1.215.500.1.1"


@dataclass(frozen=True)
class Version:
    """Which document it is: `id` is its own, `series` that of all its versions, `replaces` the one before."""

    id: uuid.UUID
    series: uuid.UUID
    number: int = 1
    replaces: uuid.UUID | None = None


@dataclass(frozen=True)
class Model:
    """A model of document: its templates (IHE, CI-SIS), its code and its title."""

    ihe: str
    french: str
    code: Loinc
    title: str


def begun(model: Model, version: Version, at: datetime, *, title: str, secret: bool) -> Element:
    """A document with what identifies it."""
    document = root("ClinicalDocument")
    add(document, "realmCode", code="FR")
    add(document, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    templates(document, (*FRENCH, model.ihe, PCC))
    add(document, "templateId", root=model.french, extension=EDITION)
    add(document, "id", root=oid(version.id))
    coded(document, "code", model.code)
    add(document, "title", title)
    add(document, "effectiveTime", value=instant(at))
    level = Confidentiality.RESTRICTED if secret else Confidentiality.NORMAL
    coded(document, "confidentialityCode", level)
    add(document, "languageCode", code="fr-FR")
    add(document, "setId", root=oid(version.series))
    add(document, "versionNumber", value=str(version.number))
    return document


def write_people(
    document: Element, traits: Traits, subject: uuid.UUID, who: Person, at: datetime
) -> None:
    """The patient, the author, where it is kept, who answers for it."""
    write_patient(document, traits, subject)
    write_author(document, who, instant(at))
    write_custodian(document, who.place)
    write_authenticator(document, who, instant(at))


def write_event(
    document: Element, model: Model, who: Person, low: datetime, high: datetime, number: str = ""
) -> None:
    """documentationOf: the act, its validity from `low` to `high`, who did it; the `number` of the prescription."""
    event = add(add(document, "documentationOf"), "serviceEvent", classCode="ACT")
    if number:
        add(event, "id", root=NUMBER_ROOT, extension=number)
    coded(event, "code", model.code)
    lasts = add(event, "effectiveTime")
    add(lasts, "low", value=instant(low))
    add(lasts, "high", value=instant(high))
    write_assigned(add(event, "performer", typeCode="PRF"), who)


def write_replaced(document: Element, version: Version) -> None:
    """relatedDocument: the version whose place it takes."""
    if version.replaces is None:
        return
    parent = add(add(document, "relatedDocument", typeCode="RPLC"), "parentDocument")
    add(parent, "id", root=oid(version.replaces))


def write_encounter(document: Element, sector: Sector, who: Person, at: datetime) -> None:
    """componentOf: out of any hospital, at the place of the author."""
    encounter = add(add(document, "componentOf"), "encompassingEncounter")
    coded(encounter, "code", Act.AMBULATORY)
    add(add(encounter, "effectiveTime"), "high", value=instant(at))
    facility = add(add(encounter, "location"), "healthCareFacility")
    write_place_id(facility, who.place.identifier)
    coded(facility, "code", sector)
