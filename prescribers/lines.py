"""What a line becomes: a medicine of today's base, a device, free text, or an earlier line read anew."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from eprescription.catalogue.listed import lists_of
from eprescription.catalogue.models import Device, Medicine
from eprescription.legible import check_legible
from eprescription.models import LineContent, LineKind, Prescription
from eprescription.refusal import Refusal

CONTENT = tuple(field.name for field in LineContent._meta.local_fields)


def of_medicine(cis: str, *, by_inn: bool, on: date) -> dict[str, Any]:
    """The content of a line for a marketed medicine, as the base names it today.

    `by_inn`: prescribed by the INN alone, `cis` being the usual medicine of that name.
    """
    medicine = Medicine.objects.filter(pk=cis, marketed=True).first()
    if medicine is None:
        raise Refusal("no_medicine", _("Ce médicament n'est pas dans le catalogue."))
    return _facts(medicine, on) | {"by_inn": by_inn, "quantity": 1}


def of_device(code: str, on: date) -> dict[str, Any]:
    """The content of a line for a device of the LPP."""
    device = Device.objects.filter(pk=code).first()
    if device is None or (device.ends_on and device.ends_on < on):
        raise Refusal("no_device", _("Ce dispositif n'est pas dans la liste LPP."))
    return {"kind": LineKind.DEVICE, "lpp": device.code, "name": device.label, "quantity": 1}


def of_text(kind: str, text: str) -> dict[str, Any]:
    """The content of a line that no list has: it never blocks. Raises Illegible."""
    check_legible(text)
    known = kind if kind in LineKind.values and kind != LineKind.MEDICINE else LineKind.OTHER
    return {"kind": known, "name": text.strip()[:300], "quantity": 1}


def typed(prescription: Prescription, lines: Iterable[LineContent]) -> list[str]:
    """The words of a prescription that somebody typed, here or in another software: no list holds them."""
    free = [line.name for line in lines if not (line.cis or line.lpp)]
    said = [word for line in lines for word in (line.posology, line.overlap)]
    return [*free, *said, prescription.pharmacy_named, prescription.convention_place]


def again(earlier: LineContent, on: date) -> dict[str, Any]:
    """The content of an earlier line, with what the base says of its medicine today.

    A medicine that has left the market is kept: the law says so beside it, with what replaces it.
    """
    content = {name: getattr(earlier, name) for name in CONTENT}
    medicine = Medicine.objects.filter(pk=earlier.cis).first() if earlier.cis else None
    content |= {"overlap": ""}  # that mention is for one day
    return content | (_facts(medicine, on) if medicine else {})


def instead(earlier: LineContent, cis: str, on: date) -> dict[str, Any]:
    """The content of a line whose medicine gives way to another; how it is taken stays."""
    content = {name: getattr(earlier, name) for name in CONTENT}
    return content | of_medicine(cis, by_inn=earlier.by_inn, on=on) | {"quantity": earlier.quantity}


def _facts(medicine: Medicine, on: date) -> dict[str, Any]:
    pack = medicine.packs.order_by("-marketed", "-usage", "cip13").first()
    listed = lists_of(cis=medicine.cis, atc=medicine.atc, on=on)
    copied = ("cis", "inn", "name", "strength", "form", "list", "atc", "secured", "ivg")
    return {name: getattr(medicine, name) for name in copied} | {
        "kind": LineKind.MEDICINE,
        "max_days": medicine.max_days,
        "max_days_extended": medicine.max_days_extended,
        "fraction_days": medicine.fraction_days,
        "exception": "exception" in listed,
        "cip13": pack.cip13 if pack else "",
        "box_units": pack.units if pack else None,
    }
