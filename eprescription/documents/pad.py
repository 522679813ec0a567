"""A downtime pad: one A4 sheet a number, with its signed code, blank fields and the motives of R. 4073-2 to tick."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from eprescription.documents import wording
from eprescription.documents.attestation import attest_pad
from eprescription.documents.code import attestation_svg
from eprescription.documents.number import grouped
from eprescription.documents.setting import ready, set_page
from eprescription.models import DowntimeSheet, PaperMotive

LINES = 6


def pad_pdf(sheets: Iterable[DowntimeSheet], prescriber: dict[str, str], *, at: datetime) -> bytes:
    """The pad of one prescriber (`prescriber` as copied at a signature); the paper is French whatever the screen speaks."""
    with override("fr"):
        words = {
            "title": "Carnet de secours",
            "prescriber": _prescriber(prescriber),
            "motives": [str(label) for _code, label in PaperMotive.choices],
            "lines": [str(rank) for rank in range(1, LINES + 1)],
            "sheets": [_words(sheet) for sheet in sheets],
        }
    page = ready(words)
    for shown, sheet in zip(page["sheets"], sheets, strict=True):
        shown["code"] = attestation_svg(_code(sheet, prescriber["identifier"]))
    return set_page("pad.typ", page, at=at)


def _code(sheet: DowntimeSheet, identifier: str) -> str:
    printed_on = timezone.localdate(sheet.printed_at)
    return attest_pad(
        number=sheet.number,
        printed_on=printed_on,
        expires_on=sheet.expires_on,
        prescriber=identifier,
    )


def _words(sheet: DowntimeSheet) -> dict[str, Any]:
    return {
        "number": grouped(sheet.number),
        "until": wording.long_date(sheet.expires_on),
    }


def _prescriber(who: dict[str, str]) -> dict[str, Any]:
    rows = [
        who["speciality"],
        f"RPPS {who['identifier']}",
        who["place_name"],
        ", ".join(who["address"].splitlines()),
        " · ".join(filter(None, (f"Tél. {who['phone']}" if who["phone"] else "", who["email"]))),
    ]
    return {
        "name": f"{who['title']} {who['name']}".strip(),
        "rows": [row for row in rows if row],
    }
