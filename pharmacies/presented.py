"""What was presented at the counter, told from its text alone: nothing is looked up, so nothing leaks."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from eprescription.documents import keyboards, number
from eprescription.refusal import Refusal
from pharmacies.boxes import LONGEST, Box, is_product, read_box

# NIR or NIA of 13 characters and their key: the department of birth of Corsica is written 2A or 2B.
_NIR = re.compile(r"[1-478]\d{4}(?:\d{2}|2[AB])\d{8}", re.ASCII)
_INS_DATAMATRIX = re.compile(r"IS\d{2}\S{16,}", re.ASCII)
_ATTESTATION = re.compile(r"2[.:;,/>][0-9A-Z]{150,}", re.ASCII)
_2D_DOC = re.compile(r"DC0[1-4][0-9A-Z]{16,}", re.ASCII)


class OtherCode(Refusal):
    """A code that is well known and is not the one of a prescription; `box` when it is a box of medicine."""

    status = 422

    def __init__(self, code: str, text: str, box: Box | None = None) -> None:
        super().__init__(code, text)
        self.box = box


def is_number(text: str) -> bool:
    """Whether somebody typed the number under the code, which asks for a second proof."""
    return number.is_valid(number.normalise(text))


def check_kind(text: str) -> None:
    """Raises OtherCode that explains a code of another kind; it opens nothing and is no guess."""
    if box := read_box(text):
        raise OtherCode(
            "code_is_box",
            _("Ceci est le code d'une boîte, pas l'ordonnance. Scannez le code imprimé dessus."),
            box,
        )
    for compact in _compact(text):
        _check_reading(compact)


def _compact(text: str) -> Iterator[str]:
    """The readings without blanks and in capitals; a scanner may stand on another keyboard."""
    typed = text[:LONGEST]
    for reading in (*keyboards.readings(typed), *keyboards.readings_under_caps_lock(typed)):
        compact = re.sub(r"^\](?:[dDqQeE]\d)|\s", "", reading).upper()
        if compact:
            yield compact


def _check_reading(compact: str) -> None:
    if _NIR.fullmatch(compact) or _INS_DATAMATRIX.match(compact):
        raise OtherCode(
            "code_is_ins",
            _(
                "Ceci est l'INS du patient, pas l'ordonnance. Scannez l'autre code de la page : "
                "un numéro de 18 caractères est écrit dessous."
            ),
        )
    if _2D_DOC.match(compact):
        raise OtherCode(
            "code_is_2d_doc",
            _(
                "Ceci est un 2D-Doc (identité ou justificatif), pas l'ordonnance. Scannez le code "
                "sous lequel un numéro de 18 caractères est écrit."
            ),
        )
    if _ATTESTATION.match(compact):
        raise OtherCode(
            "code_is_attestation",
            _(
                "Ceci est le code de vérification hors ligne. Pour délivrer, scannez l'autre code : "
                "un numéro de 18 caractères est écrit dessous."
            ),
        )
    if is_product(compact):
        raise OtherCode(
            "code_is_product",
            _("Ceci est le code-barres d'un produit, pas l'ordonnance ni une boîte de médicament."),
        )
