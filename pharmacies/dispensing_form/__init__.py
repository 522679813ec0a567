"""The form of the dispensing page: one small form a line, filled with what is due, and a key that gives one effect."""

from pharmacies.dispensing_form.buttons import Button, correcting_button, main_button
from pharmacies.dispensing_form.correction import CorrectionForm
from pharmacies.dispensing_form.filling import Filled, fill
from pharmacies.dispensing_form.line import LineForm
from pharmacies.dispensing_form.lost import page_mark, typed_again, typed_fields, was_open
from pharmacies.dispensing_form.page import (
    ALL,
    CHANGED,
    PREPARE,
    ActForm,
    DispensingForm,
)

__all__ = [
    "ALL",
    "CHANGED",
    "PREPARE",
    "ActForm",
    "Button",
    "CorrectionForm",
    "DispensingForm",
    "Filled",
    "LineForm",
    "correcting_button",
    "fill",
    "main_button",
    "page_mark",
    "typed_again",
    "typed_fields",
    "was_open",
]
