"""A structured posology as plain sentences in one language.

Short clauses side by side, each a pattern of its own, so that no clause bends the words of another. The French and the English
ones are read back by `read`, as far as it knows English.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from eprescription.posology.model import Posology, days_of
from eprescription.posology.plain.day import Cell, day_of
from eprescription.posology.plain.tongue import Tongue
from eprescription.posology.reasons import fever_over, reason_code
from eprescription.posology.steps import TAKE, Amount, Step
from eprescription.posology.units import UNITS

LONG, MONTH = 60, 30  # days from which a duration is said in months, as on paper


@dataclass(frozen=True, slots=True)
class SaidStep:
    """One way of taking: its sentence, its day as a picture; `limits` are what holds when it is taken if needed."""

    sentence: str
    day: tuple[Cell, ...]
    as_needed: bool
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """All of it. `own_words` are the prescriber's, in French, that no rule translates; empty in French."""

    steps: tuple[SaidStep, ...]
    own_words: tuple[str, ...]

    @property
    def text(self) -> str:
        """To be read aloud, or shown in one paragraph."""
        return " ".join(step.sentence for step in self.steps)


def said(posology: Posology, tongue: Tongue, *, duration_days: int | None = None) -> Said:
    """`duration_days` is that of the line, for a posology that does not tell its own."""
    steps = posology.steps
    lasting = duration_days if len(steps) == 1 and days_of(posology) is None else None
    told = []
    for place, step in enumerate(steps):
        words = sentence(step, tongue, duration_days=lasting)
        if place:
            words = tongue.word("sentence", "then").format(step=words)
        words = tongue.capital(words) + tongue.word("sentence", "end")
        told.append(SaidStep(words, day_of(step, tongue), step.as_needed, _limits(step, tongue)))
    own = () if tongue.code == "fr" else tuple(w for step in steps for w in _own_words(step))
    return Said(tuple(told), tuple(dict.fromkeys(own)))


def sentence(step: Step, tongue: Tongue, *, duration_days: int | None = None) -> str:
    """One step in one sentence, without its full stop."""
    clauses = [clause(step, tongue) for clause in _CLAUSES]
    clauses.append(_lasting(step.days or duration_days, tongue))
    words = tongue.word("sentence", "clause").join(filter(None, clauses))
    return f"{words} ({step.note})" if step.note and tongue.code == "fr" else words


def _dose(amount: Amount, step: Step, tongue: Tongue) -> str:
    cut = not UNITS[step.unit].measured
    dose = tongue.counted(tongue.unit(step.unit), amount, cut=cut)
    return tongue.word("sentence", "per_kg").format(dose=dose) if step.per_kg else dose


def _joined(dose: str, when: str, tongue: Tongue, *, pattern: str = "when") -> str:
    return tongue.word("sentence", pattern).format(dose=dose, when=when) if when else dose


def _taking(step: Step, tongue: Tongue) -> str:
    """The dose and what it hangs on. Each moment has its dose, so that nobody shares one between them."""
    if step.moments:
        return tongue.listed(
            _joined(_dose(amount, step, tongue), _moment(name, tongue), tongue)
            for name, amount in step.moments
        )
    assert step.amount
    rhythm = _shared(step, tongue) if step.shared else _rhythm(step, tongue)
    often = step.times and not step.shared and step.period != "once" and not _days_alone(step)
    pattern = "when_times" if often else "when"
    return _joined(_dose(step.amount, step, tongue), rhythm, tongue, pattern=pattern)


def _moment(name: str, tongue: Tongue) -> str:
    if name in tongue.words["moments"]:
        return tongue.word("moments", name)
    hour, minute = name.split(":")
    pattern = tongue.word("sentence", "clock" if int(minute) else "full_hour")
    return pattern.format(time=name, hour=int(hour), minute=minute)


def _shared(step: Step, tongue: Tongue) -> str:
    return tongue.word("and_per" if step.per_kg else "per", step.period)


def _rhythm(step: Step, tongue: Tongue) -> str:
    if step.hours:
        return tongue.counted(tongue.word("counts", "hours"), step.hours)
    if not step.times:
        return ""
    if step.period == "once":
        return tongue.word("sentence", "once")
    return _which_days(step, tongue) if _days_alone(step) else _times(step, tongue)


