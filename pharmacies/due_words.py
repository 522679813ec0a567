"""What the page says beside a quantity that is not simply what was prescribed."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eprescription.quantities import counted
from eprescription.rules import schedule
from eprescription.rules.continuation import PILL
from eprescription.rules.schedule import Due


def why(due: Due, unit: str, form: str = "") -> str:
    """The sentence of what is due; empty when there is nothing to explain. `unit` and `form` are those of the line."""
    match due.why:
        case schedule.LATE:
            lost = counted(due.lost, unit, form)
            return _(
                "Présenté trop tard pour le tout : les jours passés sont perdus (%(lost)s)."
            ) % {"lost": lost}
        case schedule.OVER:
            return _("La durée prescrite est passée : il n'y a plus rien à délivrer.")
        case schedule.EARLY if due.next_from:
            return _("À renouveler à partir du %(day)s.") % {"day": _day(due.next_from)}
        case schedule.REST:
            return _("Reste de la délivrance commencée.")
        case schedule.FRACTION if due.until:
            return _("Par fractions : celle-ci dure jusqu'au %(day)s.") % {"day": _day(due.until)}
        case schedule.EXPIRED:
            return _("La validité de l'ordonnance a pris fin.")
        case schedule.EXCEPTION:
            return _exception(due)
    return ""


def _exception(due: Due) -> str:
    if not due.quantity:
        return _("Tout ce qui pouvait l'être à titre exceptionnel a été délivré.")
    if due.exceptional == PILL:
        return _("Contraceptif : jusqu'à 3 mois peuvent être délivrés en supplément.")
    return _("Traitement chronique : un mois peut être délivré à titre exceptionnel.")


def _day(day: date) -> str:
    return date_format(day, "d/m/Y")
