"""Every word of the printed page, in the order of the page; the template only sets them."""

from typing import Any

from eprescription.documents import wording
from eprescription.documents.number import grouped
from eprescription.documents.printed import (
    Ordonnance,
    PrintedLine,
    PrintedPatient,
    PrintedPrescriber,
)


def words_of(facts: Ordonnance) -> dict[str, Any]:
    """Give the texts of the page, by the names that the template knows."""
    number = grouped(facts.number)
    return {
        "number": facts.number,
        "exception": wording.EXCEPTION if facts.exception else None,
        "grouped": number,
        "number-rows": [number[:12], number[13:]],
        "withdrawal": facts.withdrawal_code,
        "date": wording.long_date(facts.issued_at.astimezone(wording.PARIS)),
        "prescriber": _prescriber(facts.prescriber),
        "patient": _patient(facts.patient),
        "column": wording.column({line.kind for line in facts.lines}),
        "zones": _zones(facts.lines),
        "following": _following(facts),
        "count": wording.count(len(facts.lines)),
        "mentions": [wording.sentence(mention) for mention in facts.mentions],
        "notices": _notices(facts),
        "signed": _signature(facts),
        "secured": facts.secured,
        "cancelled": facts.cancelled_at and f"ANNULÉE le {wording.moment(facts.cancelled_at)}.",
    }


def _prescriber(who: PrintedPrescriber) -> dict[str, Any]:
    contacts = [f"Tél. {who.phone}" if who.phone else "", who.email]
    return {
        "name": f"{who.title} {who.name}",
        "speciality": who.speciality,
        "identifier": _joined(f"RPPS {who.identifier}", wording.place(who.place_identifier)),
        "place": who.place_name,
        "rows": _present(", ".join(who.address), _joined(*contacts)),
    }


def _patient(who: PrintedPatient | None) -> dict[str, Any]:
    """Surnames in capitals, so that nobody takes a first name for one."""
    if who is None:
        return {"name": wording.ANONYMOUS, "rows": []}
    birth_name, used_name = who.birth_name.upper(), who.used_name.upper()
    civil = _joined(
        f"Nom de naissance {birth_name}" if used_name not in ("", birth_name) else "",
        wording.born(who.birth_date, who.sex, who.age),
        wording.sex_in_words(who.sex),
    )
    medical = _joined(
        wording.matricule(who.ins) if who.ins else "",
        wording.weight(who.weight_kg) if who.weight_kg is not None else "",
        f"{who.height_cm}\u00a0cm" if who.height_cm is not None else "",
    )
    return {
        "name": f"{used_name or birth_name} {who.first_names}",
        "rows": _present(civil, medical),
    }


def _zones(lines: tuple[PrintedLine, ...]) -> list[dict[str, Any]]:
    """Part the lines in the two zones of a long-term illness (R. 161-45 CSS) when any is in it."""
    mixed = len({line.kind for line in lines}) > 1
    exempt = [line for line in lines if line.ald]
    other = [line for line in lines if not line.ald]
    if not exempt:
        return [{"title": "", "lines": _grouped(other, 1, mixed)}]
    return [
        {"title": wording.EXEMPT_ZONE, "lines": _grouped(exempt, 1, mixed)},
        {"title": wording.OTHER_ZONE, "lines": _grouped(other, 1 + len(exempt), mixed)},
    ]


def _grouped(lines: list[PrintedLine], first: int, mixed: bool) -> list[dict[str, Any]]:
    """Number the lines, by kind; the first of each kind bears its heading on a page that mixes them."""
    kinds = list(wording.GROUPS)
    ordered = sorted(lines, key=lambda line: kinds.index(line.kind))
    words = [_line(line, rank) for rank, line in enumerate(ordered, start=first)]
    before = ""
    for line in words if mixed else []:
        line["group"] = wording.GROUPS[line["kind"]] if line["kind"] != before else ""
        before = line["kind"]
    return words


def _line(line: PrintedLine, rank: int) -> dict[str, Any]:
    """What has no substance is called by its name; what is prescribed by its INN has no other."""
    named = bool(line.inn) and not line.by_inn
    code = f"LPP {line.lpp}" if line.lpp else ""
    return {
        **vars(line),
        "head": line.inn or line.name,
        "under": _joined(line.name if named else "", code),
        "quantity_words": line.quantity_words or "",
        "non_substitutable": wording.sentence(line.non_substitutable),
        "mentions": _joined(*(wording.sentence(mention) for mention in line.mentions)),
        "rank": str(rank),
        "group": "",
    }


def _following(facts: Ordonnance) -> str:
    """What a second page says at its head: it must not be taken for another's when it comes loose."""
    who = facts.patient and _patient(facts.patient)["name"]
    return _joined(
        "Suite de l’ordonnance" + (" sécurisée numérique" if facts.secured else ""),
        f"{facts.prescriber.title} {facts.prescriber.name}",
        who or wording.ANONYMOUS,
        wording.long_date(facts.issued_at.astimezone(wording.PARIS)),
    )


def _notices(facts: Ordonnance) -> list[str]:
    anonymous = facts.patient is None
    return [
        wording.opposition(facts.opposition),
        wording.ANONYMOUS_ACCESS if anonymous else wording.HOW_TO_OPPOSE,
        wording.transmitted(facts.paper),
        wording.how_to_verify(anonymous),
    ]


def _signature(facts: Ordonnance) -> list[str]:
    who = f"{facts.prescriber.title} {facts.prescriber.name}"
    return ["Signée électroniquement par", who, f"le {wording.moment(facts.issued_at)}"]


def _present(*parts: str) -> list[str]:
    return [part for part in parts if part]


def _joined(*parts: str) -> str:
    return " · ".join(_present(*parts))
