"""eDISP-MED 2024.01: what one act at the counter handed over, as a CDA document of the pharmacist.

One entry a medicine that left the shelf, with its line of the prescription, box, lot and expiry, and how it differs from
what was prescribed. What was not delivered stands in the words with its reason: the model has no entry for it.
"""

from dataclasses import dataclass

from django.utils.translation import override

from eprescription.cda.codes import (
    BOX,
    Completeness,
    Instruction,
    Item,
    Loinc,
    Sector,
    Substituting,
    coded,
)
from eprescription.cda.header import (
    NUMBER_ROOT,
    Model,
    Version,
    begun,
    write_encounter,
    write_event,
    write_people,
    write_replaced,
)
from eprescription.cda.lines import TO_DISPENSER, write_instruction
from eprescription.cda.narrative import Cell, table
from eprescription.cda.nodes import (
    Element,
    add,
    number,
    referring,
    templates,
    uid,
    written,
    written_uid,
)
from eprescription.cda.people import of_activity
from eprescription.cda.products import write_delivered, write_reference_product
from eprescription.cda.sections import section
from eprescription.identity.traits import Traits
from eprescription.models import DispensedLine, Dispensing, LineKind, Substitution

MODEL = Model(
    ihe="1.3.6.1.4.1.19376.1.9.1.1.3",
    french="1.2.250.1.213.1.1.1.54",
    code=Loinc.DISPENSING,
    title="Dispensation de médicaments",
)
DISPENSED = (
    "2.16.840.1.113883.10.20.1.8",
    "1.3.6.1.4.1.19376.1.9.1.2.3",
    "1.2.250.1.213.1.1.2.236",
)
SUPPLY = ("2.16.840.1.113883.10.20.1.34", "1.3.6.1.4.1.19376.1.9.1.3.4", "1.2.250.1.213.1.1.3.204")
REFERENCE = ("1.3.6.1.4.1.19376.1.9.1.3.11",)
SUBSTITUTED = ("1.3.6.1.4.1.19376.1.9.1.3.9.2",)
TO_PATIENT = (
    *("2.16.840.1.113883.10.20.1.49", "1.3.6.1.4.1.19376.1.5.3.1.4.3"),
    "1.2.250.1.213.1.1.3.33",
)
HEADS = ("Délivré", "Quantité", "Lot", "Péremption", "Prescrit", "Au patient", "Note")
BY_RIGHT = {
    Substitution.GENERIC: Substituting.GENERIC,
    Substitution.HYBRID: Substituting.EQUIVALENT,
    Substitution.BIOSIMILAR: Substituting.EQUIVALENT,
    Substitution.SHORTAGE: Substituting.THERAPEUTIC,
    Substitution.URGENT: Substituting.THERAPEUTIC,
    Substitution.AGREED: Substituting.THERAPEUTIC,
}
MEDICINES = (LineKind.MEDICINE, LineKind.PREPARATION)


@dataclass(frozen=True)
class Given:
    """What was done of one line; `completeness` is that of the whole delivery."""

    row: DispensedLine
    rank: int
    completeness: Completeness | None

    @property
    def anchor(self) -> str:
        return f"delivrance-{self.rank:03d}"

    @property
    def handed_over(self) -> bool:
        """Whether a medicine left the shelf: the model knows nothing else."""
        return self.row.quantity > 0 and self.row.line.kind in MEDICINES

    @property
    def to_patient(self) -> str:
        """What the patient was told: a posology that was changed, and who agreed; words of the label."""
        row = self.row
        agreed = row.agreement and f"accord de {row.agreement}"
        changed = row.posology and "Posologie modifiée : " + row.posology
        return " ; ".join(filter(None, (changed, agreed, row.instruction)))

    @property
    def note(self) -> str:
        """What the pharmacist noted, and why a line was not delivered wholly."""
        row = self.row
        why = str(row.get_refusal_display()) if row.refusal else ""
        return " ; ".join(filter(None, (why, row.reason, row.note)))


def can_be_written(dispensing: Dispensing) -> bool:
    """Whether the model holds it: a patient who is named, and at least one medicine that was handed over."""
    named = dispensing.case.prescription.identity_version is not None
    return named and any(given.handed_over for given in _given(dispensing))


