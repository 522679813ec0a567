"""How a medicine is taken, for its label: what at which moment of the day, and until which day."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eprescription.models import DispensedLine, Line
from eprescription.posology import moments
from eprescription.posology.quantities import printed_number
from eprescription.quantities import one_period, structure

Moments = tuple[
    tuple[str, str], ...
]  # the name of a moment, and what to take then: empty for nothing


def day_of(line: Line, changed: str = "") -> Moments:
    """Morning, noon, evening and bedtime; none when they do not say it all.

    A taper, certain days, a dose to count by the weight or to take if needed are for the sentence alone, and so is
    what the pharmacist `changed`.
    """
    taken = None if changed else structure(line)
    if taken is None or len(taken.steps) > 1:
        return ()
    step, amounts = taken.steps[0], moments(taken)
    daily = (step.every, step.period, step.weekdays) == (1, "day", ())
    if not amounts or not daily or step.as_needed or step.per_kg:
        return ()
    if not all(amount.single for _name, amount in step.moments):
        return ()
    language = get_language() or "fr"
    named = {
        "morning": _("Matin"),
        "noon": _("Midi"),
        "evening": _("Soir"),
        "bedtime": _("Coucher"),
    }
    said = {name: printed_number(count, step.unit, language) for name, count in amounts.items()}
    return tuple((words, said.get(name, "")) for name, words in named.items())


def last_day(
    line: Line, delivered: DispensedLine, *, before: int, weight: Decimal | None, on: date
) -> date | None:
    """The last day of a treatment that begins with this delivery; None when another day began it, or none ends it.

    `before` counts what had left of the line: the rest of a delivery that was begun ends when that one does. What is
    given by exception, or late for a narcotic, has its days counted otherwise.
    """
    begins = before % one_period(line, weight) == 0
    counted = delivered.exceptional or delivered.lost or delivered.posology
    if not line.duration_days or not delivered.quantity or counted or not begins:
        return None
    return on + timedelta(days=line.duration_days - 1)
