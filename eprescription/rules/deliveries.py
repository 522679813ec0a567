"""How much one delivery hands over, when the next one may be, and what is said of what is not given."""

from eprescription.rules.continuation import CONTRACEPTIVES
from eprescription.rules.delivery_facts import DeliveryFacts, DispensingFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.schedule import MONTH_DAYS, TWELVE_WEEKS
from eprescription.rules.sources import CSP, E_PRESCRIPTION_SINCE, LONG_SINCE

LISTED = ("I", "II", "S")
HEALTH_REFUSALS = ("unsafe", "doubt", "forged")
QUARTER_DAYS = 84  # three months of a treatment, by the packs of four weeks


@rule(article="CSP R. 5132-14", url=CSP, since=LONG_SINCE, product="P7")
def never_more_than_prescribed(facts: DispensingFacts) -> list[Breach]:
    """No line is dispensed beyond what remains: renewals are those that the prescriber wrote."""
    return [
        Breach(
            Text(
                f"Il reste {x.remaining} à délivrer sur cette ligne.",
                f"{x.remaining} left to dispense on this line.",
            ),
            x.position,
            "quantity",
        )
        for x in facts.lines
        if x.quantity > x.remaining and not x.exceptional
    ]


@rule(article="CSP R. 5132-14", url=CSP, since=LONG_SINCE, product="P7", weight=Weight.WARNS)
def what_a_failure_lost_is_asked_for(facts: DispensingFacts) -> list[Breach]:
    """After the portal was restored from a backup, a prescription that was open may have been dispensed since: who
    hands over says on the line what he looked at (the stamped paper, the label, a call)."""
    if facts.lost is None:
        return []
    begun, ended = (f"{moment:%d/%m/%Y %H:%M}" for moment in facts.lost)
    text = Text(
        f"Ce qui a été délivré entre le {begun} et le {ended} a pu être perdu : écrivez ce que vous avez vérifié "
        "(papier, étiquette, appel).",
        f"What was dispensed between {begun} and {ended} may be lost: write what you verified (paper, label, call).",
    )
    return [Breach(text, x.position, "reason") for x in facts.handed]


@rule(
    article="CSP R. 5132-12, R. 5123-2",
    url=CSP,
    since=LONG_SINCE,
    product="D4",
    weight=(Weight.BLOCKS, Weight.WARNS),
)
def one_delivery_covers_one_month(facts: DispensingFacts) -> list[Breach]:
    """One delivery covers four weeks or 30 days, 12 weeks of a contraceptive: no box more than it takes. A box that
    lasts longer is not divided. What is on no list goes on with a reason."""
    return [_too_long(x) for x in facts.medicines if _is_too_long(x)]


def _is_too_long(line: DeliveryFacts) -> bool:
    # Narcotics have their fractions, exceptions their own limit.
    if line.list == "S" or line.exceptional:
        return False
    without_last = line.given.days_without_last
    return without_last is not None and without_last >= _longest(line)


def _longest(line: DeliveryFacts) -> int:
    return TWELVE_WEEKS if line.atc.startswith(CONTRACEPTIVES) else MONTH_DAYS


def _too_long(line: DeliveryFacts) -> Breach:
    days = _longest(line)
    text = Text(
        f"Une délivrance couvre {days} jours au plus : une boîte de moins y suffit.",
        f"One delivery covers at most {days} days: one box less is enough.",
    )
    listed = line.list in LISTED
    return Breach(text, line.position, "quantity", Weight.BLOCKS if listed else Weight.WARNS)


