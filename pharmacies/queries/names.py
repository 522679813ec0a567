"""Who a prescription is for, as it was signed: read from the vault."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from eprescription.identity import vault
from eprescription.identity.traits import Traits, display_name
from eprescription.models import Prescription


def traits_of(prescription: Prescription) -> Traits | None:
    """The patient's traits; None for a prescription without a name."""
    if prescription.identity_version is None:
        return None
    return vault.read(prescription.subject_id, prescription.identity_version)


def names_of(prescriptions: Iterable[Prescription]) -> dict[UUID, str]:
    """Names by prescription, in one query."""
    pairs = {p.pk: (p.subject_id, p.identity_version) for p in prescriptions if p.identity_version}
    known = vault.read_many(pairs.values())
    named = {pk: display_name(known[pair]) for pk, pair in pairs.items()}
    return {p.pk: named.get(p.pk, _("Patiente anonyme")) for p in prescriptions}
