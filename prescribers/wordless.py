"""Lines of an anonymous prescription: medicines of the base, taken as codes say; not a word of anybody's own."""

from django.utils.translation import gettext as _

from eprescription import posology
from eprescription.anonymity import NoWords, is_anonymous
from eprescription.models import LineContent, LineKind, Prescription
from eprescription.posology import Posology

LONGEST = 300


def coded(prescription: Prescription, line: LineContent) -> LineContent:
    """The line as it may stand: of an anonymous prescription its words are left out, of others it stays as it is.

    Raises NoWords for what is no medicine of the base.
    """
    if not is_anonymous(prescription):
        return line
    if line.kind != LineKind.MEDICINE:
        raise NoWords(_("Une ordonnance anonyme ne porte que des médicaments du catalogue."))
    line.overlap = ""
    line.posology, line.dosing = _sentence(line)
    return line


def is_coded(line: LineContent, text: str) -> bool:
    """Whether all that was typed of a posology was understood, and nothing in it is a word of its own."""
    reading = posology.read(text.strip(), unit=posology.unit_of(line.form))
    if reading.unread.strip():
        return False
    taken = reading.posology
    return taken is None or posology.without_words(taken) == taken


def _sentence(line: LineContent) -> tuple[str, dict[str, object] | None]:
    if not line.dosing:
        return "", None
    taken = posology.without_words(Posology.from_json(line.dosing))
    said = posology.sentence(taken)
    return (said, taken.to_json()) if len(said) <= LONGEST else ("", None)
