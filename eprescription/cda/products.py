"""A medicine as the documents name it: its code and its box, its form, its substances with their strengths."""

from collections.abc import Sequence
from datetime import date

from eprescription.cda.codes import Listing, listed
from eprescription.cda.nodes import Element, add, day, number, referring, templates
from eprescription.models import LineContent, LineKind
from eprescription.posology import strength_of

PRODUCT = (
    "2.16.840.1.113883.10.20.1.53",  # CCD
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.2",  # IHE PCC
    "1.2.250.1.213.1.1.3.43",  # CI-SIS, FR-Produit-de-sante
)
MEDICINE = "1.3.6.1.4.1.19376.1.9.1.3.1"
_PLUS = " + "  # between the substances of a combination, and between their strengths


def write_prescribed(parent: Element, line: LineContent, anchor: str) -> None:
    """consumable of a line. Prescribed by its INN it has no code: a CIS would name a brand that nobody wrote."""
    material = _material(add(parent, "consumable", typeCode="CSM"))
    if line.kind == LineKind.MEDICINE and not line.by_inn:
        code = _code(material, line.cis, line.name, line.cip13, anchor)
        assert code is not None
        add(material, "name", line.name)
    else:
        referring(add(material, "code", nullFlavor="NA"), "originalText", anchor)
        add(material, "name", nullFlavor="NA")
    if line.kind == LineKind.MEDICINE:
        _write_made(material, line)


def write_none(parent: Element) -> None:
    """consumable of a part of a line, whose product stands on the whole."""
    material = _material(add(parent, "consumable", typeCode="CSM"))
    add(material, "code", nullFlavor="NA")
    add(material, "name", nullFlavor="NA")


def write_reference_product(parent: Element) -> None:
    """consumable of a reference: the product stands where it refers to."""
    product = _product(add(parent, "consumable", typeCode="CSM"))
    add(product, "manufacturedMaterial", nullFlavor="NA")


def write_delivered(
    parent: Element, *, cis: str, cip13: str, name: str, lot: str, expiry: date | None, anchor: str
) -> None:
    """product of a delivery, with the lot and the expiry of its boxes. Their serial number stays in the pharmacy."""
    material = _material(add(parent, "product"))
    if cis or cip13:
        _code(material, cis, name, cip13, anchor)
    else:
        referring(add(material, "code", nullFlavor="NA"), "originalText", anchor)
    add(material, "name", name)
    if lot:
        add(material, "lotNumberText", lot)
    if expiry:
        add(material, "pharm:expirationTime", value=day(expiry))


def _product(parent: Element) -> Element:
    product = add(parent, "manufacturedProduct", classCode="MANU")
    templates(product, PRODUCT)
    return product


def _material(parent: Element) -> Element:
    material = add(
        _product(parent), "manufacturedMaterial", classCode="MMAT", determinerCode="KIND"
    )
    templates(material, (MEDICINE,))
    return material


def _code(material: Element, cis: str, name: str, cip13: str, anchor: str) -> Element:
    """The speciality, and its box as a translation when one was chosen; the box alone when it is all that is known."""
    of, first = (Listing.CIS, cis) if cis else (Listing.CIP, cip13)
    code = listed(material, "code", of, first, name)
    referring(code, "originalText", anchor)
    if cis and cip13:
        listed(code, "translation", Listing.CIP, cip13, name)
    return code


def _write_made(material: Element, line: LineContent) -> None:
    if line.form:
        # The drug base tells forms in words: no code of EDQM is guessed from them.
        form = add(material, "pharm:formCode", nullFlavor="OTH")
        add(form, "originalText", line.form)
    if Listing.ATC.holds(line.atc):
        _write_class(material, line)
    for substance, strength in substances(line):
        _write_substance(material, substance, strength)


def _write_class(material: Element, line: LineContent) -> None:
    kind = add(material, "pharm:asSpecializedKind", classCode="GRIC")
    of = add(kind, "pharm:generalizedMedicineClass", classCode="MMAT")
    listed(of, "pharm:code", Listing.ATC, line.atc, line.inn)
    add(of, "pharm:name", line.inn)


def _write_substance(material: Element, name: str, strength: str) -> None:
    made = add(material, "pharm:ingredient", classCode="ACTI")
    milligrams = strength_of(strength) if strength else None
    if milligrams is not None:
        quantity = add(made, "pharm:quantity")
        add(quantity, "numerator", kind="PQ", value=number(milligrams), unit="mg")
        add(quantity, "denominator", kind="PQ", value="1")
    substance = add(made, "pharm:ingredient", classCode="MMAT", determinerCode="KIND")
    code = add(substance, "pharm:code", nullFlavor="OTH")
    add(code, "originalText", f"{name} {strength}".strip())
    add(substance, "pharm:name", name)


def substances(line: LineContent) -> Sequence[tuple[str, str]]:
    """Each substance with its strength; together as they are written when they do not part in as many."""
    if not line.inn:
        return ()
    names, strengths = line.inn.split(_PLUS), line.strength.split(_PLUS)
    if len(names) == len(strengths):
        return tuple(zip(names, strengths, strict=True))
    return ((line.inn, line.strength),)
