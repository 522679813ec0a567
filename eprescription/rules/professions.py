"""Who may prescribe what.

The lists are reference data (`eprescription.catalogue.listed`): classes of the ATC, each with its text. A class that
is not on the list blocks only where the text leaves no room (physiotherapists); elsewhere the prescriber says why he
may, because the texts name medicines by their use and the portal knows only their class. The drug base gives no class
to many medicines; those that are on no list of poisons either are not questioned in a wide scope.
"""

from dataclasses import dataclass
from datetime import date

from eprescription.rules.facts import LineFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.sources import CSP, LONG_SINCE

DOCTOR, DENTIST, MIDWIFE, NURSE, PHYSIOTHERAPIST, PODIATRIST = "10", "40", "50", "60", "70", "80"
PRESCRIBERS = (DOCTOR, DENTIST, MIDWIFE, NURSE, PHYSIOTHERAPIST, PODIATRIST)


@dataclass(frozen=True)
class Scope:
    """What a profession may prescribe: the list, its text, and what is never allowed."""

    listed: str
    article: str
    text: Text
    wide: bool = False  # a medicine of no known class and no list of poisons is not questioned
    strict: bool = False  # no medicine of another class
    no_poison: bool = False  # nothing of lists I and II, no narcotic

    def questions(self, line: LineFacts) -> bool:
        """Is it outside the list, as far as the portal knows?"""
        if self.no_poison and line.list:
            return True
        unknown = not line.atc and not line.list
        return self.listed not in line.listed and not (self.wide and unknown)

    def forbids(self, line: LineFacts) -> bool:
        """Does the text leave no room for it?"""
        return bool((self.strict and line.atc) or ((self.strict or self.no_poison) and line.list))


SCOPES = {
    DENTIST: Scope(
        "dentist",
        "CSP L. 4141-2",
        Text(
            "Ce médicament sort de l'usage dentaire habituel : dites à quel soin dentaire il est nécessaire.",
            "This medicine is unusual in dentistry: say which dental care needs it.",
        ),
        wide=True,
    ),
    MIDWIFE: Scope(
        "midwife",
        "CSP L. 4151-4 ; décret 2022-325",
        Text(
            "Le portail n'a pas trouvé ce médicament parmi les classes que prescrivent les sages-femmes : "
            "vérifiez, et dites à quel titre vous le prescrivez.",
            "The portal did not find this medicine among the classes that midwives prescribe: check, and "
            "say on which ground you prescribe it.",
        ),
        wide=True,
    ),
    NURSE: Scope(
        "nurse",
        "CSP L. 4311-1 ; arrêté du 20 mars 2012",
        Text(
            "Le portail n'a pas trouvé ce médicament parmi ceux que prescrivent les infirmiers : vérifiez, et "
            "dites à quel titre vous le prescrivez (pratique avancée, protocole).",
            "The portal did not find this medicine among those that nurses prescribe: check, and say on "
            "which ground you prescribe it (advanced practice, protocol).",
        ),
    ),
    PHYSIOTHERAPIST: Scope(
        "physio",
        "CSP L. 4321-1, L. 3511-3",
        Text(
            "Un masseur-kinésithérapeute prescrit des dispositifs et des substituts nicotiniques, aucun autre "
            "médicament.",
            "A physiotherapist prescribes devices and nicotine substitutes, no other medicine.",
        ),
        strict=True,
    ),
    PODIATRIST: Scope(
        "podiatrist",
        "CSP L. 4322-1 ; arrêté du 30 juillet 2008",
        Text(
            "Un pédicure-podologue prescrit des topiques à usage externe sans substance vénéneuse : vérifiez "
            "celui-ci.",
            "A podiatrist prescribes external topicals without poisonous substance: check this one.",
        ),
        no_poison=True,
    ),
}


@rule(article="CSP L. 4161-1, L. 4141-2, L. 4151-4", url=CSP, since=LONG_SINCE)
def only_prescribing_professions_prescribe(facts: SignatureFacts) -> Breach | None:
    """A prescription is signed by a member of a prescribing profession in activity."""
    if facts.prescriber.active and facts.prescriber.profession in PRESCRIBERS:
        return None
    return Breach(
        Text(
            "Votre profession ou votre situation ne permet pas de prescrire.",
            "Your profession or your situation does not allow prescribing.",
        )
    )


@rule(
    article="CSP L. 4141-2, L. 4151-4, L. 4311-1, L. 4321-1, L. 4322-1",
    url=CSP,
    since=LONG_SINCE,
    weight=(Weight.BLOCKS, Weight.WARNS),
)
def each_profession_keeps_to_its_medicines(facts: SignatureFacts) -> list[Breach]:
    """A profession other than doctors prescribes the medicines of its list."""
    scope = SCOPES.get(facts.prescriber.profession)
    if scope is None:
        return []
    return [
        Breach(
            scope.text,
            x.position,
            "product",
            Weight.BLOCKS if scope.forbids(x) else Weight.WARNS,
            article=scope.article,
        )
        for x in facts.medicines
        if scope.questions(x)
    ]


@rule(article="CSP L. 2212-2", url=CSP, since=date(2016, 6, 4), product="P30")
def ivg_medicines_come_from_doctors_and_midwives(facts: SignatureFacts) -> list[Breach]:
    """A medicine of abortion is prescribed by a doctor or a midwife."""
    text = Text(
        "Seuls un médecin ou une sage-femme prescrivent les médicaments de l'IVG.",
        "Only a doctor or a midwife prescribes abortion medicines.",
    )
    allowed = facts.prescriber.profession in (DOCTOR, MIDWIFE)
    return [] if allowed else beside([x for x in facts.lines if x.ivg], text, "product")
