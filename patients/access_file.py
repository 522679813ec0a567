"""Who read what, as a file for a spreadsheet (GDPR art. 15 and 20)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from eprescription.exports import csv_file
from patients.accesses import Access


def csv(accesses: Iterable[Access]) -> bytes:
    """One row for what somebody did on one day, in the words of the page."""
    header = [
        _("Première fois"),
        _("Dernière fois"),
        _("Nombre de fois"),
        _("Qui"),
        _("Où"),
        _("Ce qui a été fait"),
        _("Sur"),
        _("Pourquoi"),
        _("Refusé"),
    ]
    rows = (
        (
            x.first,
            x.last,
            x.times,
            x.who,
            x.where,
            x.what,
            x.about,
            x.why,
            _("oui") if x.refused else "",
        )
        for x in accesses
    )
    return csv_file(header, rows)
