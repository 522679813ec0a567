"""For how long a prescription holds, and by which periods it is dispensed."""

import calendar
from datetime import date

from eprescription.rules.delivery_facts import DispensingFacts
from eprescription.rules.facts import LineFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.sources import CSP, CSS, LONG_SINCE

LONGEST_MONTHS = 12
FIRST_DISPENSING_MONTHS = 3
# One delivery: 30 days, or three months (at their longest) of a big pack or of a contraceptive.
MONTH_DAYS, QUARTER_DAYS = 30, 92
CONTRACEPTIVES = "G03A"


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month (Code de procédure civile 641)."""
    years, month0 = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month0 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


def longest_days(on: date) -> int:
    """The days of the twelve months that begin on a day: 365 or 366."""
    return (months_after(on, LONGEST_MONTHS) - on).days


@rule(article="CSP R. 5132-21", url=CSP, since=LONG_SINCE, product="P5")
def listed_medicines_last_at_most_twelve_months(facts: SignatureFacts) -> list[Breach]:
    """A medicine of list I or II is prescribed for at most twelve months, renewals included."""
    text = Text(
        "La durée totale, renouvellements compris, dépasse 12 mois.",
        "The whole duration, renewals included, exceeds 12 months.",
    )
    listed = [x for x in facts.medicines if x.list in ("I", "II")]
    return beside([x for x in listed if x.total_days > longest_days(facts.on)], text, "duration")


@rule(
    article="CSP R. 5123-2 ; CSS R. 165-36",
    url=CSS,
    since=LONG_SINCE,
    product="P8",
    weight=Weight.WARNS,
)
def what_is_reimbursed_lasts_at_most_twelve_months(facts: SignatureFacts) -> list[Breach]:
    """An unlisted medicine or a device is reimbursed for at most twelve months."""
    text = Text(
        "La durée totale dépasse 12 mois : le remboursement s'arrête à 12 mois.",
        "The whole duration exceeds 12 months: reimbursement stops at 12 months.",
    )
    reimbursed = [x for x in facts.lines if x.kind in ("medicine", "device") and not x.list]
    over = [x for x in reimbursed if x.total_days > longest_days(facts.on)]
    return beside([x for x in over if not x.not_reimbursable], text, "duration")


@rule(
    article="CSP R. 5123-2, R. 5132-12",
    url=CSP,
    since=LONG_SINCE,
    product=("P8", "D4"),
    weight=Weight.WARNS,
)
def renewals_go_by_periods_of_one_month(facts: SignatureFacts) -> list[Breach]:
    """A treatment of more than a month is dispensed by periods: one month, or three for a big
    pack or a contraceptive."""
    # Narcotics are bound more tightly, by a rule of their own.
    over = [x for x in facts.medicines if x.list != "S" and _over_one_period(x)]
    text = Text(
        "Une délivrance couvre 30 jours au plus (3 mois pour un grand conditionnement ou un contraceptif) : "
        "mettez la durée d'une période et le nombre de renouvellements.",
        "One delivery covers at most 30 days (3 months for a big pack or a contraceptive): "
        "state the length of one period and the number of renewals.",
    )
    return beside(over, text, "renewals")


def _over_one_period(line: LineFacts) -> bool:
    days = line.duration_days or 0
    # A big pack holds more than a month: so few boxes for so many days.
    big_pack = line.boxes_needed is not None and days > MONTH_DAYS * line.boxes_needed
    by_quarters = big_pack or line.atc.startswith(CONTRACEPTIVES)
    return days > (QUARTER_DAYS if by_quarters else MONTH_DAYS)


@rule(article="CSP R. 5132-22", url=CSP, since=LONG_SINCE, product="P6")
def first_dispensing_within_three_months(facts: DispensingFacts) -> Breach | None:
    """A first dispensing is refused when the prescription is older than three months."""
    last_day = months_after(facts.signed_on, FIRST_DISPENSING_MONTHS)
    if not facts.first or facts.on <= last_day or not facts.handed:
        return None
    return Breach(
        Text(
            "Première délivrance impossible : l'ordonnance a plus de 3 mois.",
            "No first dispensing: the prescription is more than 3 months old.",
        )
    )


@rule(article="CSP R. 5132-21", url=CSP, since=LONG_SINCE, product="P5")
def nothing_is_dispensed_after_expiry(facts: DispensingFacts) -> list[Breach]:
    """Nothing is dispensed after the last day of validity, but by one of the two exceptions."""
    text = Text("L'ordonnance est expirée.", "The prescription has expired.")
    late = facts.handed if facts.on > facts.expires_on else []
    return beside([x for x in late if not x.exceptional], text, "quantity")
