"""What a prescription says beside names and posologies, in the language of the page: one text for paper and screen.

The paper is French whatever the screen speaks: `paper.py` asks for these words under French.
Sources: CSP R. 5132-3 (usual mentions), R. 5132-30 and R. 5132-33 (narcotics), L. 5125-23 (substitution),
L. 5121-12-1 (off-label), R. 2212-16 (abortion), CSS R. 161-45 and R. 163-2 (cover, exception drugs).
"""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from eprescription.documents import wording
from eprescription.models import Cover, DowntimeSheet, LineContent, LineKind, Prescription
from eprescription.versions import Amendment

SUPPLIED = (LineKind.MEDICINE, LineKind.PREPARATION, LineKind.DEVICE)
"""What a pharmacy hands over in the quantity that suffices (QSP) when none is written."""


def duration(days: int) -> str:
    """A duration as a doctor says it: whole months of 30 days from 60 on, weeks never guessed."""
    if days >= 60 and days % 30 == 0:
        months = days // 30
        return ngettext("%(n)d mois", "%(n)d mois", months) % {"n": months}
    return ngettext("%(n)d jour", "%(n)d jours", days) % {"n": days}


def renewed(times: int) -> str:
    """How often it is renewed (CSP R. 5132-22: the indication is express)."""
    return ngettext("à renouveler %(n)d fois", "à renouveler %(n)d fois", times) % {"n": times}


def total(line: LineContent) -> str:
    """How long it lasts with its renewals (CSP R. 5123-2); empty when it is not renewed."""
    if not (line.renewals and line.duration_days):
        return ""
    whole = duration(line.duration_days * (line.renewals + 1))
    return _("soit %(duration)s au total") % {"duration": whole}


def quantity(line: LineContent) -> str:
    """Boxes of a medicine, a bare number of anything else, or what suffices for the duration."""
    if line.quantity is None:
        supplied = line.kind in SUPPLIED and line.duration_days
        return _("QSP %(duration)s") % {"duration": duration(supplied)} if supplied else ""
    if line.kind != LineKind.MEDICINE:
        return str(line.quantity)
    return ngettext("%(n)d boîte", "%(n)d boîtes", line.quantity) % {"n": line.quantity}


def non_substitutable(line: LineContent) -> str:
    """The literal mention and its reason (CSP L. 5125-23, R. 5125-54); empty when substitution is possible."""
    if not line.non_substitutable:
        return ""
    return _("Non substituable (%(reason)s)") % {"reason": line.get_non_substitutable_display()}


def of_line(line: LineContent) -> tuple[str, ...]:
    """What else the law asks to say of one line, the rhythm of its delivery first."""
    said = (
        _delivery(line),
        _("administration par pompe") if line.by_pump else "",
        _("chevauchement : %(reason)s") % {"reason": line.overlap} if line.overlap else "",
        _("prescription hors autorisation de mise sur le marché (hors AMM)")
        if line.off_label
        else "",
        _("non remboursable") if line.not_reimbursable else "",
        _cover(line),
    )
    return tuple(words for words in said if words)


def amended(changes: Iterable[Amendment], position: int) -> tuple[str, ...]:
    """What became of one line since the signature, each change followed by what stood before it."""
    mine = [change for change in changes if change.position == position]
    return tuple(words for change in mine for words in _amended(change))


def _amended(change: Amendment) -> tuple[str, ...]:
    day = _day(timezone.localtime(change.at).date())
    if change.stopped:
        return (_("arrêtée le %(day)s à la demande de la pharmacie") % {"day": day},)
    told = {"day": day, "version": change.version}
    return (
        _("modifiée le %(day)s à la demande de la pharmacie (version %(version)d)") % told,
        _("version %(version)d : %(said)s")
        % {"version": change.before.version, "said": _as_it_was(change.before)},
    )


def _as_it_was(line: LineContent) -> str:
    lasted = duration(line.duration_days) if line.duration_days else ""
    named = " ".join(filter(None, [line.inn or line.name, line.strength]))
    said = (
        named,
        line.posology,
        lasted,
        quantity(line),
        renewed(line.renewals) if line.renewals else "",
    )
    return ", ".join(filter(None, said))


def of_prescription(prescription: Prescription, lines: Iterable[LineContent]) -> tuple[str, ...]:
    """What is said once for all lines: where it is dispensed, how it was made, what its form attests."""
    said = (
        _("Pharmacie désignée : %(name)s") % {"name": prescription.pharmacy_named}
        if prescription.pharmacy_named
        else "",
        _("Prescription établie lors d'une téléconsultation")
        if prescription.teleconsultation
        else "",
        _convention(prescription),
        _exception(lines),
        *_on_paper_first(prescription),
    )
    return tuple(words for words in said if words)


def _on_paper_first(prescription: Prescription) -> tuple[str, ...]:
    """That it was written by hand on a sheet of a downtime pad, why, and when it was copied (CSP R. 4073-2)."""
    sheet: DowntimeSheet | None = getattr(prescription, "sheet", None)
    if sheet is None or sheet.entered_at is None:
        return ()
    facts = {
        "motive": sheet.get_motive_display().lower(),
        "day": _day(timezone.localdate(sheet.entered_at)),
    }
    said = _("Écrite à la main sur une feuille de secours (%(motive)s), régularisée le %(day)s")
    return (said % facts, _("Papier sécurisé") if sheet.secured_paper else "")


def measures(prescription: Prescription) -> tuple[str, ...]:
    """Weight and height, when the prescriber said them (CSP R. 5132-3, 6°)."""
    weight, height = prescription.weight_kg, prescription.height_cm
    said = (
        f"{number_format(f'{float(weight):g}')}\u00a0kg" if weight else "",
        f"{height}\u00a0cm" if height else "",
    )
    return tuple(words for words in said if words)


def _delivery(line: LineContent) -> str:
    """At once by express mention, or by fractions (CSP R. 5132-30)."""
    if line.single_delivery:
        return _("délivrance en une seule fois")
    if not line.fraction_days:
        return ""
    period = duration(line.fraction_days)
    return _("délivrance fractionnée de %(duration)s") % {"duration": period}


def _cover(line: LineContent) -> str:
    """The risk it is charged to; sickness goes without saying, a long-term illness has its zone."""
    return {
        Cover.WORK: _("AT/MP"),
        Cover.MATERNITY: _("maternité"),
        Cover.PREVENTION: _("prévention"),
    }.get(Cover(line.cover), "")


def _convention(prescription: Prescription) -> str:
    """The establishment that a prescriber of abortion medicines signed with, and when (CSP R. 2212-16)."""
    place, day = prescription.convention_place, prescription.convention_date
    if not place:
        return ""
    if day is None:
        return _("Convention avec %(place)s") % {"place": place}
    return _("Convention avec %(place)s, signée le %(date)s") % {"place": place, "date": _day(day)}


def _exception(lines: Iterable[LineContent]) -> str:
    """Who signs this form says that it conforms (CSS R. 163-2), which nobody can say off-label."""
    bound = [line for line in lines if line.exception]
    if not bound or any(line.off_label for line in bound):
        return ""
    return _("Conforme à la fiche d'information thérapeutique (CSS R. 163-2)")


def _day(day: date) -> str:
    french = (get_language() or "").startswith("fr")
    return wording.long_date(day) if french else date_format(day)
