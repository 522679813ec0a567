"""The register on paper: pharmacy, period, what was looked for, and its rows."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.documents.setting import ready, set_page
from eprescription.models import Place
from pharmacies.queries.registered import Asked, Found
from pharmacies.registered import Entry


def pdf(found: Found, asked: Asked, *, by: Actor, at: datetime) -> bytes:
    """A PDF in landscape, numbered pages, the same bytes for the same rows and moment."""
    place = Place.objects.get(pk=by.place_id)
    words = {
        "lang": (get_language() or "fr")[:2],
        "title": _("Registre des médicaments listés"),
        "place": place.name,
        "address": ", ".join(place.address.splitlines()),
        "finess": f"FINESS {place.identifier}",
        "asked": _asked(asked),
        "count": _count(found),
        "printed": _("Imprimé le %(moment)s par %(who)s")
        % {"moment": _moment(at), "who": by.person},
        "page": _("Page"),
        "heads": [
            _("N°"),
            _("Date"),
            _("Patient"),
            _("Prescripteur"),
            _("Produit, lot"),
            _("Quantité"),
            _("Délivré par, remis à"),
        ],
        "rows": [_row(entry) for entry in found.entries],
    }
    return set_page("register.typ", ready(words), at=at)


def _row(entry: Entry) -> list[str]:
    marks = [_("corrigé ensuite")] if entry.corrected else []
    marks += [_("correction")] if entry.corrects else []
    bearer = ", ".join(filter(None, [entry.bearer, entry.bearer_address]))
    return [
        " ".join([str(entry.number), *[f"({mark})" for mark in marks]]),
        _moment(entry.at),
        entry.patient,
        entry.prescriber,
        " · ".join(filter(None, [entry.product, entry.lot])),
        entry.quantity,
        " → ".join(filter(None, [entry.by, bearer])),
    ]


def _count(found: Found) -> str:
    rows = len(found.entries)
    text = ngettext("%(n)s ligne", "%(n)s lignes", rows) % {"n": rows}
    rest = _("il y en a d'autres : resserrez la période")
    return f"{text}, {rest}" if found.after else text


def _asked(asked: Asked) -> str:
    """The period and the product; a patient is in the rows, not in the head."""
    said: list[Any] = [
        _("du %(day)s") % {"day": _day(asked.since)} if asked.since else "",
        _("au %(day)s") % {"day": _day(asked.until)} if asked.until else "",
        asked.product,
        _("stupéfiants seulement") if asked.narcotics else "",
    ]
    return ", ".join(filter(None, said)) or _("toutes les lignes")


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
