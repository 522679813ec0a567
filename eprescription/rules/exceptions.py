"""What may still be given once a prescription has run out: a chronic treatment, an oral contraceptive."""

from datetime import date

from eprescription.rules.continuation import (
    CHRONIC,
    CHRONIC_MONTHS,
    PILL,
    PILL_MONTHS,
    PILL_MONTHS_AT_ONCE,
    goes_on_as,
)
from eprescription.rules.delivery_facts import DeliveryFacts, DispensingFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.sources import CSP
from eprescription.rules.validity import LONGEST_MONTHS, months_after

CHRONIC_ARTICLE, PILL_ARTICLE = "CSP L. 5125-23-1, R. 5123-2-1", "CSP L. 5125-23-1-1, R. 5134-4-1"
BOTH = f"{CHRONIC_ARTICLE} ; {PILL_ARTICLE}"
MONTH_BY_MONTH = date(2024, 11, 30)  # décret 2024-1070 du 28 novembre 2024


def _by_exception(facts: DispensingFacts, kind: str = "") -> list[DeliveryFacts]:
    return [x for x in facts.handed if x.exceptional and kind in ("", x.exceptional)]


@rule(article=BOTH, url=CSP, since=MONTH_BY_MONTH, product=("D12", "D13"))
def exceptions_are_for_what_the_law_lets_go_on(facts: DispensingFacts) -> list[Breach]:
    """Only a chronic treatment of three months or an oral contraceptive goes on; never narcotics, nor what the law
    limits in time."""
    text = Text(
        "Ce médicament ne peut pas être délivré à titre exceptionnel : il faut une nouvelle ordonnance.",
        "This medicine may not be dispensed by exception: a new prescription is needed.",
    )
    return beside(
        [x for x in _by_exception(facts) if goes_on_as(x) != x.exceptional], text, "exceptional"
    )


@rule(article=BOTH, url=CSP, since=MONTH_BY_MONTH, product=("D12", "D13"))
def exceptions_come_after_the_end(facts: DispensingFacts) -> list[Breach]:
    """An exception begins when the prescription has run out and all that was handed over is used up."""
    valid = Text(
        "L'ordonnance vaut encore : délivrez ce qu'il en reste.",
        "The prescription still holds: dispense what is left of it.",
    )
    unused = Text(
        "Le patient a encore de quoi se traiter : attendez la fin de ce qui a été délivré.",
        "The patient still has treatment: wait for the end of what was dispensed.",
    )
    lines = _by_exception(facts)
    running = [x for x in lines if x.remaining and facts.on <= facts.expires_on]
    early = [x for x in lines if x not in running and x.next_from and facts.on < x.next_from]
    return [*beside(running, valid, "exceptional"), *beside(early, unused, "exceptional")]


@rule(article=CHRONIC_ARTICLE, url=CSP, since=MONTH_BY_MONTH, product="D12")
def chronic_treatments_go_on_for_three_months(facts: DispensingFacts) -> list[Breach]:
    """A chronic treatment goes on month by month, three months at most after its end."""
    over = Text(
        "Les 3 mois exceptionnels sont passés : il faut une nouvelle ordonnance.",
        "The 3 exceptional months are over: a new prescription is needed.",
    )
    month = Text(
        "À titre exceptionnel, un mois de traitement à la fois.",
        "By exception, one month of treatment at a time.",
    )
    lines = _by_exception(facts, CHRONIC)
    ended = [x for x in lines if x.extra >= CHRONIC_MONTHS or _long_ago(x, facts)]
    long = [x for x in lines if x not in ended and x.quantity > x.due]
    return [*beside(ended, over, "exceptional"), *beside(long, month, "quantity")]


def _long_ago(line: DeliveryFacts, facts: DispensingFacts) -> bool:
    ended = min(line.ended_on or facts.expires_on, facts.expires_on)
    return facts.on > months_after(ended, CHRONIC_MONTHS)


@rule(article=PILL_ARTICLE, url=CSP, since=MONTH_BY_MONTH, product="D13")
def pills_go_on_for_six_months(facts: DispensingFacts) -> list[Breach]:
    """An oral contraceptive goes on for six months at most, three at once, within a year of its prescription."""
    old = Text(
        "L'ordonnance a plus d'un an : il faut une nouvelle prescription.",
        "The prescription is more than a year old: a new one is needed.",
    )
    over = Text(
        f"Contraceptif : {PILL_MONTHS_AT_ONCE} mois à la fois, {PILL_MONTHS} en tout.",
        f"Contraceptive: {PILL_MONTHS_AT_ONCE} months at once, {PILL_MONTHS} in all.",
    )
    lines = _by_exception(facts, PILL)
    year = months_after(facts.signed_on, LONGEST_MONTHS)
    many = [
        x
        for x in lines
        if x.cycles > PILL_MONTHS_AT_ONCE or x.cycles + x.extra_cycles > PILL_MONTHS
    ]
    late = lines if facts.on > year else []
    return [*beside(late, old, "exceptional"), *beside(many, over, "quantity")]


@rule(article=BOTH, url=CSP, since=MONTH_BY_MONTH, product=("D12", "D13"))
def exceptions_keep_the_first_posology(facts: DispensingFacts) -> list[Breach]:
    """What goes on by exception goes on in the posology that was prescribed, with the product or its group."""
    text = Text(
        "À titre exceptionnel, le traitement continue tel qu'il était prescrit.",
        "By exception, the treatment goes on as it was prescribed.",
    )
    lines = _by_exception(facts)
    other = [x for x in lines if x.posology_changed or (x.changes_product and not x.given.link)]
    return beside(other, text, "posology")


@rule(article=BOTH, url=CSP, since=MONTH_BY_MONTH, product=("D12", "D13"), weight=Weight.INFORMS)
def exceptions_bear_their_mention(facts: DispensingFacts) -> list[Breach]:
    """An exceptional delivery bears its mention and the names of the products; the prescriber is informed."""
    mentions = {
        CHRONIC: Text(
            "Mention inscrite : « délivrance exceptionnelle, traitement chronique, un mois ». Le prescripteur est "
            "informé par voie sécurisée.",
            "Mention recorded: “exceptional delivery, chronic treatment, one month”. The prescriber is informed by "
            "secure means.",
        ),
        PILL: Text(
            "Mention inscrite : « dispensation supplémentaire de contraceptifs oraux », avec sa durée.",
            "Mention recorded: “additional dispensing of oral contraceptives”, with its duration.",
        ),
    }
    return [
        Breach(mentions[x.exceptional], x.position)
        for x in _by_exception(facts)
        if x.exceptional in mentions
    ]
