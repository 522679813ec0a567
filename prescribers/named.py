"""Who a prescription is for, as its author may read it; nobody, when she asked for anonymity."""

from collections.abc import Iterable
from uuid import UUID

from eprescription.anonymity import is_anonymous
from eprescription.identity import vault
from eprescription.identity.traits import Traits, display_name
from eprescription.models import Prescription
from eprescription.nobody import NOBODY, AnonymousView
from eprescription.presenters import PatientView, patient_view


def signed_traits(prescription: Prescription) -> Traits | None:
    """As signed, or as known today for a draft; None for an anonymous prescription, whatever the vault holds."""
    if is_anonymous(prescription):
        return None
    return vault.read(prescription.subject_id, prescription.identity_version)


def shown_patient(prescription: Prescription, traits: Traits | None) -> PatientView | AnonymousView:
    """The patient as a page shows her; a view without any name for an anonymous one."""
    return patient_view(traits, prescription.subject_id) if traits else NOBODY


def current_names(found: Iterable[Prescription]) -> dict[UUID, str]:
    """Names as known today, by subject: a list is for finding a person again."""
    rows = list(found)
    nobody = {p.subject_id: NOBODY.called for p in rows if is_anonymous(p)}
    versions = vault.current_versions({p.subject_id for p in rows} - nobody.keys())
    traits = vault.read_many(versions.items())
    named = {subject: display_name(known) for (subject, _version), known in traits.items()}
    return named | nobody
