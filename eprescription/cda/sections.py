"""Sections of eP-MED-DM: the code, what is said beside the lines, weight and height, the printed page."""

import base64
import uuid
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from eprescription.cda.codes import Loinc, coded
from eprescription.cda.narrative import Cell, table
from eprescription.cda.nodes import Element, add, day, number, referring, templates, uid

SIMPLE = ("1.3.6.1.4.1.19376.1.5.3.1.4.13", "1.2.250.1.213.1.1.3.48")
BARCODE = ("1.2.250.1.213.1.1.2.223",)
BARCODE_PICTURE = ("2.16.840.1.113883.10.12.304", "1.2.250.1.213.1.1.3.103")
COMMENT = (
    "2.16.840.1.113883.10.12.201",  # CDA
    "1.3.6.1.4.1.19376.1.4.1.2.16",  # IHE CARD
    "1.2.250.1.213.1.1.2.73",  # CI-SIS
)
VITAL_SIGNS = (
    "2.16.840.1.113883.10.20.1.16",  # CCD
    "1.3.6.1.4.1.19376.1.5.3.1.3.25",  # IHE PCC
    "1.3.6.1.4.1.19376.1.5.3.1.1.5.3.2",  # IHE PCC, coded
    "1.2.250.1.213.1.1.2.75",  # CI-SIS
)
VITAL_SIGNS_SET = (
    *("2.16.840.1.113883.10.20.1.32", "2.16.840.1.113883.10.20.1.35"),
    *("1.3.6.1.4.1.19376.1.5.3.1.4.13.1", "1.2.250.1.213.1.1.3.49"),
)
VITAL_SIGN = (
    *("2.16.840.1.113883.10.20.1.31", "1.3.6.1.4.1.19376.1.5.3.1.4.13"),
    *("1.3.6.1.4.1.19376.1.5.3.1.4.13.2", "1.2.250.1.213.1.1.3.50"),
)
COPY = ("1.2.250.1.213.1.1.2.243",)
ATTACHED = ("1.2.250.1.213.1.1.3.18",)
KIND_OF_DOCUMENT = (*SIMPLE, "1.2.250.1.213.1.1.3.48.18")
NO_CODE = "Cette copie ne porte pas de code."


def section(
    body: Element, models: Iterable[str], code: Loinc, title: str, space: uuid.UUID
) -> Element:
    """A section without its text: what it conforms to, its identifier, its code and its title."""
    element = add(add(body, "component"), "section")
    templates(element, (*models,))
    add(element, "id", root=uid(space, code.code))
    coded(element, "code", code)
    add(element, "title", title)
    return element


def write_barcode(body: Element, picture: bytes | None, space: uuid.UUID) -> None:
    """The code that a pharmacy scans, as a PNG; a copy that opens nothing says that it has none."""
    held = section(body, BARCODE, Loinc.BARCODE, "Code 2D de la prescription", space)
    if picture is None:
        add(held, "text", NO_CODE)
        return
    add(add(held, "text"), "renderMultiMedia", referencedObject="code-2d")
    media = add(
        add(held, "entry"), "observationMedia", classCode="OBS", moodCode="EVN", ID="code-2d"
    )
    templates(media, BARCODE_PICTURE)
    _write_file(media, picture, "image/png")


def write_comment(body: Element, words: Iterable[str], space: uuid.UUID) -> None:
    """What holds for all lines, and the lines for which the model has no section (care, biology, transport)."""
    said = [*words]
    if not said:
        return
    held = section(body, COMMENT, Loinc.COMMENT, "Commentaire", space)
    text = add(held, "text")
    for each in said:
        add(text, "paragraph", each)


def write_vital_signs(
    body: Element, weight_kg: Decimal | None, height_cm: int | None, on: date, space: uuid.UUID
) -> None:
    """Weight and height as said on the day; nothing when neither was."""
    signs = [
        (Loinc.WEIGHT, "Poids", weight_kg, "kg", "poids"),
        (Loinc.HEIGHT, "Taille", height_cm, "cm", "taille"),
    ]
    known = [(code, name, value, unit, at) for code, name, value, unit, at in signs if value]
    if not known:
        return
    held = section(body, VITAL_SIGNS, Loinc.VITAL_SIGNS, "Signes vitaux", space)
    rows = [
        [Cell(f"{on:%d/%m/%Y}"), Cell(name), Cell(f"{number(value)} {unit}".replace(".", ","), at)]
        for _code, name, value, unit, at in known
    ]
    table(held, ("Date", "Signe vital", "Valeur"), rows)
    group = add(add(held, "entry"), "organizer", classCode="CLUSTER", moodCode="EVN")
    templates(group, VITAL_SIGNS_SET)
    add(group, "id", root=uid(space, "signs"))
    coded(group, "code", Loinc.VITAL_SIGNS_SET)
    add(group, "statusCode", code="completed")
    add(group, "effectiveTime", value=day(on))
    for code, _name, value, unit, at in known:
        seen = _observed(group, VITAL_SIGN, code, at, space)
        add(seen, "effectiveTime", value=day(on))
        add(seen, "value", kind="PQ", value=number(value), unit=unit)


def write_copy(body: Element, pdf: bytes, space: uuid.UUID) -> None:
    """The printed page itself (FR-Document-PDF-copie): compulsory in 2024.01."""
    held = section(body, COPY, Loinc.COPY, "Copie du document", space)
    line = add(add(add(add(held, "text"), "table", border="0"), "tbody"), "tr")
    cell = add(add(line, "td"), "content", ID="copie-type")
    add(cell, "renderMultiMedia", referencedObject="copie")
    attached = add(add(held, "entry"), "organizer", classCode="CLUSTER", moodCode="EVN")
    templates(attached, ATTACHED)
    add(attached, "id", root=uid(space, "attached"))
    coded(attached, "code", Loinc.ATTACHED)
    add(attached, "statusCode", code="completed")
    kind = _observed(attached, KIND_OF_DOCUMENT, Loinc.KIND_OF_DOCUMENT, "copie-type", space)
    add(kind, "effectiveTime", nullFlavor="NA")
    coded(kind, "value", Loinc.COPY, kind="CD")
    media = add(
        add(attached, "component"), "observationMedia", classCode="OBS", moodCode="EVN", ID="copie"
    )
    _write_file(media, pdf, "application/pdf")


def _observed(
    group: Element, models: Iterable[str], code: Loinc, anchor: str, space: uuid.UUID
) -> Element:
    """One observation of a group, up to its time and value."""
    component = add(group, "component", typeCode="COMP" if models is VITAL_SIGN else "")
    seen = add(component, "observation", classCode="OBS", moodCode="EVN")
    templates(seen, (*models,))
    add(seen, "id", root=uid(space, f"observed {code.code}"))
    coded(seen, "code", code)
    referring(seen, "text", anchor)
    add(seen, "statusCode", code="completed")
    return seen


def _write_file(media: Element, content: bytes, kind: str) -> None:
    add(media, "value", base64.b64encode(content).decode(), mediaType=kind, representation="B64")
