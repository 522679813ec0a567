"""What each button of the writing page does. The others only save."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription import posology
from eprescription.actor import Actor
from eprescription.anonymity import NoWords, is_anonymous
from eprescription.models import Line, Prescription
from eprescription.refusal import Refusal
from prescribers import actions
from prescribers import lines as contents
from prescribers.actions.ivg import ANSWERS

SALT = "removed line"
# What an anonymous prescription takes: medicines of the base, and their order.
WITHOUT_WORDS = ("add", "inn", "remove", "restore", "up", "down", "swap")


@dataclass
class Pressed:
    """What is left to say after an act: a line that can come back, a name that was refused."""

    removed: str = ""
    removed_name: str = ""
    done: str = ""


@dataclass(frozen=True)
class Press:
    """A pressed button: its name, its value, and the text of the one-line input."""

    prescription: Prescription
    by: Actor
    name: str
    value: str
    text: str
    data: Mapping[str, str] = field(default_factory=dict)


def perform(prescription: Prescription, act: str, data: Mapping[str, str], *, by: Actor) -> Pressed:
    """Does what the pressed button says: `add:CIS`, `inn:CIS`, `remove:ID` …"""
    name, _colon, value = act.partition(":")
    if is_anonymous(prescription) and name in _PRESSES and name not in WITHOUT_WORDS:
        raise NoWords(_("Une ordonnance anonyme ne porte que des médicaments du catalogue."))
    press = Press(prescription, by, name, value, data.get("search", "").strip(), data)
    return _PRESSES[name](press) or Pressed() if name in _PRESSES else Pressed()


def _add_medicine(press: Press) -> None:
    """The dosing typed behind the name goes with it."""
    content = contents.of_medicine(press.value, by_inn=press.name == "inn", on=timezone.localdate())
    _medicine, dosing = posology.split(press.text)
    _add(press, content, dosing)


def _add_device(press: Press) -> None:
    _add(press, contents.of_device(press.value, timezone.localdate()))


def _add_text(press: Press) -> None:
    if not press.text:
        raise Refusal("no_text", _("Écrivez d'abord ce qui est prescrit."))
    _add(press, contents.of_text(press.data.get("kind", ""), press.text))


def _add(press: Press, content: Mapping[str, Any], text: str = "") -> None:
    actions.add_line(
        prescription=press.prescription, content=content, text=text, by=press.by, at=timezone.now()
    )


def _remove(press: Press) -> Pressed:
    """Takes a line away, and keeps it sealed in the page, so that it can come back."""
    line = _line(press)
    if line is None:
        return Pressed()
    content = {name: getattr(line, name) for name in contents.CONTENT}
    actions.remove_line(
        prescription=press.prescription, line_id=line.pk, by=press.by, at=timezone.now()
    )
    sealed = signing.dumps([str(press.prescription.pk), content], salt=SALT, compress=True)
    return Pressed(removed=sealed, removed_name=line.inn or line.name)


def _restore(press: Press) -> None:
    try:
        draft, content = signing.loads(press.data.get("removed", ""), salt=SALT)
    except signing.BadSignature:
        return
    if draft == str(press.prescription.pk):
        actions.restore_line(
            prescription=press.prescription, content=content, by=press.by, at=timezone.now()
        )


def _move(press: Press) -> None:
    if (pk := as_uuid(press.value)) is not None:
        actions.move_line(
            prescription=press.prescription,
            line_id=pk,
            up=press.name == "up",
            by=press.by,
            at=timezone.now(),
        )


def _copy(press: Press) -> None:
    if (pk := as_uuid(press.value)) is not None:
        actions.duplicate_line(
            prescription=press.prescription, line_id=pk, by=press.by, at=timezone.now()
        )


def _swap(press: Press) -> None:
    line, _colon, cis = press.value.partition(":")
    if (pk := as_uuid(line)) is not None:
        actions.replace_line(
            prescription=press.prescription, line_id=pk, cis=cis, by=press.by, at=timezone.now()
        )


# --- What was written before


def _use(press: Press) -> None:
    """The lines of a template or favourite."""
    if (pk := as_uuid(press.value)) is not None:
        actions.use_template(
            prescription=press.prescription, template_id=pk, by=press.by, at=timezone.now()
        )


def _again(press: Press) -> None:
    """All of the last time."""
    actions.repeat_last(prescription=press.prescription, by=press.by, at=timezone.now())


def _past(press: Press) -> None:
    """One line of the patient's history."""
    if (pk := as_uuid(press.value)) is not None:
        actions.repeat_line(
            prescription=press.prescription, line_id=pk, by=press.by, at=timezone.now()
        )


def _star(press: Press) -> Pressed:
    if (pk := as_uuid(press.value)) is None:
        return Pressed()
    kept = actions.keep_favourite(
        prescription=press.prescription, line_id=pk, by=press.by, at=timezone.now()
    )
    return Pressed(done=_("Favori gardé : %(name)s") % {"name": kept.name})


def _model(press: Press) -> Pressed:
    kept = actions.keep_template(
        prescription=press.prescription,
        name=press.data.get("template_name", ""),
        by=press.by,
        at=timezone.now(),
    )
    return Pressed(done=_("Modèle gardé : %(name)s") % {"name": kept.name})


def _line(press: Press) -> Line | None:
    pk = as_uuid(press.value)
    return press.prescription.lines.filter(pk=pk).first() if pk else None


def as_uuid(text: str) -> UUID | None:
    """The id in the value of a button, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


_PRESSES: dict[str, Callable[[Press], Pressed | None]] = {
    "add": _add_medicine,
    "inn": _add_medicine,
    "device": _add_device,
    "text": _add_text,
    "remove": _remove,
    "restore": _restore,
    "up": _move,
    "down": _move,
    "copy": _copy,
    "swap": _swap,
    "template": _use,
    "again": _again,
    "past": _past,
    "star": _star,
    "model": _model,
}


def add_ivg(prescription: Prescription, answers: Mapping[str, Any], *, by: Actor) -> None:
    """Adds the medicine for which both questions were answered."""
    content, dosing = _chosen(answers)
    actions.add_ivg_line(
        prescription=prescription,
        content=content,
        answers=answers,
        text=dosing,
        by=by,
        at=timezone.now(),
    )


def go_on_anonymous(
    prescription: Prescription,
    answers: Mapping[str, Any],
    place_id: UUID | None,
    key: UUID,
    *,
    by: Actor,
) -> Prescription:
    """She asks for anonymity: another writing begins with this medicine, and this draft is thrown away."""
    content, dosing = _chosen(answers)
    return actions.go_on_anonymous(
        prescription=prescription,
        content=content,
        answers={name: answers[name] for name in ANSWERS},
        place_id=place_id,
        text=dosing,
        key=key,
        by=by,
        at=timezone.now(),
    )


def _chosen(answers: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The medicine for which the questions were asked, and the dosing typed behind its name."""
    on = timezone.localdate()
    _medicine, dosing = posology.split(answers["search"])
    return contents.of_medicine(answers["cis"], by_inn=answers["by_inn"], on=on), dosing
