"""The register of a period, as a file for a spreadsheet: all of it or nothing, with its trace."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.exports import Cell, csv_file
from eprescription.models import Deed
from eprescription.refusal import Refusal
from pharmacies.queries.registered import MOST_EXPORTED, Asked, registered
from pharmacies.registered import Entry


class TooMany(Refusal):
    """A file that lacked its oldest rows would lie."""

    status = 422

    def __init__(self) -> None:
        text = _("Plus de %(most)s lignes : resserrez la période.") % {"most": MOST_EXPORTED}
        super().__init__("too_many_rows", text)


@transaction.atomic
def rows_of(actor: Actor, asked: Asked) -> list[Entry]:
    """All rows of the period, each prescription with the trace of its reading. Raises TooMany beyond MOST_EXPORTED."""
    found = registered(actor, asked, limit=MOST_EXPORTED)
    if found.after:
        raise TooMany
    record(Deed.READ_EXECUTION, by=actor, code=f"export {len(found.entries)}")
    return found.entries


def csv(entries: Iterable[Entry]) -> bytes:
    """The columns of the print (CSP R. 5132-10, R. 5132-35), one fact a cell."""
    header = [
        _("N°"),
        _("Date"),
        _("Patient"),
        _("Prescripteur"),
        _("Produit"),
        _("Lot"),
        _("Quantité"),
        _("Stupéfiant"),
        _("Délivré par"),
        _("Remis à"),
        _("Adresse"),
        _("Correction"),
    ]
    return csv_file(header, map(_row, entries))


def _row(entry: Entry) -> tuple[Cell, ...]:
    marks = [_("corrigé ensuite")] if entry.corrected else []
    marks += [_("correction")] if entry.corrects else []
    return (
        entry.number,
        entry.at,
        entry.patient,
        entry.prescriber,
        entry.product,
        entry.lot,
        entry.quantity,
        _("oui") if entry.narcotic else "",
        entry.by,
        entry.bearer,
        entry.bearer_address,
        ", ".join(marks),
    )
