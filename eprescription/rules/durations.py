"""How long a medicine may be prescribed: what the drug base states, and what classes of the law set.

Never a molecule's name: the list, the ATC class of hypnotics and anxiolytics, the conditions of the drug base. One
line breaks one of these rules at most: the narrowest speaks, with its article.
"""

from eprescription.rules.facts import LineFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.sources import CSP, LONG_SINCE

NARCOTIC_DAYS, HYPNOTIC_DAYS, ANXIOLYTIC_DAYS = 28, 28, 84
HYPNOTICS, ANXIOLYTICS = "N05C", "N05B"


def own_limit(line: LineFacts) -> int | None:
    """The limit of the medicine itself; the longer of two only through an active pump."""
    return line.max_days_extended if line.by_pump and line.max_days_extended else line.max_days


def is_hypnotic(line: LineFacts) -> bool:
    return line.list == "I" and line.atc.startswith(HYPNOTICS)


def is_anxiolytic(line: LineFacts) -> bool:
    return line.list == "I" and line.atc.startswith(ANXIOLYTICS)


def _over(lines: list[LineFacts], longest: int, fr: str, en: str) -> list[Breach]:
    """Lines longer than the limit of their class, or than their own where that is shorter."""
    found = []
    for line in lines:
        limit = min(longest, own_limit(line) or longest)
        if line.total_days > limit:
            text = Text(f"{fr} {limit} jours au plus.", f"{en} at most {limit} days.")
            found.append(Breach(_with_pump(line, text), line.position, "duration"))
    return found


def _with_pump(line: LineFacts, text: Text) -> Text:
    if not line.max_days_extended or line.by_pump:
        return text
    days = line.max_days_extended
    return Text(
        f"{text.fr} Par pompe active, {days} jours : cochez-le.",
        f"{text.en} Through an active pump, {days} days: tick it.",
    )


@rule(article="CSP R. 5132-30", url=CSP, since=LONG_SINCE, product=("P12", "P17"))
def narcotics_last_at_most_28_days(facts: SignatureFacts) -> list[Breach]:
    """A narcotic is prescribed for at most 28 days, or for the shorter limit of its own."""
    narcotics = [x for x in facts.medicines if x.list == "S"]
    fr, en = "Ce stupéfiant se prescrit pour", "This narcotic is prescribed for"
    return _over(narcotics, NARCOTIC_DAYS, fr, en)


@rule(article="CSP R. 5132-21 ; arrêté du 7 octobre 1991", url=CSP, since=LONG_SINCE, product="P10")
def hypnotics_last_at_most_four_weeks(facts: SignatureFacts) -> list[Breach]:
    """A hypnotic of list I is prescribed for at most four weeks."""
    hypnotics = [x for x in facts.medicines if is_hypnotic(x)]
    fr, en = "Cet hypnotique se prescrit pour", "This hypnotic is prescribed for"
    return _over(hypnotics, HYPNOTIC_DAYS, fr, en)


@rule(article="CSP R. 5132-21 ; arrêté du 7 octobre 1991", url=CSP, since=LONG_SINCE, product="P11")
def anxiolytics_last_at_most_twelve_weeks(facts: SignatureFacts) -> list[Breach]:
    """An anxiolytic of list I is prescribed for at most twelve weeks."""
    anxiolytics = [x for x in facts.medicines if is_anxiolytic(x)]
    fr, en = "Cet anxiolytique se prescrit pour", "This anxiolytic is prescribed for"
    return _over(anxiolytics, ANXIOLYTIC_DAYS, fr, en)


@rule(article="CSP R. 5132-21", url=CSP, since=LONG_SINCE, product="P17")
def durations_keep_within_the_conditions_of_the_medicine(facts: SignatureFacts) -> list[Breach]:
    """A medicine whose authorisation limits the prescription keeps within that limit."""
    others = [
        x for x in facts.medicines if x.list != "S" and not is_hypnotic(x) and not is_anxiolytic(x)
    ]
    limited = [(x, own_limit(x)) for x in others]
    return [
        Breach(_with_pump(x, _text_of(days)), x.position, "duration")
        for x, days in limited
        if days and x.total_days > days
    ]


def _text_of(days: int) -> Text:
    return Text(
        f"Ce médicament se prescrit pour {days} jours au plus, renouvellements compris.",
        f"This medicine is prescribed for at most {days} days, renewals included.",
    )


@rule(
    article="CSP R. 5132-21, R. 5132-3 4°",
    url=CSP,
    since=LONG_SINCE,
    product=("P10", "P11", "P17"),
    weight=Weight.WARNS,
)
def limited_medicines_state_their_duration(facts: SignatureFacts) -> list[Breach]:
    """A medicine with a longest duration states one: boxes alone do not show that it is kept."""
    text = Text(
        "La durée de ce médicament est limitée : indiquez-la, la pharmacie la vérifie.",
        "The duration of this medicine is limited: state it, the pharmacy checks it.",
    )
    # A narcotic without duration is blocked by a rule of its own.
    limited = [
        x
        for x in facts.medicines
        if x.list != "S" and (own_limit(x) or is_hypnotic(x) or is_anxiolytic(x))
    ]
    return beside([x for x in limited if not x.duration_days], text, "duration")
