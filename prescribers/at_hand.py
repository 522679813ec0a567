"""What a prescriber has at hand while writing: the patient's past with him, and his own habits."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eprescription.actor import Actor
from eprescription.anonymity import is_anonymous
from eprescription.catalogue.editions import current_label
from eprescription.catalogue.interactions import edition_label
from eprescription.models import Prescription
from prescribers import habits


@dataclass(frozen=True)
class AtHand:
    """Shown beside what is written; nothing of it depends on what was dispensed."""

    allergies: list[Any] = field(default_factory=list)
    last_lines: list[Any] = field(default_factory=list)
    last_on: date | None = None
    history: list[Any] = field(default_factory=list)
    favourites: list[Any] = field(default_factory=list)
    templates: list[Any] = field(default_factory=list)
    medicines: str = ""
    interactions: str = ""


def at_hand(actor: Actor, prescription: Prescription, *, quick: bool = False) -> AtHand:
    """A constant number of queries, whatever the patient's past, and one trace of having read it.

    `quick`: only what is typed is kept, the page already shows the rest.
    """
    editions = {"medicines": current_label(), "interactions": edition_label()}
    if quick or is_anonymous(prescription):  # she has no past, and no words of one's own go there
        return AtHand(**editions)
    past = habits.past(actor, prescription.subject_id)
    return AtHand(
        allergies=habits.allergies(prescription.subject_id),
        last_lines=list(past.last.lines) if past.last else [],
        last_on=past.last.on if past.last else None,
        history=past.medicines,
        favourites=habits.favourites(actor),
        templates=habits.templates(actor),
        **editions,
    )