def _days_alone(step: Step) -> bool:
    """One take on each of some days: the days say it all."""
    return step.times == Amount.of(1) and (step.every > 1 or bool(step.weekdays))


def _times(step: Step, tongue: Tongue) -> str:
    assert step.times
    often = step.every > 1 and step.period != "day"
    per = _every(step, tongue) if often else tongue.word("per", step.period)
    times = tongue.counted(tongue.word("counts", "times"), step.times)
    return tongue.word("sentence", "rhythm").format(times=times, per=per)


def _every(step: Step, tongue: Tongue) -> str:
    return tongue.counted(tongue.word("every", step.period), Amount.of(step.every))


def _which_days(step: Step, tongue: Tongue) -> str:
    if step.weekdays:
        return tongue.listed(tongue.word("weekdays", str(day)) for day in step.weekdays)
    return _every(step, tongue)


def _days(step: Step, tongue: Tongue) -> str:
    """The days, when the dose has its own rhythm within each of them."""
    if _days_alone(step) and not step.moments:
        return ""
    if step.weekdays:
        return _which_days(step, tongue)
    if step.moments and step.times:
        alone = step.times == Amount.of(1) and step.every > 1
        return _every(step, tongue) if alone else _times(step, tongue)
    return _every(step, tongue) if step.period == "day" and step.every > 1 else ""


def _division(step: Step, tongue: Tongue) -> str:
    if not step.shared or not step.times:
        return ""
    return tongue.counted(tongue.word("counts", "divided"), step.times)


def _need(step: Step, tongue: Tongue) -> str:
    if not step.as_needed:
        return ""
    reason = _reason(step.reason, tongue)
    if not reason:
        return tongue.word("sentence", "need")
    return tongue.word("sentence", "need_for").format(reason=reason)


def _reason(reason: str, tongue: Tongue) -> str:
    """In the language; empty when only French has it."""
    if tongue.code == "fr":
        return reason
    if degrees := fever_over(reason):
        number = tongue.number(degrees, cut=False)
        return tongue.word("reasons", "fever over").format(n=number)
    code = reason_code(reason)
    return tongue.word("reasons", code) if code else ""


def _ceiling(step: Step, tongue: Tongue) -> str:
    if step.most is None:
        return ""
    most = Amount.of(step.most)
    if step.most_unit == TAKE:
        said = tongue.counted(tongue.word("counts", "takes"), most)
    else:
        cut = not UNITS[step.most_unit].measured
        said = tongue.counted(tongue.unit(step.most_unit), most, cut=cut)
    return tongue.word("sentence", "at_most").format(most=said)


def _gap(step: Step, tongue: Tongue) -> str:
    if step.gap_hours is None:
        return ""
    return tongue.counted(tongue.word("counts", "gap"), Amount.of(step.gap_hours), cut=False)


def _weight(step: Step, tongue: Tongue) -> str:
    if step.weight_kg is None:
        return ""
    number = tongue.number(step.weight_kg, cut=False)
    return tongue.word("sentence", "for_weight").format(n=number)


def _lasting(days: int | None, tongue: Tongue) -> str:
    if not days:
        return ""
    if days >= LONG and days % MONTH == 0:
        return tongue.counted(tongue.word("counts", "months"), Amount.of(days // MONTH))
    return tongue.counted(tongue.word("counts", "days"), Amount.of(Decimal(days)))


def _limits(step: Step, tongue: Tongue) -> tuple[str, ...]:
    """What must not be passed, each on a line of its own; that no maximum is written is said too."""
    if not step.as_needed:
        return ()
    most = _ceiling(step, tongue)
    rhythm = step.times or step.hours or step.moments or step.shared
    if not most and not rhythm:
        most = tongue.word("page", "no_most")
    return tuple(tongue.capital(text) for text in (most, _gap(step, tongue)) if text)


def _own_words(step: Step) -> tuple[str, ...]:
    known = fever_over(step.reason) or reason_code(step.reason)
    reason = "" if known or not step.reason else f"si {step.reason}"
    return tuple(filter(None, (reason, step.note)))


_CLAUSES: tuple[Callable[[Step, Tongue], str], ...] = (
    _taking,
    _days,
    _division,
    _need,
    lambda step, tongue: tongue.word("meals", step.meal) if step.meal else "",
    lambda step, tongue: tongue.word("places", step.place) if step.place else "",
    _ceiling,
    _gap,
    _weight,
)
