"""Any posology that can be written down, for laws that hold of all."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from eprescription.posology import TAKE, UNITS, Amount, Posology, Step
from eprescription.posology.places import PLACES
from eprescription.posology.steps import MEALS, MOMENTS, minute_of

CUT = st.sampled_from(["0.25", "0.5", "0.75", "1", "1.5", "2", "2.25", "3", "4", "10", "15"])
MEASURED = st.decimals("0.001", "200000", places=3).filter(lambda value: value > 0)
COUNTS = st.integers(1, 12)
REASONS = ["", "douleur", "fièvre", "nausées", "crise", "fièvre ou douleur", "fièvre > 38,5"]
NOTES = [
    "",
    "à croquer",
    "à distance des repas",
    "avec un grand verre d'eau",
    "remis par le service",
]


@st.composite
def amounts(draw: st.DrawFn, unit: str) -> Amount:
    """A dose in its unit: halves and quarters for what one cuts, decimals for what one measures."""
    values = MEASURED if UNITS[unit].measured else CUT.map(Decimal)
    low = draw(values)
    high = draw(st.none() | values)
    return Amount(min(low, high), max(low, high)) if high is not None else Amount(low, low)


@st.composite
def counts(draw: st.DrawFn) -> Amount:
    low, high = draw(COUNTS), draw(COUNTS)
    return Amount.of(min(low, high), max(low, high)) if draw(st.booleans()) else Amount.of(low)


def one_moment() -> st.SearchStrategy[str]:
    clock = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 0, 5, 30, 45]))
    return st.sampled_from(list(MOMENTS)) | clock


@st.composite
def rhythms(draw: st.DrawFn, unit: str) -> dict[str, Any]:
    """Amounts and when they are taken, of each kind there is."""
    dose = draw(amounts(unit))
    kinds = {
        "moments": dict,
        "some days": lambda: {"every": draw(st.integers(2, 90))},
        "weekly moments": lambda: {
            "times": draw(counts()),
            "every": draw(st.integers(1, 6)),
            "period": draw(st.sampled_from(["week", "month", "year"])),
        },
        "weekday moments": lambda: {"weekdays": draw(weekdays())},
    }
    plain = {
        "times": lambda: {"times": draw(counts())},
        "times on some days": lambda: {"times": draw(counts()), "every": draw(st.integers(2, 90))},
        "times in a period": lambda: {
            "times": draw(counts()),
            "every": draw(st.integers(1, 12)),
            "period": draw(st.sampled_from(["week", "month", "year"])),
        },
        "times on weekdays": lambda: {"times": draw(counts()), "weekdays": draw(weekdays())},
        "hours": lambda: {"hours": Amount.of(draw(st.integers(1, 96)))},
        "once": lambda: {"times": Amount.of(1), "period": "once"},
        "shared": lambda: {
            "shared": True,
            "times": draw(st.none() | counts()),
            "period": draw(st.sampled_from(["day", "week", "month", "year"])),
        },
        "as needed": lambda: {"as_needed": True},
    }
    if draw(st.booleans()):
        names = sorted(draw(st.sets(one_moment(), min_size=1, max_size=4)), key=minute_of)
        if len({minute_of(name) for name in names}) < len(names):
            names = names[:1]
        same = draw(st.booleans())
        at = tuple((name, dose if same else draw(amounts(unit))) for name in names)
        return {"moments": at} | kinds[draw(st.sampled_from(sorted(kinds)))]()
    return {"amount": dose} | plain[draw(st.sampled_from(sorted(plain)))]()


def weekdays() -> st.SearchStrategy[tuple[int, ...]]:
    return st.sets(st.integers(0, 6), min_size=1, max_size=7).map(lambda days: tuple(sorted(days)))


@st.composite
def steps(draw: st.DrawFn, *, units: list[str] | None = None, endless: bool = True) -> Step:
    """One step, with any of the limits there are."""
    unit = draw(st.sampled_from(units or sorted(UNITS)))
    fields = {"unit": unit} | draw(rhythms(unit))
    if fields.get("as_needed") or draw(st.integers(0, 3)) == 0:
        fields |= {"as_needed": True, "reason": draw(st.sampled_from(REASONS))}
    if unit in ("mg", "g", "mcg", "ml", "ui") and draw(st.booleans()):
        fields["per_kg"] = True
    if fields.get("per_kg") or unit == "weight_dose":
        fields["weight_kg"] = draw(st.none() | st.decimals("2", "120", places=1))
    if draw(st.booleans()) and not fields.get("per_kg"):
        fields["most"] = Decimal(draw(st.integers(1, 20)))
        fields["most_unit"] = draw(st.sampled_from([unit, TAKE, "g"]))
    fields["gap_hours"] = draw(st.none() | st.integers(1, 24).map(Decimal))
    fields["meal"] = draw(st.sampled_from(MEALS))
    fields["place"] = draw(st.sampled_from(sorted(PLACES)))
    fields["note"] = draw(st.sampled_from(NOTES))
    days = st.integers(1, 400)
    fields["days"] = draw(st.none() | days if endless else days)
    return Step(**fields)


@st.composite
def posologies(draw: st.DrawFn, *, units: list[str] | None = None) -> Posology:
    """One step, or a few that follow each other in one unit."""
    first = draw(st.sampled_from(units or sorted(UNITS)))
    head = draw(st.lists(steps(units=[first], endless=False), max_size=1))
    return Posology((*head, draw(steps(units=[first]))))
