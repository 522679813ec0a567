"""States, transitions and their owners: one dict a machine, and `move`, the only writer of a state."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from eprescription.models import (
    CaseState,
    DispensingCase,
    DowntimeSheet,
    Letter,
    MailNotice,
    Message,
    Prescription,
    PrescriptionState,
    Push,
    PushState,
    Question,
    QuestionState,
    SheetState,
    Transition,
)
from eprescription.refusal import Overtaken


class Owner(Enum):
    """Who may move a thing out of a state."""

    AUTHOR = "author"
    PRESCRIBER = "prescriber"
    PHARMACY = "pharmacy"
    SYSTEM = "portal"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Machine:
    """Where each state may lead and who owns it; `kept`: each move leaves a row of history."""

    name: str
    next: dict[str, tuple[str, ...]]
    owner: dict[str, Owner]
    kept: bool = True


P, C, Q, S, M = PrescriptionState, CaseState, QuestionState, PushState, Message.State
D = SheetState

# What leaves the portal: documents for the health space, letters of secure mail.
_OUTBOX: dict[str, Any] = {
    "next": {
        S.WAITING: (S.SENDING,),
        S.SENDING: (S.SENDING, S.DELIVERED, S.WAITING, S.WITHHELD, S.DEAD),
        S.DELIVERED: (),
        S.WITHHELD: (),
        S.DEAD: (S.WAITING,),
    },
    "owner": {
        S.WAITING: Owner.SYSTEM,
        S.SENDING: Owner.SYSTEM,
        S.DELIVERED: Owner.NOBODY,
        S.WITHHELD: Owner.NOBODY,
        S.DEAD: Owner.SYSTEM,
    },
    "kept": False,
}

MACHINES: dict[type, Machine] = {
    Prescription: Machine(
        "prescription",
        next={
            P.DRAFT: (P.ISSUED,),
            P.ISSUED: (P.CANCELLED, P.EXPIRED),
            P.CANCELLED: (),
            P.EXPIRED: (),
        },
        owner={
            P.DRAFT: Owner.AUTHOR,
            P.ISSUED: Owner.AUTHOR,
            P.CANCELLED: Owner.NOBODY,
            P.EXPIRED: Owner.NOBODY,
        },
    ),
    DispensingCase: Machine(
        "dispensing",
        next={
            C.WAITING: (C.CLAIMED, C.STOPPED, C.EXPIRED),
            C.CLAIMED: (C.WAITING, C.PARTLY, C.DISPENSED, C.STOPPED, C.EXPIRED),
            # Beside a claim: a correction within 72 h, or a line that its author stopped.
            C.PARTLY: (C.CLAIMED, C.WAITING, C.DISPENSED, C.STOPPED, C.EXPIRED),
            # A chronic treatment goes on by exception (L. 5125-23-1); a correction opens it again.
            # To itself when its prescription ends: see upkeep.end_dispensing.
            C.DISPENSED: (C.CLAIMED, C.PARTLY, C.WAITING, C.STOPPED, C.EXPIRED, C.DISPENSED),
            C.STOPPED: (),
            C.EXPIRED: (C.CLAIMED,),
        },
        owner={
            C.WAITING: Owner.PHARMACY,
            C.CLAIMED: Owner.PHARMACY,
            C.PARTLY: Owner.PHARMACY,
            C.DISPENSED: Owner.PHARMACY,
            C.STOPPED: Owner.NOBODY,
            C.EXPIRED: Owner.PHARMACY,
        },
    ),
    Question: Machine(
        "question",
        next={
            Q.WAITING: (Q.ACCEPTED, Q.REFUSED, Q.TO_CALL, Q.WITHDRAWN),
            Q.TO_CALL: (Q.ACCEPTED, Q.REFUSED, Q.WITHDRAWN),
            Q.ACCEPTED: (),
            Q.REFUSED: (),
            Q.WITHDRAWN: (),
        },
        owner={
            Q.WAITING: Owner.PRESCRIBER,
            Q.TO_CALL: Owner.PRESCRIBER,
            Q.ACCEPTED: Owner.NOBODY,
            Q.REFUSED: Owner.NOBODY,
            Q.WITHDRAWN: Owner.NOBODY,
        },
    ),
    DowntimeSheet: Machine(
        "sheet",
        next={
            D.RESERVED: (D.ON_PAPER, D.ENTERED, D.VOID),
            D.ON_PAPER: (D.ENTERED, D.CONFLICT),
            D.ENTERED: (D.MATCHED, D.CONFLICT),
            D.MATCHED: (D.CONFLICT,),  # a second paper with its number
            # Regularised late, or decided by a person
            D.CONFLICT: (D.ENTERED, D.MATCHED, D.ON_PAPER, D.VOID),
            D.VOID: (D.CONFLICT,),  # it was lost, and somebody used it
        },
        owner={
            D.RESERVED: Owner.PRESCRIBER,
            D.ON_PAPER: Owner.PRESCRIBER,
            D.ENTERED: Owner.PHARMACY,
            D.MATCHED: Owner.PHARMACY,
            D.CONFLICT: Owner.PHARMACY,
            D.VOID: Owner.PHARMACY,
        },
    ),
    Push: Machine("push", **_OUTBOX),
    Letter: Machine("letter", **_OUTBOX),
    MailNotice: Machine("mail_notice", **_OUTBOX),
    Message: Machine(
        "message",
        next={
            M.NEW: (M.OPENED, M.DONE),
            M.BROKEN: (M.DONE,),
            M.OPENED: (M.DONE,),
            M.DONE: (M.OPENED,),  # filed by mistake
        },
        owner={
            M.NEW: Owner.PHARMACY,
            M.BROKEN: Owner.PHARMACY,
            M.OPENED: Owner.PHARMACY,
            M.DONE: Owner.PHARMACY,
        },
        kept=False,
    ),
}


def may_move(thing: Any, to: str) -> bool:
    """Whether the machine of `thing` leads from its state to `to`."""
    return to in MACHINES[type(thing)].next[thing.state]


def move(thing: Any, to: str, *, by: Any, at: datetime, **changes: Any) -> None:
    """Moves `thing` to a state by compare-and-swap on its state and version, with `changes` in the same row.

    `by` is the Actor, or None for the portal itself. Raises Overtaken when somebody was faster or when the machine
    does not lead there.
    """
    machine = MACHINES[type(thing)]
    before = thing.state
    if to not in machine.next[before]:
        raise Overtaken(f"{machine.name}_{before}", _("L'état a changé entre-temps."))
    row = type(thing)._base_manager.filter(pk=thing.pk, state=before, version=thing.version)
    if not row.update(state=to, version=F("version") + 1, **changes):
        raise Overtaken(f"{machine.name}_overtaken", _("L'état a changé entre-temps."))
    thing.state, thing.version = to, thing.version + 1
    for name, value in changes.items():
        setattr(thing, name, value)
    if machine.kept:
        Transition.objects.create(
            machine=machine.name,
            object_id=thing.pk,
            before=before,
            after=to,
            by_id=by.activity_id if by else None,
            at=at,
        )


def diagram(machine: Machine) -> str:
    """The machine as a Mermaid state diagram, states with their owners."""
    lines = ["stateDiagram-v2"]
    first = next(iter(machine.next))
    lines.append(f"    [*] --> {first.value if hasattr(first, 'value') else first}")
    for state, targets in machine.next.items():
        lines += [f"    {state.value} --> {to.value}" for to in targets]  # type: ignore[attr-defined]
        if not targets:
            lines.append(f"    {state.value} --> [*]")  # type: ignore[attr-defined]
        elif machine.owner[state] is not Owner.NOBODY:
            lines.append(f"    note right of {state.value}: {machine.owner[state].value}")  # type: ignore[attr-defined]
    return "\n".join(lines)
