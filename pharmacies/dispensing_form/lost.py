"""What was typed on a page, read from the post alone: to be typed again when the prescription is gone, or to be kept."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.upkeep import CLAIM_HOLDS
from pharmacies.dispensing_form.line import LineForm
from pharmacies.dispensing_form.shown import ADDS

SALT = "pharmacies.page"
FIELD = re.compile(r"l(\d{1,3})-(\w+)", re.ASCII)
LINE_FIELD = re.compile(r"l\d{1,3}-", re.ASCII)
MOST_SHOWN = 300


def page_mark(by: Actor, prescription: UUID) -> str:
    """What a page carries to prove, once the prescription is no longer here, that it was opened at this pharmacy."""
    return signing.dumps([str(by.place_id), str(prescription)], salt=SALT)


def was_open(by: Actor, prescription: UUID, mark: str) -> bool:
    """Whether a page of this prescription was opened at this pharmacy while a claim may last."""
    try:
        known = signing.loads(mark, salt=SALT, max_age=CLAIM_HOLDS)
    except signing.BadSignature:
        return False
    return known == [str(by.place_id), str(prescription)]


def typed_again(posted: Mapping[str, Any]) -> list[tuple[str, list[tuple[Any, str]]]]:
    """Title and fields by line, with their labels; a product is left out, since only its code was sent."""
    lines: dict[int, list[tuple[Any, str]]] = {}
    for name, value in posted.items():
        found = FIELD.fullmatch(name)
        field = LineForm.base_fields.get(found[2]) if found else None
        if found is None or field is None or not value or found[2] in {*ADDS, "cis"}:
            continue
        words = dict(getattr(field, "choices", ())).get(value, value)
        label = field.label or _("Délivré maintenant")
        lines.setdefault(int(found[1]), []).append((label, str(words)[:MOST_SHOWN]))
    return [(_("Ligne %(n)d") % {"n": n}, fields) for n, fields in sorted(lines.items())]


def typed_fields(posted: Mapping[str, Any]) -> dict[str, str]:
    """What a préparateur filled in, line by line. Who fetches is asked by who hands over: no name is kept in clear."""
    return {name: value for name, value in posted.items() if LINE_FIELD.match(name)}
