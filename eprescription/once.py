"""An act is done once, however often it is asked: a lost answer is asked again with the same key."""

import hashlib
import json
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.models import DoneOnce
from eprescription.refusal import Refusal


class KeyReused(Refusal):
    """The key already served for something else: a program or a page is at fault, nothing is done."""

    status = 422

    def __init__(self) -> None:
        super().__init__("key_used", _("Cette page a déjà servi. Rechargez-la."))


def once(*, act: str, key: UUID, asked: Any, result: UUID, by: Actor, at: datetime) -> UUID | None:
    """Writes the key first in the transaction of the act. None: go on. Else what the act gave the first time.

    `asked` is what was sent (dataclasses, dates and ids are welcome), `result` the id of what the act makes or
    touches. A second press that arrives meanwhile waits for the first to end. Raises KeyReused when the same key
    comes with something else, even from another page.
    """
    assert connection.in_atomic_block and by.place_id  # professionals work somewhere
    row = DoneOnce(
        place_id=by.place_id, key=key, act=act, asked=digest_of(asked), result=result, at=at
    )
    DoneOnce.objects.bulk_create([row], ignore_conflicts=True)
    kept = DoneOnce.objects.get(place_id=by.place_id, key=key)
    if kept.pk == row.pk:
        return None
    if kept.act != act or bytes(kept.asked) != row.asked:
        raise KeyReused
    return kept.result


def earlier(*, act: str, key: UUID, by: Actor) -> UUID | None:
    """What this key already gave here, if anything."""
    rows = DoneOnce.objects.filter(place=by.place_id, key=key, act=act)
    return rows.values_list("result", flat=True).first()


def digest_of(asked: Any) -> bytes:
    """SHA-256 of what was asked: nobody reads a name or a medicine in it."""
    return hashlib.sha256(json.dumps(asked, default=_plain, sort_keys=True).encode()).digest()


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
