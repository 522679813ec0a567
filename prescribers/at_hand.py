"""What a prescriber has at hand while writing: the patient's past with him, and his own habits."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eprescription.actor import Actor
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


def at_hand(actor: Actor, prescription: Prescription) -> AtHand:
    """A constant number of queries, whatever the patient's past."""
    subject = prescription.subject_id
    last = habits.last_time(actor, subject)
    return AtHand(
        allergies=habits.allergies(subject),
        last_lines=last.lines if last else [],
        last_on=last.on if last else None,
        history=habits.history(actor, subject),
        favourites=habits.favourites(actor),
        templates=habits.templates(actor),
        medicines=current_label(),
        interactions=edition_label(),
    )
