"""The code in a picture that somebody presented: read in memory within limits, then forgotten."""

from typing import Any

from django.utils.translation import gettext as _

from eprescription.documents.code import parse
from eprescription.documents.reading import read_file, read_frame
from eprescription.refusal import Refusal


class Unreadable(Refusal):
    """A file in which no code could be read."""

    status = 422


def code_in_frame(picture: Any) -> str | None:
    """The text of the code in one frame of the camera; None when there is none, or the frame is no frame."""
    return None if picture is None else read_frame(picture.read())


def code_in_file(data: bytes) -> str:
    """The text of the one code in a picture or a PDF; Unreadable says what is wrong with the file."""
    reading = read_file(data)
    if reading.problem:
        raise Unreadable(f"file_{reading.problem}", _problem(reading.problem))
    ours = {text for text in reading.texts if parse(text)}
    if len(ours) > 1:
        raise Unreadable(
            "file_several", _("Ce fichier contient plusieurs ordonnances : scannez-les une à une.")
        )
    return next(iter(ours), reading.texts[0])


def _problem(code: str) -> str:
    return {
        "too_big": _("Cette image est trop grande. Photographiez seulement le code."),
        "not_readable": _("Ce fichier n'est ni une image ni un PDF lisible."),
        "no_code": _("Aucun code n'a été trouvé dans ce fichier. Cadrez le code de plus près."),
        "too_slow": _("La lecture de ce fichier est trop longue. Photographiez seulement le code."),
    }[code]
