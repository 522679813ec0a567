"""Narcotics, hypnotics, anxiolytics: durations that the drug base states, never a molecule's name."""

from datetime import date

from eprescription.rules.facts import SignatureFacts
from eprescription.rules.law import Breach, Text, rule

URL = "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006072665/"
NARCOTIC_DAYS = 28


@rule(article="CSP R. 5132-30", url=URL, since=date(2007, 1, 1))
def narcotics_last_at_most_28_days(facts: SignatureFacts) -> list[Breach]:
    """A narcotic is prescribed for at most 28 days."""
    text = Text(
        "Un stupéfiant se prescrit pour 28 jours au plus.",
        "A narcotic is prescribed for at most 28 days.",
    )
    over = [x for x in facts.lines if x.list == "S" and (x.duration_days or 0) > NARCOTIC_DAYS]
    return [Breach(text, x.position, "duration") for x in over]


@rule(article="CSP R. 5132-30", url=URL, since=date(2007, 1, 1))
def narcotics_state_their_duration_and_are_not_renewed(facts: SignatureFacts) -> list[Breach]:
    """A narcotic states its duration and bears no renewal."""
    text = Text(
        "Un stupéfiant porte une durée et ne se renouvelle pas.",
        "A narcotic states a duration and is not renewed.",
    )
    wrong = [x for x in facts.lines if x.list == "S" and (x.renewals or not x.duration_days)]
    return [Breach(text, x.position, "renewals") for x in wrong]


@rule(article="CSP R. 5132-21", url=URL, since=date(2007, 1, 1))
def durations_keep_within_the_conditions_of_the_medicine(facts: SignatureFacts) -> list[Breach]:
    """A medicine whose authorisation limits the prescription keeps within that limit."""
    return [
        Breach(
            Text(
                f"Ce médicament se prescrit pour {x.max_days} jours au plus, renouvellements compris.",
                f"This medicine is prescribed for at most {x.max_days} days, renewals included.",
            ),
            x.position,
            "duration",
        )
        for x in facts.lines
        if x.max_days and (x.duration_days or 0) * (x.renewals + 1) > x.max_days
    ]