@override("fr")
def document_of(dispensing: Dispensing, traits: Traits) -> bytes:
    """The document in UTF-8, the same bytes for the same rows. A correction replaces the document of what it corrects."""
    head = _headed(dispensing, traits)
    body = add(add(head, "component"), "structuredBody")
    held = section(body, DISPENSED, Loinc.DISPENSED, "Médicaments délivrés", dispensing.pk)
    rows = _given(dispensing)
    table(held, HEADS, map(_row_of, rows))
    for given in rows:
        if given.handed_over:
            _write_supply(held, given)
    return written(head)


def _headed(dispensing: Dispensing, traits: Traits) -> Element:
    prescription, at = dispensing.case.prescription, dispensing.at
    who = of_activity(dispensing.by)
    chain = _chain(dispensing)
    version = Version(dispensing.pk, chain[-1].pk, len(chain), dispensing.corrects_id)
    document = begun(MODEL, version, at, title=MODEL.title, secret=bool(prescription.secret))
    write_people(document, traits, prescription.subject_id, who, at)
    order = add(add(document, "inFulfillmentOf"), "order")
    assert prescription.number
    add(order, "id", root=NUMBER_ROOT, extension=prescription.number)
    write_event(document, MODEL, who, at, at)
    write_replaced(document, version)
    write_encounter(document, Sector.PHARMACY, who, at)
    return document


def _chain(dispensing: Dispensing) -> list[Dispensing]:
    """It, and what it corrects, back to the first."""
    chain = [dispensing]
    while (before := chain[-1].corrects) is not None:
        chain.append(before)
    return chain


def _given(dispensing: Dispensing) -> list[Given]:
    code = Completeness[dispensing.completeness] if dispensing.completeness else None
    rows = sorted(dispensing.lines.all(), key=lambda row: row.line.position)
    return [Given(row, rank, code) for rank, row in enumerate(rows, 1)]


def _row_of(given: Given) -> list[Cell]:
    row, at = given.row, given.anchor
    expiry = f"{row.expiry:%m/%Y}" if row.expiry else ""
    return [
        Cell(row.name if row.quantity else "Non délivré", at),
        Cell(str(row.quantity)),
        Cell(row.lot),
        Cell(expiry),
        Cell(row.line.inn if row.line.by_inn else row.line.name, f"{at}-prescrit"),
        Cell(given.to_patient, f"{at}-patient"),
        Cell(given.note, f"{at}-note"),
    ]


def _write_supply(parent: Element, given: Given) -> None:
    """entry: supply (FR-Traitement-dispense)."""
    row = given.row
    supply = add(add(parent, "entry"), "supply", classCode="SPLY", moodCode="EVN")
    templates(supply, SUPPLY)
    add(supply, "id", root=uid(row.dispensing_id, f"line {row.line_id}"))
    assert given.completeness
    coded(supply, "code", given.completeness)
    referring(supply, "text", given.anchor)
    packs = row.packs if row.packs is not None else row.quantity
    boxes = BOX if row.line.kind == LineKind.MEDICINE else ""
    add(supply, "quantity", value=number(packs), unit=boxes)
    write_delivered(
        supply,
        cis=row.cis,
        cip13=row.cip13,
        name=row.name,
        lot=row.lot,
        expiry=row.expiry,
        anchor=given.anchor,
    )
    _write_prescribed(supply, given)
    if given.to_patient:
        write_instruction(supply, Instruction.PATIENT, TO_PATIENT, f"{given.anchor}-patient")
    if given.note:
        write_instruction(supply, Instruction.DISPENSER, TO_DISPENSER, f"{given.anchor}-note")
    if row.substitution:
        _write_substitution(supply, Substitution(row.substitution))


def _write_prescribed(supply: Element, given: Given) -> None:
    """The line of the prescription that it answers to, in the version that was dispensed."""
    relation = add(supply, "entryRelationship", typeCode="REFR")
    line = add(relation, "substanceAdministration", classCode="SBADM", moodCode="INT")
    templates(line, REFERENCE)
    add(line, "id", root=written_uid(given.row.line_id))
    code = coded(line, "code", Item.PRESCRIBED)
    referring(code, "originalText", f"{given.anchor}-prescrit")
    add(line, "statusCode", code="completed")
    write_reference_product(line)


def _write_substitution(supply: Element, by_right: Substitution) -> None:
    act = add(
        add(supply, "entryRelationship", typeCode="COMP"), "act", classCode="ACT", moodCode="EVN"
    )
    templates(act, SUBSTITUTED)
    code = coded(act, "code", BY_RIGHT[by_right])
    add(code, "originalText", str(by_right.label))
    add(act, "statusCode", code="completed")
