"""The patient of an anonymous prescription, as pages show her: a view that has no name to print.

A template that asks for one fails instead of printing an empty place: the mistake is found by its first test.
"""

from dataclasses import dataclass
from typing import Any, NoReturn

from django.utils.translation import gettext as _


class NoIdentity(Exception):
    """A page asked an anonymous patient for something of an identity."""


@dataclass(frozen=True)
class AnonymousView:
    """Nobody: it is false, so that `{% if patient %}` goes on without her, and it has no attribute of a person.

    `called` is what stands in the place of a name.
    """

    def __bool__(self) -> bool:
        return False

    @property
    def called(self) -> str:
        return _("Patiente anonyme")

    def __getattr__(self, name: str) -> NoReturn:
        """Django takes a missing attribute for an empty text; this is none."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise NoIdentity(name)

    def __getitem__(self, name: Any) -> NoReturn:
        raise TypeError("an anonymous patient is no mapping")


NOBODY = AnonymousView()
