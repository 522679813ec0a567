"""Reporting a forgery: the next pharmacy that presents the code is warned, and the prescriber is told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.documents.code import code_text, parse
from eprescription.identity.crypto import blind_index
from eprescription.models import Deed, ForgeryReport, Notice, Opening, Prescription
from eprescription.once import once
from eprescription.permissions import Action, can_see, check_role
from eprescription.refusal import Refusal

ACT = "report"
CODES = UUID("6d1c1d52-4b5e-5d4c-9f0e-6f1f4be1d5a3")  # names a code that opens nothing, for `once`


def digests_of(text: str) -> list[bytes]:
    """The keyed hash of what was scanned, however it was typed: nobody reads the code in it.

    Under the present key, by which it is reported, then under those that were.
    """
    read = parse(text)
    written = code_text(read.number, read.token) if read else text.strip().upper()
    keys = (settings.CODE_KEY, *settings.CODE_KEY_FORMER)
    return [
        blind_index(written, key=key.encode(), purpose="pharmacies.forgery.code") for key in keys
    ]


def is_reported(digests: Sequence[bytes]) -> bool:
    """Whether a pharmacy holds this code, which opens nothing, for forged."""
    return bool(digests) and ForgeryReport.objects.filter(digest__in=digests).exists()


def report(*, prescription: Prescription, key: UUID, by: Actor, at: datetime) -> None:
    """The paper presented here is held for forged; its prescriber is told. A second press changes nothing."""
    check_role(by, Action.DISPENSE)
    assert by.place_id  # a pharmacist works somewhere
    _was_here(by, prescription)
    with transaction.atomic():
        asked = prescription.pk
        if once(act=ACT, key=key, asked=asked, result=asked, by=by, at=at):
            return
        if _already(by, prescription=prescription):
            return
        _keep(by, at, prescription=prescription)
        Notice.objects.create(
            prescription=prescription, pharmacy_id=by.place_id, kind=Notice.Kind.FORGED, at=at
        )
        record(Deed.REPORTED, by=by, prescription=prescription)


def report_code(*, digest: bytes, key: UUID, by: Actor, at: datetime) -> None:
    """A code that opens nothing is held for forged; the next pharmacy that scans it is warned."""
    check_role(by, Action.DISPENSE)
    with transaction.atomic():
        asked = digest.hex()
        if once(act=ACT, key=key, asked=asked, result=uuid5(CODES, asked), by=by, at=at):
            return
        if _already(by, digest=digest):
            return
        _keep(by, at, digest=digest)
        record(Deed.REPORTED, by=by)


def _was_here(by: Actor, prescription: Prescription) -> None:
    """Only who had it in his hands reports it; also when it was refused to him."""
    here = Opening.objects.filter(prescription=prescription, pharmacy_id=by.place_id)
    if not here.exists() and not can_see(by, prescription):
        raise Refusal("not_presented", _("Cette ordonnance n'a pas été présentée ici."))


def _already(by: Actor, **what: object) -> bool:
    return ForgeryReport.objects.filter(pharmacy_id=by.place_id, **what).exists()


def _keep(by: Actor, at: datetime, **what: object) -> None:
    assert by.place_id
    ForgeryReport.objects.create(pharmacy_id=by.place_id, by_id=by.activity_id, at=at, **what)
