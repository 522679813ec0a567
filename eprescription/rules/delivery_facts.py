"""What the rules of dispensing read: each line as the pharmacist is about to hand it over, and who fetches it."""

from dataclasses import dataclass
from datetime import date, datetime

GENERIC, HYBRID, BIOSIMILAR = "G", "H", "B"


@dataclass(frozen=True)
class Given:
    """The box in the hand: the product, how it is tied to the one prescribed, what the box bears.

    `link` is GENERIC, HYBRID or BIOSIMILAR, by the reference groups and the lists of the law; "" when none ties them.
    `days_without_last` is how long the boxes would last if there were one less, None when the posology does not tell;
    `quarter_pack` the label of a box of the same product that lasts three months, when this one lasts less. `unknown_box`: its code is that of no box of this product.
    """

    same_product: bool = True
    name: str = ""  # in the drug base; empty for a product that it does not know
    link: str = ""
    same_form: bool = True
    same_strength: bool = True
    biological: bool = False  # on the list of what a biosimilar may replace
    same_as_last: bool = True  # the product that the patient got the last time
    in_shortage: bool = False  # what was prescribed is, as the ANSM publishes it
    boxes: int = 1
    days_without_last: int | None = None
    quarter_pack: str = ""
    smallest_pack: bool = True
    unknown_box: bool = False
    lot: str = ""
    expiry: date | None = None
    serial_seen: str = ""  # the serial number of a box that was given already


@dataclass(frozen=True)
class Agreed:
    """What was agreed with the prescriber: who, how, whether when is known; or by a question he accepted."""

    who: str = ""
    how: str = ""
    dated: bool = False
    by_question: bool = False

    @property
    def begun(self) -> bool:
        """Whether an agreement is claimed at all."""
        return self.by_question or bool(self.who.strip() or self.how)

    @property
    def whole(self) -> bool:
        """Whether it says all that the law asks: who, when and how; an answer on the portal says it by itself."""
        return self.by_question or bool(self.who.strip() and self.how and self.dated)


@dataclass(frozen=True)
class DeliveryFacts:
    """One line as the pharmacist is about to dispense it, in the unit of its balance.

    `due` is what may be handed over today and `lost` what is given up with it (`rules.schedule`); `next_from` is the
    day from which it may be renewed, None when it has never been dispensed or when the posology does not tell.
    `begun`: what is due is the rest of a period already begun. For a line that has run out, `ended_on` is the day
    after its last one, and `extra` counts its exceptional deliveries until now (`extra_cycles` those of a pill).
    """

    position: int
    quantity: int
    remaining: int
    due: int
    expected: int = 0  # of it, what stands to be given without a further word
    kind: str = "medicine"
    list: str = ""
    atc: str = ""
    secured: bool = False
    max_days: int | None = None
    fraction_days: int | None = None
    single_delivery: bool = False
    by_unit: bool = False  # counted by the unit and not by the box: narcotics
    posology: str = ""
    duration_days: int | None = None
    prescribed: int | None = None  # boxes that the prescriber wrote
    renewals: int = 0
    non_substitutable: str = ""
    by_inn: bool = False
    overlap: str = ""
    covered_until: date | None = None  # an earlier narcotic by the same prescriber
    given: Given = Given()
    agreed: Agreed = Agreed()
    posology_changed: bool = False
    instruction: str = ""
    urgent: bool = False
    shortage: bool = False
    refusal: str = ""
    # When
    lost: int = 0
    next_from: date | None = None
    begun: bool = False
    # Once it has run out
    exceptional: str = ""
    ended_on: date | None = None
    extra: int = 0
    cycles: int = 0  # of a pill, in this delivery
    extra_cycles: int = 0

    @property
    def handed(self) -> bool:
        return self.quantity > 0

    @property
    def is_medicine(self) -> bool:
        return self.kind == "medicine"

    @property
    def changes_product(self) -> bool:
        return self.handed and not self.given.same_product

    @property
    def total_days(self) -> int:
        """Days of treatment with all renewals; 0 when no duration is stated."""
        return (self.duration_days or 0) * (self.renewals + 1)


@dataclass(frozen=True)
class DispensingFacts:
    """All that the law asks about when a pharmacist dispenses."""

    on: date
    signed_on: date
    expires_on: date
    first: bool  # nothing was dispensed yet
    lines: tuple[DeliveryFacts, ...] = ()
    bearer: str = ""
    bearer_address: str = ""
    identity_checked: bool = False
    anonymous: bool = False
    lost: tuple[datetime, datetime] | None = (
        None  # acts between these moments are unknown here: the base was restored
    )

    @property
    def handed(self) -> list[DeliveryFacts]:
        """The lines of which something is handed over."""
        return [x for x in self.lines if x.handed]

    @property
    def medicines(self) -> list[DeliveryFacts]:
        """Those of them that are medicines."""
        return [x for x in self.handed if x.is_medicine]
