"""What a prescriber has at hand: what he keeps, what he prescribed before, what the patient must not be given."""

from eprescription.allergies import AllergyView
from eprescription.allergies import allergies_of as allergies
from prescribers.habits.before import (
    Covering,
    LastTime,
    Past,
    PastMedicine,
    covering,
    history,
    last_lines,
    last_time,
    past,
    past_line,
    still_covers,
)
from prescribers.habits.keeping import (
    Starred,
    TemplateView,
    called,
    favourites,
    kept,
    kept_lines,
    starred,
    template,
    templates,
)

__all__ = [
    "AllergyView",
    "Covering",
    "LastTime",
    "Past",
    "PastMedicine",
    "Starred",
    "TemplateView",
    "allergies",
    "called",
    "covering",
    "favourites",
    "history",
    "kept",
    "kept_lines",
    "last_lines",
    "last_time",
    "past",
    "past_line",
    "starred",
    "still_covers",
    "template",
    "templates",
]
