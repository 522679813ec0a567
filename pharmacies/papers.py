"""The papers that go with the boxes: the slip that stands for the pharmacy's stamp, and one label a medicine."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eprescription.documents.setting import ready, set_page
from pharmacies.slips import Slip, SlipLine

PAPERS = {"a4": "a4", "ticket": "ticket"}  # the back of the ordonnance, or a roll of 80 mm
LABELS = {"a4": "a4", "roll": "roll"}  # a sheet, or a roll of 62 mm


def slip_pdf(slip: Slip, numbers: dict[Any, int], *, paper: str = "a4") -> bytes:
    """What is put on the prescription after dispensing (CSP R. 5132-13, R. 5125-53).

    Stamp of the pharmacy, register numbers, date, quantities, and what was given instead. No INS, no birth date.
    """
    words = {
        "lang": _language(),
        "paper": PAPERS.get(paper, "a4"),
        "title": _("Délivrance"),
        "place": slip.pharmacy.name,
        "rows": [*slip.pharmacy.address.splitlines(), f"FINESS {slip.pharmacy.identifier}"],
        "number": _("Ordonnance %(number)s") % {"number": slip.number},
        "date": _moment(slip),
        "by": _("Délivré par %(by)s") % {"by": slip.by},
        "lines": [_slip_line(line, numbers.get(line.line.id)) for line in slip.lines],
    }
    return set_page("slip.typ", ready(words), at=slip.at)


def labels_pdf(slip: Slip, *, paper: str = "a4") -> bytes:
    """One label for each medicine handed over, in plain words and in the language of the page."""
    words = {
        "lang": _language(),
        "paper": LABELS.get(paper, "a4"),
        "title": _("Étiquettes"),
        "labels": [_label(slip, line) for line in slip.lines if line.delivered],
    }
    return set_page("labels.typ", ready(words), at=slip.at)


def _slip_line(line: SlipLine, number: int | None) -> dict[str, Any]:
    notes = [
        _("Substitution : %(product)s") % {"product": line.product} if line.changed_product else "",
        _("Posologie changée : %(posology)s") % {"posology": line.posology}
        if line.posology
        else "",
        _("Produit : %(product)s") % {"product": line.named} if line.named else "",
        _("Lot %(lot)s") % {"lot": line.lots} if line.lots else "",
        str(line.mention),
        str(line.refusal),
        _("Dû : %(owed)s") % {"owed": line.owed_text} if line.owed else "",
    ]
    return {
        "number": _("N° %(number)s") % {"number": number} if number else "",
        "name": " ".join(filter(None, [line.line.title, line.line.strength])),
        "quantity": line.delivered_text if line.delivered else _("non délivré"),
        "notes": " · ".join(filter(None, notes)),
    }


def _label(slip: Slip, line: SlipLine) -> dict[str, Any]:
    how = line.posology or line.line.posology
    lasts = (
        _("pendant %(duration)s") % {"duration": line.line.duration} if line.line.duration else ""
    )
    return {
        "patient": slip.patient.name if slip.patient else "",
        "name": line.product if line.changed_product else _prescribed(line),
        "substance": line.line.title,
        "how": ", ".join(filter(None, [how, lasts])),
        "day": [list(moment) for moment in line.day],
        "until": _("jusqu'au %(day)s inclus") % {"day": _long(line.until)} if line.until else "",
        "instruction": line.instruction,
        "owed": _("Il vous est dû : %(owed)s") % {"owed": line.owed_text} if line.owed else "",
        "foot": f"{slip.pharmacy.name} · {slip.pharmacy.phone} · {_moment(slip)}",
    }


def _prescribed(line: SlipLine) -> str:
    return line.product or line.line.product or line.line.title


def _moment(slip: Slip) -> str:
    return date_format(timezone.localtime(slip.at), "SHORT_DATE_FORMAT")


def _long(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _language() -> str:
    return (get_language() or "fr")[:2]
