"""What a prescriber keeps of his lines, and takes again. Nothing of a patient is kept with them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.anonymity import is_anonymous
from eprescription.documents.glyphs import printable
from eprescription.legible import blank_on_paper, deceit_of
from eprescription.models import Line, LineContent, NonSubstitutable, Prescription, User
from eprescription.permissions import check_repeat, check_write
from eprescription.presenters import line_view
from eprescription.refusal import Refusal
from eprescription.versions import going_on
from prescribers import habits
from prescribers.actions.drafts import add_lines
from prescribers.lines import CONTENT
from prescribers.models import Template, TemplateLine

MOST_TEMPLATES = 200
LONGEST_NAME = 80
# What a line says of the person rather than of the treatment; two of the three reasons against
# substitution are the patient's (a young child, an excipient that he must not have).
OF_THE_PATIENT: dict[str, Any] = {"ald": False, "cover": "", "overlap": ""}


class BadName(Refusal):
    """The name cannot be kept; said at the field."""

    status = 422


def keep_template(*, prescription: Prescription, name: str, by: Actor, at: datetime) -> Template:
    """Keeps all lines of one's own draft or signed prescription under a name.

    Medicines of abortion are left out. Raises BadName for a name that exists already.
    """
    check_repeat(by, prescription)
    _check_named(prescription)
    lines = list(going_on().filter(prescription=prescription, ivg=False))
    if not lines:
        raise Refusal("nothing_to_keep", _("Cette ordonnance n'a pas de ligne à garder."))
    return _keep(_clean(name), lines, favourite=False, by=by, at=at)


def keep_favourite(
    *, prescription: Prescription, line_id: UUID, by: Actor, at: datetime
) -> Template:
    """Stars one line: it is kept under its INN, strength, posology and duration. Twice is once."""
    check_repeat(by, prescription)
    _check_named(prescription)
    line = prescription.lines.filter(pk=line_id, ivg=False).first()
    if line is None:
        raise Refusal("nothing_to_keep", _("Cette ordonnance n'a pas de ligne à garder."))
    own = Template.objects.filter(owner=by.user_id).prefetch_related("lines")
    known = {row.name: row for row in own}
    for name in _names(line):
        if name not in known:
            return _keep(name, [line], favourite=True, by=by, at=at)
        if known[name].favourite and _same(known[name], line):
            return known[name]
    raise AssertionError("names never run out")


def _check_named(prescription: Prescription) -> None:
    """An anonymous prescription leaves nothing behind, not even a name that somebody gives to its lines."""
    if is_anonymous(prescription):
        raise Refusal("nothing_to_keep", _("Une ordonnance anonyme ne se garde pas comme modèle."))


def rename_template(*, template_id: UUID, name: str, by: Actor) -> None:
    """Gives another name to a favourite or template. Raises BadName for one that exists already."""
    template = habits.template(by, template_id)
    clean = _clean(name)
    try:
        with transaction.atomic():
            Template.objects.filter(pk=template.pk).update(name=clean)
    except IntegrityError as error:
        raise _taken() from error


def drop_template(*, template_id: UUID, by: Actor) -> None:
    """Throws a favourite or template away."""
    habits.template(by, template_id).delete()


def use_template(
    *, prescription: Prescription, template_id: UUID, by: Actor, at: datetime
) -> list[Line]:
    """Adds its lines to a draft, the base and the law read anew; counts that it was used."""
    check_write(by, prescription)
    template = habits.template(by, template_id)
    with transaction.atomic():
        added = add_lines(prescription=prescription, earlier=template.lines.all(), by=by, at=at)
        Template.objects.filter(pk=template.pk).update(used=F("used") + 1, used_at=at)
    return added


def _keep(
    name: str, lines: Iterable[Line], *, favourite: bool, by: Actor, at: datetime
) -> Template:
    """Under the lock of the owner, so that two windows never pass the limit together."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.user_id)
        own = Template.objects.filter(owner=by.user_id)
        if own.filter(name=name).exists():
            raise _taken()
        if own.count() >= MOST_TEMPLATES:
            raise BadName(
                "too_many_templates",
                _(
                    "Vous gardez déjà 200 favoris et modèles : supprimez-en un dans « Mes modèles »."
                ),
            )
        template = Template.objects.create(
            owner_id=by.user_id, name=name, favourite=favourite, made_at=at
        )
        TemplateLine.objects.bulk_create(
            TemplateLine(template=template, position=rank, **_kept(line))
            for rank, line in enumerate(lines, start=1)
        )
    return template


def _kept(line: LineContent) -> dict[str, Any]:
    """The content of a line without what it says of the patient."""
    content = {name: getattr(line, name) for name in CONTENT} | OF_THE_PATIENT
    if line.non_substitutable != NonSubstitutable.MTE:
        content["non_substitutable"] = NonSubstitutable.NO
    return content


def _same(template: Template, line: LineContent) -> bool:
    return [_kept(kept) for kept in template.lines.all()] == [_kept(line)]


def _names(line: Line) -> Iterable[str]:
    """The name of a favourite; what only looks alike gets a number."""
    view = line_view(line)
    name = ", ".join(filter(None, [habits.called(view), view.posology, view.duration]))
    yield name[:LONGEST_NAME]
    for number in count(2):
        mark = f" ({number})"
        yield name[: LONGEST_NAME - len(mark)] + mark


def _clean(name: str) -> str:
    clean = printable(name)
    if not clean:
        raise BadName("no_name", _("Donnez un nom au modèle."))
    if len(clean) > LONGEST_NAME:
        raise BadName("long_name", _("Ce nom est trop long : 80 caractères au plus."))
    if wrong := deceit_of(clean) or blank_on_paper(clean):
        raise BadName("unprintable", wrong)
    return clean


def _taken() -> BadName:
    return BadName("name_taken", _("Vous avez déjà un modèle ou un favori de ce nom."))
