"""The printed page of one prescription, from its frozen rows."""

from django.utils import timezone

from eprescription.documents import codes
from eprescription.documents.ordonnance import (
    Ordonnance,
    PrintedLine,
    PrintedPatient,
    PrintedPrescriber,
    render,
)
from eprescription.identity.traits import Traits
from eprescription.models import Line, Prescription, PrescriptionState
from eprescription.words import age_words, in_words, quantity_words, renewal_words


def page_of(prescription: Prescription, traits: Traits | None) -> bytes:
    """The PDF of a signed prescription; with its code as long as the token is kept and the code alive."""
    return render(ordonnance_of(prescription, traits))


def ordonnance_of(prescription: Prescription, traits: Traits | None) -> Ordonnance:
    """What the page says. `traits` are those of the signature; None for an anonymous patient."""
    assert prescription.number and prescription.signed_at and prescription.prescriber
    issued = prescription.state == PrescriptionState.ISSUED
    return Ordonnance(
        number=prescription.number,
        code=codes.text_of(prescription) if issued else None,
        issued_at=timezone.localtime(prescription.signed_at).replace(microsecond=0),
        prescriber=printed_prescriber(prescription.prescriber),
        patient=_patient(traits, prescription) if traits else None,
        lines=tuple(printed_line(line) for line in prescription.lines.all()),
        opposition=not prescription.may_follow,
        secured=prescription.secured,
        paper=prescription.paper == "paper",
        cancelled_at=timezone.localtime(prescription.cancelled_at)
        if prescription.cancelled_at
        else None,
        mentions=(),
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
        weight_kg=None,
    )


def printed_line(line: Line) -> PrintedLine:
    """One line, with its numbers in words where the law asks (CSP R. 5132-29)."""
    return PrintedLine(
        inn=line.inn,
        name=line.name,
        strength=line.strength,
        form=line.form,
        posology=line.posology,
        duration=in_words(line.duration_days) if line.duration_days else "",
        quantity=f"{line.quantity} boîte{'s' if (line.quantity or 0) > 1 else ''}"
        if line.quantity
        else "",
        quantity_words=quantity_words(line.quantity) if line.secured and line.quantity else None,
        renewals=renewal_words(line.renewals),
        ald=line.ald,
        non_substitutable=f"Non substituable ({line.non_substitutable})"
        if line.non_substitutable
        else "",
    )
