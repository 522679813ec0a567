"""What a prescriber keeps, for him alone: favourites and templates, the most used first."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.catalogue.words import index_words, query_words
from eprescription.models import Line
from eprescription.presenters import LineView, line_view
from prescribers.models import Template


@dataclass(frozen=True)
class TemplateView:
    """A favourite or a template, its lines in words; `words` are those by which it is found."""

    id: UUID
    name: str
    lines: tuple[str, ...]
    favourite: bool = False
    used: int = 0
    words: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Starred:
    """A favourite as the one-line input proposes it."""

    id: UUID
    name: str


def kept(actor: Actor) -> list[TemplateView]:
    """All favourites and templates; two queries, whatever their number."""
    return _views(_owned(actor))


def favourites(actor: Actor, text: str = "") -> list[TemplateView]:
    """The favourites that have words which start with all those typed, accents and capitals aside."""
    typed = query_words(text)
    found = _views(_owned(actor).filter(favourite=True))
    return [view for view in found if _has(view, typed)]


def starred(actor: Actor, text: str, *, limit: int) -> list[Starred]:
    """The favourites whose name has all words typed, most used first; asked at each key, so in one
    query of names alone."""
    typed = _bare(text).split()
    rows = _owned(actor).filter(favourite=True).order_by("-used", "name")
    names = rows.values_list("pk", "name") if typed else []
    found = (Starred(pk, name) for pk, name in names if all(w in _bare(name) for w in typed))
    return list(islice(found, limit))


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in folded if not unicodedata.combining(sign))


def templates(actor: Actor) -> list[TemplateView]:
    """The templates of several lines, or of one that was given a name."""
    return _views(_owned(actor).filter(favourite=False))


def template(actor: Actor, pk: UUID) -> Template:
    """One of his own; a colleague's does not exist: 404."""
    found = _owned(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def kept_lines(lines: Iterable[Line]) -> tuple[str, ...]:
    """The lines of a prescription that a template keeps, in words: medicines of abortion never."""
    return in_words(line for line in lines if not line.ivg)


def in_words(lines: Iterable[Any]) -> tuple[str, ...]:
    """Lines of a prescription or template, each as one sentence."""
    return tuple(_sentence(line_view(line)) for line in lines)


def called(line: LineView) -> str:
    """What to call a line: its INN and strength, or the name of what has no INN."""
    return capfirst(f"{line.title} {line.strength}".strip() if line.inn else line.title)


def _owned(actor: Actor) -> QuerySet[Template]:
    if not actor.is_prescriber:
        return Template.objects.none()
    return Template.objects.filter(owner=actor.user_id)


def _views(rows: QuerySet[Template]) -> list[TemplateView]:
    return [_view(row) for row in rows.order_by("-used", "name").prefetch_related("lines")]


def _view(row: Template) -> TemplateView:
    lines = row.lines.all()
    named = [row.name, *(f"{line.inn} {line.name} {line.strength}" for line in lines)]
    return TemplateView(
        id=row.pk,
        name=row.name,
        lines=in_words(lines),
        favourite=row.favourite,
        used=row.used,
        words=tuple(index_words(" ".join(named))),
    )


def _has(view: TemplateView, typed: list[str]) -> bool:
    return all(any(word.startswith(start) for word in view.words) for start in typed)


def _sentence(line: LineView) -> str:
    during = _("pendant %(duration)s") % {"duration": line.duration} if line.duration else ""
    return ", ".join(filter(None, [called(line), line.posology, during, line.amount]))
