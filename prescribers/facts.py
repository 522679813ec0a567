"""What the law is told about a draft: plain facts from its rows, its patient and the drug base of today."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from eprescription import posology
from eprescription.catalogue.conditions import restrictions
from eprescription.catalogue.listed import lists_of
from eprescription.catalogue.models import Medicine, Membership
from eprescription.catalogue.search import substitutes
from eprescription.identity.traits import IdentityStatus, Traits
from eprescription.models import Activity, DowntimeSheet, Line, LineKind, Prescription
from eprescription.quantities import structure
from eprescription.rules.facts import (
    LineFacts,
    LinesFacts,
    PatientFacts,
    PrescriberFacts,
    SignatureFacts,
)
from prescribers.taking import boxes_needed
from prescribers.watch import Watch, narcotic_until, watch

PROPOSALS = 5


def signature_facts(
    *,
    prescription: Prescription,
    author: Activity,
    traits: Traits | None,
    lines: Iterable[Line],
    may_follow: bool | None,
    paper: str | None,
    on: date,
    seen: Watch | None = None,
    sheet: DowntimeSheet | None = None,
) -> SignatureFacts:
    """All that the rules of the signature read; a constant number of queries whatever the lines."""
    lines = list(lines)
    return SignatureFacts(
        on=on,
        prescriber=prescriber_facts(author),
        patient=patient_facts(traits, prescription),
        lines=line_facts(prescription, lines, on, seen),
        may_follow=may_follow,
        paper=paper,
        pharmacy_named=prescription.pharmacy_named,
        teleconsultation=prescription.teleconsultation,
        anonymity=prescription.anonymity,
        convention_place=prescription.convention_place,
        convention_date=prescription.convention_date,
        secret=prescription.secret,
        accompanied=prescription.accompanied,
        on_paper=sheet.motive if sheet else "",
        secured_paper=sheet is not None and sheet.secured_paper,
    )


def prescriber_facts(author: Activity) -> PrescriberFacts:
    copied = prescriber_as_signed(author)
    return PrescriberFacts(
        name=copied["name"],
        profession=author.profession,
        title=copied["title"] or copied["speciality"],
        identifier=copied["identifier"],
        address=copied["address"],
        phone=copied["phone"],
        email=copied["email"],
        active=author.is_active,
    )


def prescriber_as_signed(author: Activity) -> dict[str, Any]:
    """What the signed page says of its author; copied at signature (CSP R. 5132-3, 1°)."""
    place = author.place
    assert place is not None
    return {
        "name": f"{author.first_name} {author.surname}".strip(),
        "title": author.title,
        "speciality": author.speciality or author.get_profession_display(),
        "profession": author.profession,
        "identifier": author.identifier,
        "place_name": place.name,
        "place_identifier": place.identifier,
        "address": place.address,
        "phone": place.phone,
        "email": place.email,
    }


def patient_facts(traits: Traits | None, prescription: Prescription) -> PatientFacts:
    """Of an anonymous patient the law is told nothing."""
    if traits is None:
        return PatientFacts("", "", "", None, qualified=False)
    return PatientFacts(
        birth_name=traits.birth_name,
        first_names=traits.first_names,
        sex=traits.sex,
        birth_date=traits.birth_date,
        qualified=traits.status is IdentityStatus.QUAL,
        weight_kg=prescription.weight_kg,
        height_cm=prescription.height_cm,
    )


def line_facts(
    prescription: Prescription, lines: list[Line], on: date, seen: Watch | None = None
) -> tuple[LineFacts, ...]:
    """The lines beside what the base, the lists of the law and the other treatments say of them."""
    codes = {line.cis for line in lines if line.cis}
    base = Medicine.objects.in_bulk(codes)
    grouped = set(
        Membership.objects.filter(medicine__in=codes).values_list("medicine_id", flat=True)
    )
    seen = seen or watch(prescription, lines, on)
    bound = {line.pk for line in lines if _never_twice(line, base.get(line.cis))}
    covered = narcotic_until(prescription, on) if bound else {}
    return tuple(
        LineFacts(
            **_written(line),
            **_told(line, base.get(line.cis), on),
            boxes_needed=boxes_needed(line, prescription.weight_kg),
            generic_group=line.cis in grouped,
            covered_until=covered.get(line.inn) if line.pk in bound else None,
            alerts=seen.alerts.get(line.position, ()),
        )
        for line in lines
    )


def _never_twice(line: Line, medicine: Medicine | None) -> bool:
    """A narcotic, or a medicine whose authorisation forbids an overlap in so many words."""
    return line.list == "S" or bool(medicine and "chevauchement" in medicine.conditions)


def ivg_facts(
    content: Mapping[str, Any], answers: Mapping[str, Any], on: date, *, named: bool = True
) -> LinesFacts:
    """A medicine of abortion that is not yet written, with what was answered; `named`: beside an identity."""
    line = Line(position=1, **content)
    return LinesFacts(lines=(LineFacts(**_written(line)),), on=on, named=named, **answers)


def _written(line: Line) -> dict[str, Any]:
    """What stands on the line itself."""
    taken = structure(line)
    same = (
        *("position", "kind", "inn", "name", "strength", "form", "lpp", "by_inn", "list", "atc"),
        *("posology", "duration_days", "quantity", "renewals", "ald", "cover", "off_label"),
        *("not_reimbursable", "non_substitutable", "ivg", "max_days", "max_days_extended"),
        *("by_pump", "fraction_days", "single_delivery", "secured", "overlap"),
    )
    known = {name: getattr(line, name) for name in same if name in LineFacts.__annotations__}
    in_full = ""
    if taken and line.duration_days:
        in_full = posology.in_full(taken, strength=line.strength, duration_days=line.duration_days)
    return known | {"structured": taken is not None, "in_full": in_full}


def _told(line: Line, medicine: Medicine | None, on: date) -> dict[str, Any]:
    """What the base and the lists say today of its medicine; a line without one has nothing against it."""
    if medicine is None:
        return {"marketed": line.kind != LineKind.MEDICINE}
    labels = tuple(label for label in medicine.conditions.split("\n") if label)
    proposals = () if medicine.marketed else substitutes(medicine.cis)[:PROPOSALS]
    return {
        "marketed": medicine.marketed,
        "conditions": labels,
        "restricted": restrictions(labels),
        "listed": lists_of(cis=medicine.cis, atc=medicine.atc, on=on),
        "proposals": tuple(hit.name for hit in proposals),
    }
