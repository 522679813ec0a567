"""The acts of a prescriber, keyword-only, one function each."""

from prescribers.actions.drafts import add_line, discard, draft, remove_line, save_lines
from prescribers.actions.patients import register_patient, take_in_care
from prescribers.actions.signature import cancel, recode, sign

__all__ = [
    "add_line",
    "cancel",
    "discard",
    "draft",
    "recode",
    "register_patient",
    "remove_line",
    "save_lines",
    "sign",
    "take_in_care",
]
