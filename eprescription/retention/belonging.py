"""Which rows belong to a prescription or to a person: all that point at it, and what points at those.

Found from the models themselves, so that a table made tomorrow is not forgotten. Never the journal, which is emptied
and kept, nor the vault, which one package alone opens.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Model

Rows = dict[type[Model], set[Any]]

APART = {
    "eprescription.JournalEntry",
    "eprescription.JournalPending",
    "eprescription.JournalSeal",
    "identity.CivilIdentity",
    "identity.InsOwner",
}


def belonging_to(root: type[Model], keys: Iterable[Any]) -> Rows:
    """The rows of `root` with these keys, and every row that belongs to them, by table."""
    found: Rows = {root: set(keys)}
    open_ends: list[tuple[type[Model], set[Any]]] = [(root, found[root])]
    while open_ends:
        model, parents = open_ends.pop()
        for child, field in _children(model):
            rows = child._base_manager.filter(**{f"{field.name}__in": parents})
            new = set(rows.values_list("pk", flat=True)) - found.get(child, set())
            if new:
                found.setdefault(child, set()).update(new)
                open_ends.append((child, new))
    return found


def needed_by(kept: Rows, within: Rows) -> Rows:
    """What rows that stay point at, as far as it would go: a row never stays without what it tells of."""
    needed: Rows = {model: set(keys) for model, keys in kept.items()}
    open_ends = list(kept.items())
    while open_ends:
        model, keys = open_ends.pop()
        for field in _references(model):
            parent: Any = field.related_model
            rows = model._base_manager.filter(pk__in=keys)
            pointed = set(rows.values_list(field.attname, flat=True)) & within.get(parent, set())
            new = pointed - needed.get(parent, set())
            if new:
                needed.setdefault(parent, set()).update(new)
                open_ends.append((parent, new))
    return needed


def without(rows: Rows, kept: Rows) -> Rows:
    """`rows` but for those that stay."""
    return {model: keys - kept.get(model, set()) for model, keys in rows.items()}


@cache
def _children(model: type[Model]) -> tuple[tuple[type[Model], Any], ...]:
    return tuple(_pointing_at(model))


def _pointing_at(model: type[Model]) -> Iterator[tuple[type[Model], Any]]:
    for child in apps.get_models(include_auto_created=True):
        if child._meta.label not in APART:
            for field in _references(child):
                if field.related_model is model:
                    yield child, field


def _references(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if field.is_relation]