@rule(
    article="CSP L. 5125-23, dernier alinéa",
    url=CSP,
    since=LONG_SINCE,
    product="D5",
    weight=(Weight.WARNS, Weight.INFORMS),
)
def quarterly_packs_are_given(facts: DispensingFacts) -> list[Breach]:
    """A treatment of three months is given in a pack of three months when there is one: proposed the first time,
    monthly boxes ask for a reason afterwards."""
    return [
        Breach(
            Text(
                f"Il existe un conditionnement de trois mois ({x.given.quarter_pack}) : délivrez-le, ou dites pourquoi.",
                f"There is a pack of three months ({x.given.quarter_pack}): give it, or say why not.",
            ),
            x.position,
            "reason",
            Weight.WARNS if x.next_from else Weight.INFORMS,
        )
        for x in facts.medicines
        if x.given.quarter_pack and x.total_days >= QUARTER_DAYS and not x.exceptional
    ]


@rule(article="CSP R. 5132-14", url=CSP, since=LONG_SINCE, product="D7", weight=Weight.WARNS)
def renewals_wait_for_their_day(facts: DispensingFacts) -> list[Breach]:
    """A renewal waits until what was handed over is used up, as posology and quantities say; else it says why."""
    early = [x for x in facts.medicines if x.next_from and facts.on < x.next_from]
    return [
        Breach(
            Text(
                f"Trop tôt : les quantités délivrées durent jusqu'au {x.next_from:%d/%m/%Y}. Dites pourquoi "
                "(voyage, perte).",
                f"Too early: what was dispensed lasts until {x.next_from:%d/%m/%Y}. Say why (travel, loss).",
            ),
            x.position,
            "reason",
        )
        for x in early
        if not x.exceptional and (not x.begun or x.quantity > x.due)
    ]


@rule(article="CSP R. 5123-1", url=CSP, since=LONG_SINCE, product="D14")
def what_is_not_said_was_agreed(facts: DispensingFacts) -> list[Breach]:
    """Without posology, or without duration and quantity, the prescriber's agreement is noted; without it, the smallest
    pack of an unlisted medicine is given."""
    text = Text(
        "Posologie ou durée absente : notez l'accord du prescripteur, ou délivrez le plus petit conditionnement d'un "
        "médicament non listé.",
        "No dosage or no duration: note the prescriber's agreement, or give the smallest pack of an unlisted medicine.",
    )
    silent = [x for x in facts.medicines if not x.posology.strip() or _endless(x)]
    return beside([x for x in silent if not _small(x) and not x.agreed.begun], text, "agreement")


def _endless(line: DeliveryFacts) -> bool:
    return not line.duration_days and not line.prescribed


def _small(line: DeliveryFacts) -> bool:
    return line.list not in LISTED and line.given.smallest_pack and line.given.boxes <= 1


@rule(article="CSP L. 4071-2", url=CSP, since=E_PRESCRIPTION_SINCE, product="D15")
def what_is_not_dispensed_has_its_reason(facts: DispensingFacts) -> list[Breach]:
    """A line that is due and is not dispensed says why."""
    text = Text("Dites pourquoi rien n'est délivré.", "Say why nothing is dispensed.")
    silent = [x for x in facts.lines if not x.quantity and not x.refusal]
    return beside([x for x in silent if x.expected], text, "refusal")


@rule(article="CSP L. 4071-2", url=CSP, since=E_PRESCRIPTION_SINCE, product="D15")
def something_is_decided(facts: DispensingFacts) -> Breach | None:
    """A dispensing says something of one line at least."""
    if facts.lines:
        return None
    return Breach(
        Text(
            "Rien n'est à délivrer aujourd'hui : changez une ligne, ou libérez l'ordonnance.",
            "Nothing is due today: change a line, or release the prescription.",
        )
    )


@rule(article="CSP R. 4235-61", url=CSP, since=LONG_SINCE, product="D15", weight=Weight.INFORMS)
def refusals_for_health_are_told(facts: DispensingFacts) -> list[Breach]:
    """A refusal in the interest of the patient's health is told to the prescriber at once."""
    text = Text(
        "Refus dans l'intérêt de la santé du patient : le prescripteur en est informé.",
        "Refused in the interest of the patient's health: the prescriber is told.",
    )
    return beside([x for x in facts.lines if x.refusal in HEALTH_REFUSALS], text)
