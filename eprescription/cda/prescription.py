"""eP-MED-DM 2024.01: a signed prescription as a CDA document, with the printed page in it."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import override

from eprescription.cda import devices, lines
from eprescription.cda.codes import Loinc, Said, Sector, coded
from eprescription.cda.header import (
    Model,
    Version,
    begun,
    write_encounter,
    write_event,
    write_people,
    write_replaced,
)
from eprescription.cda.lines import Item
from eprescription.cda.narrative import table
from eprescription.cda.nodes import Element, add, written
from eprescription.cda.people import as_signed
from eprescription.cda.sections import (
    section,
    write_barcode,
    write_comment,
    write_copy,
    write_vital_signs,
)
from eprescription.documents.code import qr_png
from eprescription.documents.ordonnance import Ordonnance, render
from eprescription.documents.paper import ordonnance_of
from eprescription.identity.traits import Traits
from eprescription.models import LineKind, Prescription

MODEL = Model(
    ihe="1.3.6.1.4.1.19376.1.9.1.1.1",
    french="1.2.250.1.213.1.1.1.39",
    code=Loinc.PRESCRIPTION,
    title="Prescription de médicaments et/ou de dispositifs médicaux",
)
MEDICINES = ("1.3.6.1.4.1.19376.1.9.1.2.1", "1.2.250.1.213.1.1.2.171")
DEVICES = ("1.2.250.1.213.1.1.2.222",)
LAST_SECOND = time(23, 59, 59)  # it holds for the whole of its last day
TAKEN = (LineKind.MEDICINE, LineKind.PREPARATION)


def can_be_written(prescription: Prescription) -> bool:
    """Whether the model holds it: a patient who is named, and a medicine or a device among the lines."""
    kinds = {line.kind for line in prescription.lines.all()}
    return prescription.identity_version is not None and bool(kinds & {*TAKEN, LineKind.DEVICE})


@override("fr")
def document_of(
    prescription: Prescription, traits: Traits, version: Version | None = None
) -> bytes:
    """The document in UTF-8, the same bytes for the same rows. `traits`: those of the signature.

    Without a `version` it is a copy for who asks: it is named after what it holds.
    """
    assert prescription.signed_at
    page = ordonnance_of(prescription, traits)
    pdf = render(page)
    version = version or _copy_of(prescription, pdf)
    head = _headed(prescription, traits, version)
    body = add(add(head, "component"), "structuredBody")
    items = _items(prescription, page)
    alive = page.code and not page.cancelled_at
    write_barcode(body, qr_png(page.code) if alive and page.code else None, version.id)
    _write_medicines(body, [x for x in items if x.line.kind in TAKEN], version.id)
    _write_devices(body, [x for x in items if x.line.kind == LineKind.DEVICE], version.id)
    write_comment(body, _comments(page, items), version.id)
    day = timezone.localtime(prescription.signed_at).date()
    write_vital_signs(body, prescription.weight_kg, prescription.height_cm, day, version.id)
    write_copy(body, pdf, version.id)
    return written(head)


def _copy_of(prescription: Prescription, pdf: bytes) -> Version:
    held = uuid.uuid5(prescription.pk, hashlib.sha256(pdf).hexdigest())
    return Version(held, prescription.pk, max(1, prescription.version))


def _comments(page: Ordonnance, items: Sequence[Item]) -> list[str]:
    """That it was cancelled, what holds for all lines, and the lines for which the model has no section."""
    ended = [f"Annulée le {page.cancelled_at:%d/%m/%Y}"] if page.cancelled_at else []
    return [*ended, *page.mentions, *map(_said_of, _others(items))]


def _headed(prescription: Prescription, traits: Traits, version: Version) -> Element:
    at, copied = prescription.signed_at, prescription.prescriber
    assert at and copied and prescription.number and prescription.expires_on
    who = as_signed(copied, prescription.author)
    document = begun(MODEL, version, at, title=MODEL.title, secret=bool(prescription.secret))
    write_people(document, traits, prescription.subject_id, who, at)
    until = timezone.make_aware(datetime.combine(prescription.expires_on, LAST_SECOND))
    write_event(document, MODEL, who, at, until, prescription.number)
    for said in _said_of_all(prescription):
        event = add(add(document, "documentationOf"), "serviceEvent", classCode="INFO")
        coded(event, "code", said)
    write_replaced(document, version)
    write_encounter(document, Sector.PRACTICE, who, at)
    return document


def _said_of_all(prescription: Prescription) -> list[Said]:
    held = prescription.lines.all()
    told = {
        Said.TWO_ZONES: any(line.ald for line in held),
        Said.EXCEPTION: any(line.exception for line in held),
        Said.SECURED: prescription.secured,
    }
    return [said for said, holds in told.items() if holds]


def _items(prescription: Prescription, page: Ordonnance) -> list[Item]:
    at = prescription.signed_at
    assert at
    day = timezone.localtime(at).date()
    rows = zip(prescription.lines.all(), page.lines, strict=True)
    return [Item(line, words, rank, at, day) for rank, (line, words) in enumerate(rows, 1)]


def _write_medicines(body: Element, items: Sequence[Item], space: uuid.UUID) -> None:
    if not items:
        return
    title = "Prescription de médicaments"
    held = section(body, MEDICINES, Loinc.MEDICINES, title, space)
    table(held, lines.HEADS, map(lines.row_of, items))
    for item in items:
        lines.write_prescribed_line(held, item)


def _write_devices(body: Element, items: Sequence[Item], space: uuid.UUID) -> None:
    if not items:
        return
    title = "Prescription de dispositifs médicaux"
    held = section(body, DEVICES, Loinc.DEVICES, title, space)
    table(held, devices.HEADS, map(devices.row_of, items))
    for item in items:
        devices.write_device(held, item)


def _others(items: Sequence[Item]) -> list[Item]:
    return [x for x in items if x.line.kind not in (*TAKEN, LineKind.DEVICE)]


def _said_of(item: Item) -> str:
    words = item.words
    said = (item.line.name, words.posology, words.duration, words.quantity, words.renewals)
    return ", ".join(filter(None, (*said, *words.mentions)))
