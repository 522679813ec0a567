"""What a home tells before anything else: who began to stand for somebody, which place is new, whose word is asked, what
a new adult may decide."""

from dataclasses import dataclass
from datetime import datetime

from eprescription.actor import Actor
from patients.accesses import NewPlace, new_places
from patients.majority import Invitation, invitation
from patients.spaces import Person, news
from patients.voices import awaits_word


@dataclass(frozen=True)
class Told:
    news: list[Person]
    invitation: Invitation | None
    places: list[
        NewPlace
    ]  # that read something here for the first time, and that nobody recognised
    asked: bool  # another has agreed to share again; this reader has not said a word yet


def on_home(by: Actor, *, at: datetime) -> Told:
    """For the top of a home, of one's own space or of a represented one."""
    return Told(
        news(by, at=at), invitation(by, at=at), new_places(by, at=at), awaits_word(by, at=at)
    )
