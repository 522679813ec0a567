"""What was presented at the counter, told from its text alone: nothing is looked up, so nothing leaks."""

import re

from django.utils.translation import gettext as _

from eprescription.documents import number
from eprescription.refusal import Refusal

_NIR = re.compile(r"[1-478]\d{4}(?:\d{2}|2[AB])\d{8}")
_INS_DATAMATRIX = re.compile(r"IS\d{2}.{20,}", re.DOTALL)
_BOX = re.compile(r"(?:\]d2)?\x1d?\(?01\)?034009\d{8}|34009\d{8}$")


def is_number(text: str) -> bool:
    """Whether somebody typed the number under the code, which asks for a second proof."""
    return number.is_valid(number.normalise(text))


def check_kind(text: str) -> None:
    """Raises a Refusal that explains a code of another kind; it opens nothing and is no guess."""
    compact = re.sub(r"\s", "", text)
    if _NIR.fullmatch(compact.upper()) or _INS_DATAMATRIX.match(compact):
        raise OtherCode(
            "code_is_ins",
            _("Ceci est l'INS du patient, pas l'ordonnance. Scannez le code imprimé dessus."),
        )
    if _BOX.match(compact):
        raise OtherCode(
            "code_is_box",
            _("Ceci est le code d'une boîte, pas l'ordonnance. Scannez le code imprimé dessus."),
        )


class OtherCode(Refusal):
    """A code that is well known and is not the one of a prescription."""

    status = 422
