"""What the drug data say of a line beside others, weighed so that few interrupt.

Only what may do grave harm asks for a reason: a contraindicated pair, the same substance twice, a known allergy. The
rest informs. One pair speaks once, beside the later of its two lines.
"""

from collections.abc import Callable

from eprescription.rules.facts import Alert, SignatureFacts
from eprescription.rules.law import Breach, Text, Weight, rule
from eprescription.rules.sources import ANSM, CSP, LONG_SINCE

DUTY = "CSP R. 4127-40"  # no unjustified risk is run; other professions have the same duty
LEVELS = {
    "CI": Text("Contre-indication", "Contraindication"),
    "ASDEC": Text("Association déconseillée", "Combination not recommended"),
    "PE": Text("Précaution d'emploi", "Precaution for use"),
    "APEC": Text("À prendre en compte", "To be taken into account"),
}
ASIDE = Text(" (selon les conditions)", " (depending on conditions)")


def _told(facts: SignatureFacts, wanted: Callable[[Alert], bool]) -> list[Breach]:
    """Each alert once, in the words of its source; the later line bears it."""
    last = {a.key: x.position for x in facts.medicines for a in x.alerts if wanted(a)}
    return [
        Breach(_text(a), x.position, "product", key=a.key, article=a.source)
        for x in facts.medicines
        for a in x.alerts
        if wanted(a) and last[a.key] == x.position
    ]


def _text(alert: Alert) -> Text:
    """How grave and with what comes first; the words of the source follow as they are."""
    if alert.kind != "interaction":
        return alert.text
    level = LEVELS[alert.level]
    fr = f"{level.fr} avec {alert.other}"
    en = f"{level.en} with {alert.other}"
    if alert.conditional:
        fr, en = fr + ASIDE.fr, en + ASIDE.en
    return Text(f"{fr}. {alert.text.fr}", f"{en}. {alert.text.en}")


def _interaction(*levels: str) -> Callable[[Alert], bool]:
    return lambda alert: alert.kind == "interaction" and alert.level in levels


def _kind(kind: str) -> Callable[[Alert], bool]:
    return lambda alert: alert.kind == kind


@rule(article=DUTY, url=ANSM, since=LONG_SINCE, weight=Weight.WARNS)
def contraindicated_pairs_are_justified(facts: SignatureFacts) -> list[Breach]:
    """Two medicines whose association is contraindicated are prescribed with a reason only."""
    return _told(facts, _interaction("CI"))


@rule(article=DUTY, url=ANSM, since=LONG_SINCE, weight=Weight.INFORMS)
def discouraged_pairs_are_known(facts: SignatureFacts) -> list[Breach]:
    """A discouraged association is known to the prescriber."""
    return _told(facts, _interaction("ASDEC"))


@rule(article=DUTY, url=ANSM, since=LONG_SINCE, weight=Weight.INFORMS)
def precautions_are_known(facts: SignatureFacts) -> list[Breach]:
    """Precautions and what is to be taken into account are known to the prescriber."""
    return _told(facts, _interaction("PE", "APEC"))


@rule(article=DUTY, url=CSP, since=LONG_SINCE, weight=Weight.WARNS)
def the_same_substance_twice_is_justified(facts: SignatureFacts) -> list[Breach]:
    """The same substance is prescribed twice with a reason only."""
    return _told(facts, _kind("same_substance"))


@rule(article=DUTY, url=CSP, since=LONG_SINCE, weight=Weight.INFORMS)
def the_same_class_twice_is_known(facts: SignatureFacts) -> list[Breach]:
    """Two medicines of one class are known to the prescriber."""
    return _told(facts, _kind("same_class"))


@rule(article=DUTY, url=CSP, since=LONG_SINCE, weight=Weight.WARNS)
def allergies_are_respected(facts: SignatureFacts) -> list[Breach]:
    """A medicine to which the patient is known to be allergic, by substance or class, has a reason."""
    return _told(facts, _kind("allergy"))
