"""The registry of certified software, kept by the operator: listed, renewed, suspended, let in again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Deed, Software, SoftwareToken
from eprescription.permissions import Action, check_role
from eprescription.refusal import Refusal

MOST = 500
WRITTEN = (
    *("editor", "product", "version", "kind", "wave", "certificate", "keys"),
    *("valid_from", "valid_until"),
)


@dataclass(frozen=True)
class SoftwareView:
    """One listed software, and whether it may come in today."""

    id: UUID
    name: str
    kind: str
    kind_label: str
    wave: str
    certificate: str
    key_names: tuple[str, ...]
    valid_from: date
    valid_until: date
    suspended_at: datetime | None
    in_force: bool
    last_at: datetime | None


def listed(by: Actor, *, at: datetime) -> list[SoftwareView]:
    """The registry, by editor and product."""
    check_role(by, Action.OPERATE)
    rows = Software.objects.order_by("editor", "product", "version")[:MOST]
    return [_view(row, at) for row in rows]


def one(by: Actor, pk: UUID, *, at: datetime) -> SoftwareView:
    """One of them; 404 for none."""
    check_role(by, Action.OPERATE)
    found = Software.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return _view(found, at)


def enlist(*, values: Mapping[str, Any], by: Actor | None, at: datetime) -> Software:
    """Lists a software. Raises Refusal when this version of it stands there. `by` None: the demo's own."""
    if by is not None:
        check_role(by, Action.OPERATE)
    kept = {name: values[name] for name in WRITTEN}
    try:
        with transaction.atomic():
            software = Software.objects.create(listed_at=at, **kept)
            _trace("listed", software, by)
    except IntegrityError as error:
        raise Refusal("listed", _("Cette version de ce logiciel est déjà au registre.")) from error
    return software


def renew(*, pk: UUID, values: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Changes its keys and its validity. Who holds a token signed with a former key loses it."""
    with _locked(pk, by) as software:
        software.keys, software.valid_until = values["keys"], values["valid_until"]
        if software.valid_until < software.valid_from:
            raise Refusal("validity", _("La fin de validité précède son début."))
        software.save(update_fields=["keys", "valid_until"])
        SoftwareToken.objects.filter(software=software).delete()
        _trace("renewed", software, by)


def suspend(*, pk: UUID, by: Actor, at: datetime) -> None:
    """Shuts it out at once: what it was given before ends too. Twice is once."""
    with _locked(pk, by) as software:
        if software.suspended_at is None:
            software.suspended_at = at
            software.save(update_fields=["suspended_at"])
            SoftwareToken.objects.filter(software=software).delete()
            _trace("suspended", software, by)


def resume(*, pk: UUID, by: Actor, at: datetime) -> None:
    """Lets it in again. Twice is once."""
    with _locked(pk, by) as software:
        if software.suspended_at is not None:
            software.suspended_at = None
            software.save(update_fields=["suspended_at"])
            _trace("resumed", software, by)


@contextmanager
def _locked(pk: UUID, by: Actor) -> Iterator[Software]:
    """The row of a software under lock, for the operator alone; 404 for none."""
    check_role(by, Action.OPERATE)
    with transaction.atomic():
        found = Software.objects.select_for_update().filter(pk=pk).first()
        if found is None:
            raise Http404
        yield found


def _trace(what: str, software: Software, by: Actor | None) -> None:
    record(Deed.SOFTWARE, by=by, code=f"{what} {software.pk.hex[:24]}")


def _view(row: Software, at: datetime) -> SoftwareView:
    last = row.tokens.order_by("-issued_at").values_list("issued_at", flat=True).first()
    return SoftwareView(
        id=row.pk,
        name=str(row),
        kind=row.kind,
        kind_label=row.get_kind_display(),
        wave=row.get_wave_display(),
        certificate=row.certificate,
        key_names=tuple(key["kid"] for key in row.keys["keys"]),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        suspended_at=row.suspended_at,
        in_force=row.in_force(timezone.localdate(at)),
        last_at=last,
    )
