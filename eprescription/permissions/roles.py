"""Which role may do what at all; no rule means no."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.models import (
    Role,
)
from eprescription.refusal import Refusal


class Action(StrEnum):
    """What a door is for; alphabetical."""

    CANCEL = "cancel"
    COLLECT = "collect"
    DISPENSE = "dispense"
    DOUBT = "doubt"
    HOME = "home"
    IDENTIFY = "identify"
    LINK = "link"
    OPEN = "open"
    OPERATE = "operate"
    OPPOSE = "oppose"
    PREFER = "prefer"
    PRINT = "print"
    READ = "read"
    SEND = "send"
    SIGN = "sign"
    WRITE = "write"


ROLES: dict[Action, tuple[str, ...]] = {
    Action.CANCEL: (Role.PRESCRIBER,),
    Action.COLLECT: (Role.PATIENT,),
    Action.DISPENSE: (Role.PHARMACIST,),
    Action.DOUBT: (Role.PATIENT,),
    Action.HOME: (Role.PRESCRIBER, Role.PHARMACIST, Role.PATIENT, Role.OPERATOR),
    Action.IDENTIFY: (Role.PRESCRIBER,),
    Action.LINK: (Role.PRESCRIBER,),
    Action.OPEN: (Role.PHARMACIST,),
    Action.OPERATE: (Role.OPERATOR,),
    Action.OPPOSE: (Role.PATIENT,),
    Action.PREFER: (Role.PATIENT,),
    Action.PRINT: (Role.PRESCRIBER,),
    Action.READ: (Role.PRESCRIBER, Role.PHARMACIST, Role.PATIENT),
    Action.SEND: (Role.PRESCRIBER, Role.PATIENT),
    Action.SIGN: (Role.PRESCRIBER,),
    Action.WRITE: (Role.PRESCRIBER,),
}


def check_role(actor: Actor | None, action: Action) -> None:
    """Raises unless the role of `actor` may do `action` at all."""
    if actor is None or not actor.active or actor.role not in ROLES.get(action, ()):
        raise Refusal("role", _("Votre rôle ne permet pas cet acte."))


def can(check: Callable[..., object], *args: Any, **more: Any) -> bool:
    """Whether `check` lets pass: the button and the server's refusal cannot disagree."""
    try:
        check(*args, **more)
    except Refusal:
        return False
    return True
