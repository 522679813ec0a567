"""For how long a prescription holds."""

import calendar
from datetime import date

from eprescription.rules.facts import DispensingFacts, LineFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, rule

URL = "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006072665/"
LONGEST_MONTHS = 12
FIRST_DISPENSING_MONTHS = 3


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month (Code de procédure civile 641)."""
    years, month0 = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month0 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


def total_days(line: LineFacts) -> int:
    """Days of treatment with all renewals; 0 when no duration is stated."""
    return (line.duration_days or 0) * (line.renewals + 1)


@rule(article="CSP R. 5132-21", url=URL, since=date(2007, 1, 1))
def listed_medicines_last_at_most_twelve_months(facts: SignatureFacts) -> list[Breach]:
    """A medicine of list I or II is prescribed for at most twelve months, renewals included."""
    longest = (months_after(facts.on, LONGEST_MONTHS) - facts.on).days
    text = Text(
        "La durée totale, renouvellements compris, dépasse 12 mois.",
        "The whole duration, renewals included, exceeds 12 months.",
    )
    listed = [x for x in facts.lines if x.list in ("I", "II")]
    return [Breach(text, x.position, "duration") for x in listed if total_days(x) > longest]


@rule(article="CSP R. 5132-22", url=URL, since=date(2007, 1, 1))
def first_dispensing_within_three_months(facts: DispensingFacts) -> Breach | None:
    """A first dispensing is refused when the prescription is older than three months."""
    last_day = months_after(facts.signed_on, FIRST_DISPENSING_MONTHS)
    if not facts.first or facts.on <= last_day:
        return None
    return Breach(
        Text(
            "Première délivrance impossible : l'ordonnance a plus de 3 mois.",
            "No first dispensing: the prescription is more than 3 months old.",
        )
    )


@rule(article="CSP R. 5132-21", url=URL, since=date(2007, 1, 1))
def nothing_is_dispensed_after_expiry(facts: DispensingFacts) -> Breach | None:
    """Nothing is dispensed after the last day of validity."""
    if facts.on <= facts.expires_on:
        return None
    return Breach(Text("L'ordonnance est expirée.", "The prescription has expired."))
