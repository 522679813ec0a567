"""The boxes that were read on a line: one hidden field of the page keeps them until it is sent."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from pharmacies.dispensing_form.fields import MOST, ExpiryField, mark
from pharmacies.handed import Boxes, Handed

Data = Mapping[str, Any]
MOST_READ = 60  # boxes of a line
LONGEST_READ = MOST_READ * 100  # characters: marks, their quotes and a date
CIP_LENGTH = 13


def written(boxes: Boxes) -> str:
    """The boxes as the field keeps them; empty for none."""
    rows = [[x.cip13, x.lot, _iso(x.expiry), x.serial, x.count] for x in boxes]
    return json.dumps(rows, separators=(",", ":")) if rows else ""


def read_again(text: str) -> Boxes:
    """What `written` gave; whatever the page did not write itself is left out."""
    try:
        rows = json.loads(text[:LONGEST_READ] or "[]")
    except (ValueError, RecursionError):
        return ()
    if not isinstance(rows, list):
        return ()
    boxes: list[Handed] = []
    for box in filter(None, map(_box, rows[:MOST_READ])):
        if not any(box.is_box(known) for known in boxes):
            boxes.append(box)
    return tuple(boxes)


def boxes_in(data: Data, prefix: str) -> Boxes:
    """The boxes of a line of the page as it was sent: what is typed of lot and expiry holds for the last one."""
    last = _last(data, prefix)
    return with_last(read_again(str(data.get(prefix + "read") or "")), last)


def with_last(boxes: Boxes, last: Handed) -> Boxes:
    """The boxes that were read, the last as its fields now say; what was only typed is a box too."""
    if boxes:
        return (*boxes[:-1], replace(boxes[-1], lot=last.lot, expiry=last.expiry))
    return (last,) if last.lot or last.cip13 else ()


def _last(data: Data, prefix: str) -> Handed:
    said = {name: str(data.get(prefix + name) or "").strip() for name in ("cip13", "lot", "serial")}
    packs = str(data.get(prefix + "packs") or "")
    many = int(packs) if packs.isdecimal() and len(packs) < 4 and not said["serial"] else 1
    return Handed(
        expiry=_expiry(str(data.get(prefix + "expiry") or "")), count=max(many, 1), **said
    )


def _expiry(typed: str) -> date | None:
    with suppress(ValidationError):
        return ExpiryField().clean(typed)
    return None


def _box(row: Any) -> Handed | None:
    """One row of the field, when it is such as the page writes them."""
    try:
        cip13, lot, expiry, serial, count = row
        known = cip13 == "" or (len(cip13) == CIP_LENGTH and cip13.isascii() and cip13.isdecimal())
        if not known or not isinstance(count, int) or not 1 <= count <= MOST:
            return None
        day = date.fromisoformat(expiry) if expiry else None
        clean = mark("").clean
        return Handed(cip13, clean(lot), day, clean(serial), 1 if serial else count)
    except (AttributeError, TypeError, ValueError, ValidationError):
        return None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
