"""The printed page of one prescription, from its frozen rows. The paper is French whatever the screen speaks."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import override

from eprescription.documents import codes, mentions, wording
from eprescription.documents.ordonnance import (
    Ordonnance,
    PrintedLine,
    PrintedPatient,
    PrintedPrescriber,
    render,
)
from eprescription.identity.traits import Traits
from eprescription.models import Line, LineKind, Prescription, PrescriptionState
from eprescription.posology import Posology, in_full
from eprescription.versions import Amendment, amendments
from eprescription.words import age_words, number_words, quantity_words, renewal_words


def page_of(prescription: Prescription, traits: Traits | None) -> bytes:
    """The PDF of a signed prescription; with its code as long as the token is kept and the code alive."""
    return render(ordonnance_of(prescription, traits))


def ordonnance_of(prescription: Prescription, traits: Traits | None) -> Ordonnance:
    """What the page says. `traits` are those of the signature; None for an anonymous patient."""
    assert prescription.number and prescription.signed_at and prescription.prescriber
    issued = prescription.state == PrescriptionState.ISSUED
    lines, changes = list(prescription.lines.all()), amendments(prescription)
    code = codes.text_of(prescription) if issued else None
    return Ordonnance(
        number=prescription.number,
        code=code,
        # It attests the lines that were signed: beside changed ones it would contradict the page.
        attestation=(prescription.attestation or None) if code and not changes else None,
        issued_at=timezone.localtime(prescription.signed_at).replace(microsecond=0),
        prescriber=printed_prescriber(prescription.prescriber),
        patient=_patient(traits, prescription) if traits else None,
        lines=tuple(printed_line(line, changes) for line in lines),
        opposition=not prescription.may_follow,
        secured=prescription.secured,
        paper=prescription.paper == "paper",
        cancelled_at=timezone.localtime(prescription.cancelled_at)
        if prescription.cancelled_at
        else None,
        mentions=printed_mentions(prescription, lines),
        withdrawal_code=codes.proof_text_of(prescription) if issued and not traits else None,
        exception=any(line.exception for line in lines),
    )


def printed_prescriber(copied: dict[str, str]) -> PrintedPrescriber:
    """The prescriber as copied at signature."""
    return PrintedPrescriber(
        name=copied["name"],
        title=copied["title"],
        speciality=copied["speciality"],
        identifier=copied["identifier"],
        place_name=copied["place_name"],
        place_identifier=copied["place_identifier"],
        address=tuple(copied["address"].splitlines()),
        phone=copied["phone"],
        email=copied["email"],
    )


def _patient(traits: Traits, prescription: Prescription) -> PrintedPatient:
    assert prescription.signed_at
    day = timezone.localtime(prescription.signed_at).date()
    return PrintedPatient(
        birth_name=traits.birth_name,
        used_name=traits.used_name,
        first_names=traits.first_names,
        birth_date=traits.birth_date,
        sex=traits.sex,
        ins=traits.ins if traits.status == "QUAL" and traits.ins else None,
        age=age_words(traits.age_on(day)),
        weight_kg=prescription.weight_kg,
        height_cm=prescription.height_cm,
    )


@override("fr")
def printed_mentions(prescription: Prescription, lines: list[Line]) -> tuple[str, ...]:
    """What the foot of the page says of the whole prescription."""
    return mentions.of_prescription(prescription, lines)


@override("fr")
def printed_line(line: Line, changes: Iterable[Amendment] = ()) -> PrintedLine:
    """One line, with its numbers in words where the law asks (CSP R. 5132-29), and what changed since it was signed."""
    secured = line.secured or line.list == "S"
    return PrintedLine(
        inn=line.inn,
        name="" if line.by_inn and line.inn else line.name,
        strength=line.strength,
        form=line.form,
        posology=line.posology,
        duration=_duration(line, secured),
        quantity=_quantity_in_full(line) if secured else mentions.quantity(line),
        quantity_words=_dose_in_full(line) if secured else None,
        renewals=_renewals(line),
        ald=line.ald,
        non_substitutable=mentions.non_substitutable(line),
        kind=line.kind,
        by_inn=line.by_inn,
        lpp=line.lpp,
        total=mentions.total(line),
        mentions=(*mentions.of_line(line), *mentions.amended(changes, line.position)),
    )


def _duration(line: Line, secured: bool) -> str:
    if not line.duration_days:
        return ""
    say = wording.days_in_full if secured else mentions.duration
    return say(line.duration_days)


def _dose_in_full(line: Line) -> str | None:
    """Units of a dose, number of doses and strength; none of a posology that is free text or was not understood."""
    if not (line.dosing and line.duration_days):
        return None
    try:
        posology = Posology.from_json(line.dosing)
    except ValueError:
        return None
    return in_full(posology, strength=line.strength, duration_days=line.duration_days) or None


def _quantity_in_full(line: Line) -> str:
    """Of a narcotic or assimilated: no figure that a pen could change."""
    if line.quantity is None:
        return f"QSP {wording.days_in_full(line.duration_days)}" if line.duration_days else ""
    medicine = line.kind == LineKind.MEDICINE
    return quantity_words(line.quantity) if medicine else number_words(line.quantity)


def _renewals(line: Line) -> str:
    """That a medicine is not renewed is said (CSP R. 5132-22); of anything else it goes without saying."""
    said = line.renewals or line.kind in (LineKind.MEDICINE, LineKind.PREPARATION)
    return renewal_words(line.renewals) if said else ""
