"""Who works at the counter of the demo: a préparateur beside the pharmacist, each with a personal code to take over."""

from datetime import datetime
from importlib import import_module

from eprescription.actor import Actor

PHARMACIST_CODE, PREPARER_CODE = "482915", "730264"


def give_codes(*, pharmacist: Actor, preparer: Actor, at: datetime) -> None:
    """Once both have signed in on a post, each takes over from the other by these six digits."""
    people = import_module("pharmacies.people")
    people.set_code(code=PHARMACIST_CODE, by=pharmacist, at=at)
    people.set_code(code=PREPARER_CODE, by=preparer, at=at)
