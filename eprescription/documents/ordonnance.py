"""The printed ordonnance: one A4 page, PDF/A-2a and PDF/UA-1, the same bytes for the same facts.

Mentions of R. 5132-3 CSP, words in full of R. 5132-29 CSP, zones of R. 161-45 CSS, opposition and
identification device of R. 4072 CSP. The metadata hold the number and the date, nothing of a person.
"""

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import typst

from eprescription.documents import wording
from eprescription.documents.code import qr_svg
from eprescription.documents.glyphs import UnprintableText, printable, unprintable
from eprescription.documents.number import grouped
from eprescription.documents.printed import (
    Ordonnance,
    PrintedLine,
    PrintedPatient,
    PrintedPrescriber,
)

__all__ = [
    "Ordonnance",
    "PrintedLine",
    "PrintedPatient",
    "PrintedPrescriber",
    "UnprintableText",
    "render",
    "unprintable",
]

_TEMPLATE = Path(__file__).with_name("ordonnance.typ")
_STANDARDS: list[Any] = ["a-2a", "ua-1"]


def render(ordonnance: Ordonnance) -> bytes:
    """Print the ordonnance as a PDF; raise ``UnprintableText`` when a font lacks a character."""
    page = _cleaned(_page(ordonnance))
    wrong = "".join(dict.fromkeys("".join(unprintable(text) for text in _texts(page))))
    if wrong:
        raise UnprintableText(wrong)
    page["code"] = _picture(ordonnance)
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"d": json.dumps(page)},
        pdf_standards=_STANDARDS,
        timestamp=ordonnance.issued_at.astimezone(UTC),
    )


def _page(facts: Ordonnance) -> dict[str, Any]:
    """Write every word of the page; the template only sets them."""
    number = grouped(facts.number)
    return {
        "number": facts.number,
        "grouped": number,
        "number-rows": [number[:12], number[13:]],
        "withdrawal": facts.withdrawal_code,
        "date": wording.long_date(facts.issued_at.astimezone(wording.PARIS)),
        "prescriber": _prescriber(facts.prescriber),
        "patient": _patient(facts.patient),
        "zones": _zones(facts.lines),
        "count": wording.count(len(facts.lines)),
        "mentions": list(facts.mentions),
        "notices": _notices(facts),
        "signature": _signature(facts),
        "secured": facts.secured,
        "cancelled": facts.cancelled_at and f"ANNULÉE le {wording.moment(facts.cancelled_at)}.",
    }


def _prescriber(who: PrintedPrescriber) -> dict[str, Any]:
    identifiers = [f"RPPS {who.identifier}", who.place_identifier]
    contacts = [f"Tél. {who.phone}" if who.phone else "", who.email]
    return {
        "name": f"{who.title} {who.name}",
        "speciality": who.speciality,
        "identifier": _joined(identifiers),
        "place": [row for row in (who.place_name, *who.address, _joined(contacts)) if row],
    }


def _patient(who: PrintedPatient | None) -> dict[str, Any]:
    if who is None:
        return {"name": wording.ANONYMOUS, "rows": []}
    kilograms = wording.weight(who.weight_kg) if who.weight_kg is not None else ""
    named = who.used_name and who.used_name != who.birth_name
    civil = [
        f"Nom de naissance {who.birth_name}" if named else "",
        f"{wording.born(who.birth_date, who.sex)} ({who.age})" if who.age else "",
        wording.sex_in_words(who.sex),
        kilograms,
    ]
    ins = wording.matricule(who.ins) if who.ins else ""
    return {
        "name": f"{who.used_name or who.birth_name} {who.first_names}",
        "rows": [row for row in (_joined(civil), ins) if row],
    }


def _zones(lines: tuple[PrintedLine, ...]) -> list[dict[str, Any]]:
    """Part the lines in the two zones of a long-term illness (R. 161-45 CSS) when any is in it."""
    exempt = [line for line in lines if line.ald]
    other = [line for line in lines if not line.ald]
    ranked = [_line(line, rank) for rank, line in enumerate(exempt + other, start=1)]
    if not exempt:
        return [{"title": "", "lines": ranked}]
    return [
        {"title": wording.EXEMPT_ZONE, "lines": ranked[: len(exempt)]},
        {"title": wording.OTHER_ZONE, "lines": ranked[len(exempt) :]},
    ]


def _line(line: PrintedLine, rank: int) -> dict[str, Any]:
    return {**vars(line), "quantity_words": line.quantity_words or "", "rank": str(rank)}


def _notices(facts: Ordonnance) -> list[str]:
    if facts.patient is None:
        choice = [wording.opposition(facts.opposition), wording.ANONYMOUS_ACCESS]
    else:
        choice = [wording.opposition(facts.opposition), wording.HOW_TO_OPPOSE]
    return [*choice, wording.transmitted(facts.paper), wording.how_to_verify(facts.patient is None)]


def _signature(facts: Ordonnance) -> str:
    who = f"{facts.prescriber.title} {facts.prescriber.name}"
    return f"Signée électroniquement par {who} le {wording.moment(facts.issued_at)}"


def _picture(facts: Ordonnance) -> str | None:
    return qr_svg(facts.code) if facts.code and facts.cancelled_at is None else None


def _joined(parts: list[str]) -> str:
    return "\u2002·\u2002".join(part for part in parts if part)


def _cleaned(value: Any) -> Any:
    """Make every text printable, at any depth."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
