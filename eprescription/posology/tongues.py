"""The words of the two languages in which a posology is said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from eprescription.posology.quantities import printed_amount, printed_number
from eprescription.posology.reasons import english_reason, french_reason
from eprescription.posology.steps import Amount
from eprescription.words import in_words


@dataclass(frozen=True)
class Tongue:
    """What one language says. Functions take care of agreement."""

    code: str
    then: str
    and_: str
    per_kg: str
    if_needed: str
    once: str
    at_most: str
    for_weight: str
    moments: dict[str, str]
    meals: dict[str, str]
    weekdays: tuple[str, ...]
    per: dict[str, str]
    and_per: dict[str, str]
    clock: str
    when: Callable[[str], str]
    times: Callable[[Amount], str]
    divided: Callable[[Amount], str]
    interval: Callable[[Amount], str]
    every: Callable[[int, str], str]
    take: Callable[[Decimal], str]
    gap: Callable[[Decimal], str]
    lasting: Callable[[int], str]

    def listed(self, items: Iterable[str]) -> str:
        """ "a, b et c"."""
        *head, last = items
        return f"{', '.join(head)} {self.and_} {last}" if head else last

    def moment(self, name: str) -> str:
        """A moment of the day, or a clock time."""
        if name in self.moments:
            return self.moments[name]
        hour, minute = int(name[:2]), int(name[3:])
        return self.clock.format(hour=hour, minute=f" {minute:02}" if minute else "", short=name)


def _fr_every(every: int, period: str) -> str:
    if period == "day":
        return "un jour sur deux" if every == 2 else f"tous les {every} jours"
    return {
        "week": f"toutes les {every} semaines",
        "month": f"tous les {every} mois",
        "year": f"tous les {every} ans",
    }[period]


def _fr_interval(hours: Amount) -> str:
    if hours == Amount.of(1):
        return "toutes les heures"
    return f"toutes les {printed_amount(hours)} heures"


def _en_interval(hours: Amount) -> str:
    return (
        "every hour" if hours == Amount.of(1) else f"every {printed_amount(hours, '', 'en')} hours"
    )


def _en_times(times: Amount) -> str:
    known = {Amount.of(1): "once", Amount.of(2): "twice"}
    return known.get(times) or f"{printed_amount(times, '', 'en')} times"


def _many(count: Decimal | int, one: str, many: str, more_than: int) -> str:
    return many if count > more_than else one


def _fr_gap(hours: Decimal) -> str:
    said = f"{printed_number(hours, 'ml')} heure{'s' if hours >= 2 else ''}"
    return f"en espaçant les prises d'au moins {said}"


def _en_gap(hours: Decimal) -> str:
    said = f"{printed_number(hours, 'ml', 'en')} hour{_many(hours, '', 's', 1)}"
    return f"with at least {said} between doses"


def _en_lasting(days: int) -> str:
    if days >= 60 and days % 30 == 0:
        return f"for {days // 30} months"
    return f"for {days} day{_many(days, '', 's', 1)}"


FRENCH = Tongue(
    code="fr",
    then=", puis ",
    and_="et",
    per_kg="par kg",
    if_needed="si besoin",
    once="en une seule prise",
    at_most="au maximum {} par jour",
    for_weight="pour {} kg",
    moments={
        "morning": "le matin",
        "noon": "à midi",
        "evening": "le soir",
        "bedtime": "au coucher",
    },
    meals={
        "": "",
        "before": "avant le repas",
        "with": "au cours du repas",
        "after": "après le repas",
        "fasting": "à jeun",
    },
    weekdays=(
        "le lundi",
        "le mardi",
        "le mercredi",
        "le jeudi",
        "le vendredi",
        "le samedi",
        "le dimanche",
    ),
    per={"day": "par jour", "week": "par semaine", "month": "par mois", "year": "par an"},
    and_per={
        "day": "et par jour",
        "week": "et par semaine",
        "month": "et par mois",
        "year": "et par an",
    },
    clock="à {hour} h{minute}",
    when=french_reason,
    times=lambda times: f"{printed_amount(times)} fois",
    divided=lambda times: f"en {printed_amount(times)} prise{'s' if times.high >= 2 else ''}",
    interval=_fr_interval,
    every=_fr_every,
    take=lambda count: "prises" if count >= 2 else "prise",
    gap=_fr_gap,
    lasting=lambda days: f"pendant {in_words(days)}",
)
ENGLISH = Tongue(
    code="en",
    then=", then ",
    and_="and",
    per_kg="per kg",
    if_needed="if needed",
    once="as one single dose",
    at_most="at most {} a day",
    for_weight="for {} kg",
    moments={
        "morning": "in the morning",
        "noon": "at noon",
        "evening": "in the evening",
        "bedtime": "at bedtime",
    },
    meals={
        "": "",
        "before": "before the meal",
        "with": "with the meal",
        "after": "after the meal",
        "fasting": "on an empty stomach",
    },
    weekdays=(
        "on Mondays",
        "on Tuesdays",
        "on Wednesdays",
        "on Thursdays",
        "on Fridays",
        "on Saturdays",
        "on Sundays",
    ),
    per={"day": "a day", "week": "a week", "month": "a month", "year": "a year"},
    and_per={"day": "per day", "week": "per week", "month": "per month", "year": "per year"},
    clock="at {short}",
    when=english_reason,
    times=_en_times,
    divided=lambda times: (
        f"in {printed_amount(times, '', 'en')} dose{_many(times.high, '', 's', 1)}"
    ),
    interval=_en_interval,
    every=lambda every, period: (
        f"every {every} {period}s" if every > 2 else f"every other {period}"
    ),
    take=lambda count: "doses" if count > 1 else "dose",
    gap=_en_gap,
    lasting=_en_lasting,
)
