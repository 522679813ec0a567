"""Who a prescription is for, as it was signed: read from the vault."""

from collections.abc import Iterable
from uuid import UUID

from eprescription.anonymity import is_anonymous
from eprescription.documents.number import grouped
from eprescription.identity import vault
from eprescription.identity.traits import Traits, display_name
from eprescription.models import Prescription
from eprescription.nobody import NOBODY

NAMED = ("subject_id", "identity_version", "anonymity", "number")


def told_of(path: str) -> list[str]:
    """What a list reads of the prescriptions at this path, for `only`: enough for a name and a trace."""
    return [f"{path}__{field}" for field in NAMED]


def traits_of(prescription: Prescription) -> Traits | None:
    """The patient's traits; None for a prescription without a name."""
    if is_anonymous(prescription) or prescription.identity_version is None:
        return None
    return vault.read(prescription.subject_id, prescription.identity_version)


def names_of(prescriptions: Iterable[Prescription]) -> dict[UUID, str]:
    """Names by prescription, in one query."""
    pairs = {p.pk: (p.subject_id, p.identity_version) for p in prescriptions if p.identity_version}
    known = vault.read_many(pairs.values())
    named = {pk: display_name(known[pair]) for pk, pair in pairs.items()}
    return {p.pk: named.get(p.pk, NOBODY.called) for p in prescriptions}


def registered_names(prescriptions: Iterable[Prescription]) -> dict[UUID, str]:
    """Names as the register bears them: of an anonymous patient, the number of her prescription stands for her."""
    rows = list(prescriptions)
    names = names_of(rows)
    told = {p.pk: f"{NOBODY.called}, {grouped(p.number or '')}" for p in rows if is_anonymous(p)}
    return names | told
