"""A step being read: marks are laid down one by one, then made into a `Step`, or found wanting."""

from dataclasses import dataclass, field, replace

from eprescription.posology.marks import (
    At,
    Ceiling,
    Days,
    Dose,
    Gap,
    Hours,
    Lasting,
    Mark,
    Meal,
    Moments,
    Needed,
    Note,
    Pattern,
    Takes,
    Verb,
    Weekdays,
    Weight,
)
from eprescription.posology.steps import Amount, minute_of

PATTERN_MOMENTS = {
    3: ("morning", "noon", "evening"),
    4: ("morning", "noon", "evening", "bedtime"),
}


class Contradiction(Exception):
    """What was typed says two things; it is asked, not guessed."""


@dataclass(slots=True)
class Draft:
    """What the marks of one step have said so far."""

    dose: Dose | None = None
    doses: list[Dose] = field(default_factory=list)
    at: dict[str, Dose | None] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)  # moments whose dose is still to be told
    doses_follow: bool = False  # "matin 1, soir 2": each moment stands before its dose
    takes: Takes | None = None
    hours: Amount | None = None
    days: list[Days] = field(default_factory=list)
    shared: bool = False
    weekdays: list[int] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    last: str = ""
    rest: dict[str, object] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    since: int | None = None  # the day of the treatment that the step begins on, when it was told
    loose: bool = False  # a dose was told and nothing yet that it hangs on
    verb: bool = False

    def put(self, mark: Mark, previous: Mark | None) -> None:
        """Lay one mark down. `previous` is the one just before: "3 cp" + "par jour" is a day's dose."""
        match mark:
            case Dose():
                self._put_dose(mark)
            case Pattern():
                self._put_pattern(mark)
            case Moments():
                self._put_moments(mark)
            case Takes():
                self._put_takes(mark)
            case Hours():
                self._once(self.hours, mark.between)
                self.hours = mark.between
            case Days():
                self._put_days(mark, previous)
            case Weekdays():
                self._enter("weekdays")
                self.weekdays.extend(mark.days)
            case Verb():
                self.verb = True
            case _:
                self._put_limit(mark)

    def says_how_often(self) -> bool:
        """Whether anything but a dose and limits was told."""
        return bool(
            self.at
            or self.takes
            or self.hours
            or self.days
            or self.weekdays
            or "as_needed" in self.rest
        )

    def unfinished(self) -> bool:
        """Whether a moment still waits for its dose, or a dose for its moment."""
        return self.loose or (self.doses_follow and bool(self.waiting))

    def lasts(self) -> bool:
        return "days" in self.rest

    def _put_dose(self, dose: Dose) -> None:
        if self.dose and not dose.unit:
            dose = replace(dose, unit=self.dose.unit, per_kg=self.dose.per_kg)
        if self.doses and not (self.waiting if self.doses_follow else self.at):
            raise Contradiction
        if self.waiting:  # "matin 1, soir 2"
            self.at |= dict.fromkeys(self.waiting, dose)
            self.waiting.clear()
            self.doses_follow = True
            self.loose = False
        else:
            self.loose = True
        self.dose = dose
        self.doses.append(dose)
        self.closed.discard("moments")
        self.last = ""

    def _put_pattern(self, pattern: Pattern) -> None:
        if self.at:
            raise Contradiction
        unit = pattern.unit or (self.dose.unit if self.dose else "")
        if self.dose and self.dose.amount != Amount.of(1):
            raise Contradiction
        names = PATTERN_MOMENTS[len(pattern.amounts)]
        self.at = {
            name: Dose(amount, unit)
            for name, amount in zip(names, pattern.amounts, strict=True)
            if amount
        }
        self.doses = self.doses or [Dose(Amount.of(1), unit)]
        self.loose = False
        self.closed.add("moments")

    def _put_moments(self, moments: Moments) -> None:
        self._enter("moments")
        if moments.meal:
            self._set("meal", moments.meal)
        waits = not self.doses or self.doses_follow
        for name in moments.names:
            if name in self.at and (waits or self.at[name] != self.dose):
                raise Contradiction
            self.at[name] = None if waits else self.dose
        self.loose = False
        if waits:
            self.waiting.extend(moments.names)

    def _put_takes(self, takes: Takes) -> None:
        self._once(self.takes, takes)
        self.takes = takes

    def _put_days(self, days: Days, previous: Mark | None) -> None:
        if days.per and isinstance(previous, Dose) and not self.takes:
            self.shared = True
        self.days.append(days)

    def _put_limit(self, mark: Mark) -> None:
        match mark:
            case Needed():
                self._set("reason", mark.reason)
                self.rest["as_needed"] = True
            case Ceiling():
                self._set("ceiling", mark)
            case Gap():
                self._set("gap_hours", mark.hours)
            case Meal():
                self._set("meal", mark.when)
            case At():
                self._set("place", mark.place)
            case Weight():
                self._set("weight_kg", mark.kg)
            case Lasting():
                self._set("days", mark.days)
                self.since = mark.since or self.since
            case Note():
                self.notes.append(mark.text)

    def _enter(self, kind: str) -> None:
        """Weekdays and moments each stand together: "lundi matin, jeudi soir" crosses them."""
        if kind in self.closed:
            raise Contradiction
        if self.last and self.last != kind:
            self.closed.add(self.last)
        self.last = kind

    def _set(self, name: str, value: object) -> None:
        if name in self.rest and self.rest[name] != value:
            raise Contradiction
        self.rest[name] = value

    @staticmethod
    def _once(before: object, now: object) -> None:
        if before is not None and before != now:
            raise Contradiction


def ordered(at: dict[str, Dose | None]) -> tuple[tuple[str, Amount], ...]:
    """Moments in the order of the day, with their amounts."""
    pairs = [(name, dose.amount) for name, dose in at.items() if dose]
    return tuple(sorted(pairs, key=lambda pair: minute_of(pair[0])))
