"""The acts of a prescriber, keyword-only, one function each."""

from prescribers.actions.again import renew, repeat_last, repeat_line
from prescribers.actions.allergies import declare_allergy, end_allergy
from prescribers.actions.anonymous import begin_anonymous, go_on_anonymous
from prescribers.actions.answering import accept, call_me, refuse
from prescribers.actions.downtime import print_pad, regularise, withdraw_sheet
from prescribers.actions.drafts import (
    IvgAsked,
    add_line,
    add_lines,
    discard,
    draft,
    duplicate_line,
    move_line,
    remove_line,
    replace_line,
    restore_line,
    save_lines,
    save_whole,
)
from prescribers.actions.ivg import add_ivg_line
from prescribers.actions.links import link, unlink
from prescribers.actions.patients import register_patient, take_in_care
from prescribers.actions.reasons import give_reasons
from prescribers.actions.signature import cancel, recode, sign
from prescribers.actions.templates import (
    drop_template,
    keep_favourite,
    keep_template,
    rename_template,
    use_template,
)

__all__ = [
    "IvgAsked",
    "accept",
    "add_ivg_line",
    "add_line",
    "add_lines",
    "begin_anonymous",
    "call_me",
    "cancel",
    "declare_allergy",
    "discard",
    "draft",
    "drop_template",
    "duplicate_line",
    "end_allergy",
    "give_reasons",
    "go_on_anonymous",
    "keep_favourite",
    "keep_template",
    "link",
    "move_line",
    "print_pad",
    "recode",
    "refuse",
    "register_patient",
    "regularise",
    "remove_line",
    "rename_template",
    "renew",
    "repeat_last",
    "repeat_line",
    "replace_line",
    "restore_line",
    "save_lines",
    "save_whole",
    "sign",
    "take_in_care",
    "unlink",
    "use_template",
    "withdraw_sheet",
]
