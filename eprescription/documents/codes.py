"""The living code of a prescription: made, replaced, found again by its keyed hash."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Max, Q

from eprescription.documents.code import Code, code_text, new_token, token_digest
from eprescription.identity.crypto import derive, seal, unseal
from eprescription.models import AccessCode, CaseState, Prescription

OPEN_STATES = (CaseState.WAITING, CaseState.CLAIMED, CaseState.PARTLY)
# What has run out may be presented too: a chronic treatment goes on by exception (CSP L. 5125-23-1).
PRESENTABLE = (*OPEN_STATES, CaseState.DISPENSED, CaseState.EXPIRED)
OWN = AccessCode.Kind.OWN
PRINT_WINDOW = timedelta(hours=1)  # how long the prescriber may print without making a new code


COLLECT_WINDOW = timedelta(days=7)  # how long the patient may show a relative's code again


def issue_code(
    prescription: Prescription, *, at: datetime, kind: AccessCode.Kind = OWN
) -> AccessCode:
    """Makes a new code; the old one of its kind is dead in the same transaction. The other kind lives on."""
    earlier = AccessCode.objects.filter(prescription=prescription)
    serial = (earlier.aggregate(last=Max("serial"))["last"] or 0) + 1
    end_code(prescription, kind=kind)
    return first_code(prescription, at=at, serial=serial, kind=kind)


def first_code(
    prescription: Prescription, *, at: datetime, serial: int = 1, kind: AccessCode.Kind = OWN
) -> AccessCode:
    """The code made at signature, when there can be no earlier one."""
    token = new_token()
    digest = token_digest(token, key=_digest_key())
    return AccessCode.objects.create(
        prescription=prescription,
        kind=kind,
        serial=serial,
        digest=digest,
        made_at=at,
        sealed=seal(token.encode(), aad=_place(digest), key=_seal_key()),
        sealed_until=at + (PRINT_WINDOW if kind == OWN else COLLECT_WINDOW),
    )


def end_code(prescription: Prescription, *, kind: AccessCode.Kind) -> bool:
    """Kills the living code of this kind; whether there was one."""
    living = AccessCode.objects.filter(prescription=prescription, kind=kind, alive=True)
    return living.update(alive=False, sealed=b"", sealed_until=None) > 0


def text_of(prescription: Prescription, *, kind: AccessCode.Kind = OWN) -> str | None:
    """The whole text of the living code of this kind while its token is still kept; None afterwards."""
    code = AccessCode.objects.filter(prescription=prescription, kind=kind, alive=True).first()
    if code is None or not code.sealed or not prescription.number:
        return None
    token = unseal(bytes(code.sealed), aad=_place(bytes(code.digest)), key=_seal_key()).decode()
    return code_text(prescription.number, token)


def find(*readings: Code) -> AccessCode | None:
    """The living code that was presented, or None: unknown, dead, cancelled and foreign codes are alike.

    `readings`: what the text that was scanned may mean, by the keyboard it came through.
    A code is closed by the state of the dispensing, not by a mark on the code: the author's rows never tell it.
    """
    if not readings:
        return None
    presented = [
        Q(digest=token_digest(code.token, key=_digest_key()), prescription__number=code.number)
        for code in readings
    ]
    rows = AccessCode.objects.select_related(
        "prescription__case", "prescription__subject", "prescription__author"
    )
    return rows.filter(
        reduce(or_, presented), alive=True, prescription__case__state__in=PRESENTABLE
    ).first()


def _place(digest: bytes) -> str:
    return f"eprescription_accesscode|sealed|{digest.hex()}"


def _digest_key() -> bytes:
    return derive(settings.CODE_KEY, purpose="accesscode.digest")


def _seal_key() -> bytes:
    return derive(settings.FIELD_KEY, purpose="accesscode.sealed")
