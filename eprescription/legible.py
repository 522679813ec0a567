"""Words that a person typed must say what they seem to say, and stand on paper: one law for forms, acts and programs."""

from django.utils.translation import gettext as _

from eprescription.documents.glyphs import deceiving, told, unprintable
from eprescription.refusal import Refusal

MOST_TOLD = 10  # characters that an error names


class Illegible(Refusal):
    """A text that would deceive who reads it, or that no font of the paper can show."""

    status = 422


def deceit_of(text: str) -> str:
    """What is said of characters that nobody sees, that turn the order of reading, or heap on one letter; else empty."""
    wrong = deceiving(text)
    words = _(
        "Ces caractères ne se voient pas ou changent ce qu'on lit : %(signs)s. Retapez le texte sans eux."
    )
    return words % {"signs": _named(wrong)} if wrong else ""


def blank_on_paper(text: str) -> str:
    """What is said of characters that no font of the paper holds, but for those of `deceit_of`; else empty."""
    wrong = "".join(sign for sign in unprintable(text) if not deceiving(sign))
    words = _("Ces caractères ne peuvent pas être imprimés : %(signs)s")
    return words % {"signs": _named(wrong)} if wrong else ""


def check_legible(*texts: str) -> None:
    """Raises Illegible for the first text that cannot be printed as it reads."""
    for text in texts:
        if wrong := deceit_of(text) or blank_on_paper(text):
            raise Illegible("unprintable", wrong)


def _named(signs: str) -> str:
    return " ".join(map(told, signs[:MOST_TOLD]))
