"""Which pattern has which meaning. The order decides: what is longer or stranger comes first."""

import re

from eprescription.posology import lexicon as lex
from eprescription.posology import marks as said
from eprescription.posology import understanding as u
from eprescription.posology.naming import SPOKEN, UNIT_WORD
from eprescription.posology.places import PLACES
from eprescription.posology.quantities import RANGE
from eprescription.posology.steps import Amount

KG = r"( ?(?:/|par|per|de) ?kg)?"
ADJECTIVES = (
    r"(?: (?:buvables?|orodispersibles?|effervescente?s?|secables?|dispersibles?|vaginale?s?))?"
)
DOSE = rf"({RANGE}) ?(?:de )?([a-zµ]+)(?:\(s\))?{ADJECTIVES}( et demie?| ?½| 1/2(?![\d/]))?{KG}(?![a-zµ])\.?"
_DECIMAL = r"\d{1,3}[.,]\d"
_DASHED = rf"({_DECIMAL}|\d?[½¼¾]|1/[24]|3/4|demi|\d{{1,3}}|x)"
_SLASHED = rf"({_DECIMAL}|\d?[½¼¾]|\d{{1,3}})"
_UNIT = rf"(?: ?({UNIT_WORD}))?(?![a-z0-9/,-])(?!\.\d)"
DASHES = rf"(?:({UNIT_WORD}) ?:? ?)?{_DASHED} ?- ?{_DASHED} ?- ?{_DASHED}(?: ?- ?{_DASHED})?{_UNIT}"
SLASHES = rf"(?:({UNIT_WORD}) ?:? ?)?{_SLASHED} ?([/+]) ?{_SLASHED} ?\3 ?{_SLASHED}(?: ?\3 ?{_SLASHED})?{_UNIT}"
DOSE_FOR_WEIGHT = (
    rf"(?:({RANGE}) ?)?doses?(?:[- ]poids)?(?: ?/ ?kg)?(?: ?(?:de|pour))? ?"
    rf"(\d{{1,3}}(?:[.,]\d{{1,3}})?) ?kg{lex.END}"
)
_ONCE_TWICE = {"once": 1, "twice": 2, "bid": 2, "tid": 3, "qid": 4}

MEANINGS: tuple[tuple[re.Pattern[str], u.Meaning], ...] = tuple(
    (re.compile(read), meaning)
    for read, meaning in (
        (DASHES, lambda m: u.pattern(m.group(2, 3, 4, 5), m[1] or m[6])),
        (SLASHES, lambda m: u.pattern(m.group(2, 4, 5, 6), m[1] or m[7])),
        (lex.SPAN, lambda m: said.Unknown("?")),
        (lex.RANGE_OF_DAYS, lambda m: said.Unknown("?")),
        (lex.LATER, lambda m: said.Unknown("?")),
        (lex.ONE_IN, u.one_in),
        (lex.AT_MOST, u.ceiling),
        (lex.MAX_AFTER, u.ceiling),
        (lex.UP_TO, u.ceiling),
        (lex.AT_MOST_ALONE, u.ceiling),
        (lex.GAP, u.gap),
        (lex.GAP_BETWEEN, u.gap),
        (lex.SUPPLY, u.supply),
        (lex.BOXES, lambda m: u.counted(said.Boxes, m)),
        (lex.RENEWALS, lambda m: u.counted(said.Renewals, m)),
        (lex.RENEWALS_AFTER, lambda m: u.counted(said.Renewals, m)),
        (lex.NO_RENEWAL, lambda m: said.Renewals(0)),
        (lex.FIRST_DAYS, u.first_days),
        (lex.NEXT_DAYS, u.next_days),
        (lex.DAYS_TO, u.days_to),
        (lex.LASTING, u.lasting),
        (lex.LASTING_HOURS, lambda m: said.Lasting(int(m[1]) // 24)),
        (lex.WEIGHT, u.weight),
        (DOSE_FOR_WEIGHT, u.dose_for_weight),
        (lex.TIMES, u.times),
        (lex.TIMES_X, u.x_times),
        (lex.X_TIMES, u.x_times),
        (lex.DIVIDED, u.divided),
        (lex.ONCE, lambda m: said.Days(1, "once")),
        *((rf"({RANGE}) ?(?:{words}){lex.END}", u.spoken(code)) for code, words in SPOKEN.items()),
        (DOSE, u.dose),
        (lex.PER_HOURS, u.per_hours),
        (lex.EVERY, u.every),
        (lex.PER, lambda m: said.Days(1, u.period_in(m[1]), per=True)),
        (lex.ADVERB, lambda m: said.Days(1, lex.ADVERBS[m[1]], per=True)),
        (
            lex.ONCE_TWICE,
            lambda m: said.Takes(
                Amount.of(_ONCE_TWICE[m[1]]), "x" if m[1][1:] == "id" else "times"
            ),
        ),
        (lex.ON_WAKING, lambda m: said.Moments(("morning",))),
        (lex.AT_BEDTIME, lambda m: said.Moments(("bedtime",))),
        (lex.MEAL, u.meal),
        (lex.MEAL_OF_DAY, u.meal_of_day),
        (lex.FASTING, lambda m: said.Meal("fasting")),
        (lex.CLOCKS, u.clocks),
        (lex.TWO_CLOCKS, u.clocks),
        (lex.WEEKDAYS_TO, u.weekdays_to),
        (lex.WEEKDAY, lambda m: said.Weekdays((lex.WEEKDAY_NUMBERS[m[1][:3]],))),
        (lex.MOMENT, lambda m: said.Moments(lex.MOMENT_WORDS[m[1]])),
        (lex.LETTERS, u.letters),
        (lex.IF_NEEDED, lambda m: said.Needed()),
        *(
            (rf"(?:{place.read}){lex.END}", lambda m, code=code: said.At(code))
            for code, place in PLACES.items()
            if code
        ),
        (lex.THEN, lambda m: said.Then()),
        (lex.STOP, lambda m: said.Stop()),
        (rf"{RANGE}(?![a-z0-9])(?! ?h(?![a-z]))", u.bare),
        (lex.VERB, lambda m: said.Verb()),
    )
)
