"""What holds of an anonymous prescription wherever it goes (CSP R. 4072-1 et s.; product.md 3.7).

Who may open it, and which words may stand beside it: codes, and sentences that the portal itself makes. What a person
types could hold a name. The database refuses the same (`models.nobody`); here it is refused with words for the page.
"""

import re
from uuid import UUID

from django.utils.translation import gettext as _

from eprescription.models import Anonymity, Prescription
from eprescription.models.nobody import REASONS
from eprescription.refusal import Refusal

__all__ = [
    "REASONS",
    "NoWords",
    "check_mark",
    "check_reason",
    "check_wordless",
    "is_anonymous",
    "opens_at",
]

_MARK = re.compile(r"(?=.*[0-9])[0-9A-Z./-]{1,20}", re.ASCII)
_LONGEST_FIGURES = 7  # a longer row of figures could be a telephone number, a birth date, an INS


class NoWords(Refusal):
    """Something was typed where an anonymous prescription takes no words."""

    status = 422

    def __init__(self, text: str = "") -> None:
        said = text or _(
            "Une ordonnance anonyme ne porte aucun texte libre : effacez-le, ou téléphonez."
        )
        super().__init__("no_free_text", str(said))


def is_anonymous(prescription: Prescription) -> bool:
    """Whether she asked for anonymity: answered when it was begun, and never changed."""
    return prescription.anonymity == Anonymity.ANONYMOUS


def opens_at(prescription: Prescription, place_id: UUID | None) -> bool:
    """Whether a pharmacy may open it at all: an anonymous one is the designated pharmacy's alone."""
    return not is_anonymous(prescription) or (
        place_id is not None and prescription.designated_id == place_id
    )


def check_wordless(prescription: Prescription, *texts: str) -> None:
    """Raises NoWords when something was typed beside an anonymous prescription."""
    if is_anonymous(prescription) and any(text.strip() for text in texts):
        raise NoWords


def check_reason(prescription: Prescription, *reasons: str) -> None:
    """Beside an anonymous prescription a reason is one of `REASONS`, or none. Raises NoWords."""
    given = {reason.strip() for reason in reasons} - {""}
    if is_anonymous(prescription) and not given <= set(REASONS):
        raise NoWords(
            _("Sur une ordonnance anonyme, le motif est l'un de ceux-ci : %(reasons)s.")
            % {"reasons": " ; ".join(REASONS)}
        )


def check_mark(prescription: Prescription, *marks: str) -> None:
    """Lot and serial number look like those of a box, and like nothing of a person. Raises NoWords."""
    typed = [mark.strip() for mark in marks if mark.strip()]
    if is_anonymous(prescription) and not all(map(_is_mark, typed)):
        raise NoWords(_("Sur une ordonnance anonyme, recopiez le lot comme la boîte le porte."))


def _is_mark(text: str) -> bool:
    figures_alone = text.isdecimal() and len(text) > _LONGEST_FIGURES
    return bool(_MARK.fullmatch(text)) and not figures_alone
