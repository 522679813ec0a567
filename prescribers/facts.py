"""What the law is told about a draft: plain facts from its rows, its patient and the drug base of today."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from eprescription.catalogue.models import Medicine
from eprescription.identity.traits import IdentityStatus, Traits
from eprescription.models import Activity, Line
from eprescription.rules.facts import LineFacts, PatientFacts, PrescriberFacts, SignatureFacts


def signature_facts(
    *,
    author: Activity,
    traits: Traits,
    lines: Iterable[Line],
    may_follow: bool | None,
    paper: str | None,
    on: date,
) -> SignatureFacts:
    """All that the rules of the signature read; one query for the medicines of the lines."""
    lines = list(lines)
    marketed = set(
        Medicine.objects.filter(pk__in=[x.cis for x in lines], marketed=True).values_list(
            "pk", flat=True
        )
    )
    return SignatureFacts(
        on=on,
        prescriber=prescriber_facts(author),
        patient=patient_facts(traits),
        lines=tuple(line_facts(line, line.cis in marketed) for line in lines),
        may_follow=may_follow,
        paper=paper,
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


def patient_facts(traits: Traits) -> PatientFacts:
    return PatientFacts(
        birth_name=traits.birth_name,
        first_names=traits.first_names,
        sex=traits.sex,
        birth_date=traits.birth_date,
        qualified=traits.status is IdentityStatus.QUAL,
    )


def line_facts(line: Line, marketed: bool) -> LineFacts:
    return LineFacts(
        position=line.position,
        inn=line.inn,
        name=line.name,
        list=line.list,
        posology=line.posology,
        duration_days=line.duration_days,
        quantity=line.quantity,
        renewals=line.renewals,
        ald=line.ald,
        non_substitutable=line.non_substitutable,
        ivg=line.ivg,
        max_days=line.max_days,
        secured=line.secured,
        marketed=marketed,
    )
