"""The living code of a prescription: made, replaced, found again by its keyed hash."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Max, Q

from eprescription.anonymity import is_anonymous
from eprescription.documents import proof
from eprescription.documents.code import Code, code_text, new_token, token_digest
from eprescription.identity.crypto import Keys
from eprescription.identity.keys import code_keys
from eprescription.identity.sealed import ACCESS_CODE
from eprescription.models import AccessCode, CaseState, Prescription

OPEN_STATES = (CaseState.WAITING, CaseState.CLAIMED, CaseState.PARTLY)
# What has run out may be presented too: a chronic treatment goes on by exception (CSP L. 5125-23-1).
PRESENTABLE = (*OPEN_STATES, CaseState.DISPENSED, CaseState.EXPIRED)
OWN, COLLECT, PROOF = AccessCode.Kind.OWN, AccessCode.Kind.COLLECT, AccessCode.Kind.PROOF
PRINT_WINDOW = timedelta(hours=1)  # how long the prescriber may print without making a new code


COLLECT_WINDOW = timedelta(days=7)  # how long the patient may show a relative's code again


def issue_code(
    prescription: Prescription, *, at: datetime, kind: AccessCode.Kind = OWN
) -> AccessCode:
    """Makes a new code; the old one of its kind is dead in the same transaction. The other kind lives on."""
    earlier = AccessCode.objects.filter(prescription=prescription)
    serial = (earlier.aggregate(last=Max("serial"))["last"] or 0) + 1
    end_code(prescription, kind=kind)
    if kind == OWN:
        end_code(prescription, kind=PROOF)
    return first_code(prescription, at=at, serial=serial, kind=kind)


def first_code(
    prescription: Prescription, *, at: datetime, serial: int = 1, kind: AccessCode.Kind = OWN
) -> AccessCode:
    """The code made at signature, when there can be no earlier one; beside it the second proof of an anonymous one."""
    if kind == OWN and is_anonymous(prescription):
        _made(prescription, at, serial + 1, PROOF)
    return _made(prescription, at, serial, kind)


def _made(
    prescription: Prescription, at: datetime, serial: int, kind: AccessCode.Kind
) -> AccessCode:
    if kind == PROOF:
        assert prescription.number
        token = proof.new_proof()
        digest = proof.digest(prescription.number, token, key=_proof_keys().present.secret)
    else:
        token = new_token()
        digest = token_digest(token, key=_digest_keys().present.secret)
    return AccessCode.objects.create(
        prescription=prescription,
        kind=kind,
        serial=serial,
        digest=digest,
        made_at=at,
        sealed=ACCESS_CODE.seal(token.encode(), row=AccessCode(digest=digest)),
        sealed_until=at + (COLLECT_WINDOW if kind == COLLECT else PRINT_WINDOW),
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
    return code_text(prescription.number, ACCESS_CODE.open(code).decode())


def proof_text_of(prescription: Prescription) -> str | None:
    """The withdrawal code of an anonymous prescription while it is still kept, to be printed; None afterwards."""
    code = AccessCode.objects.filter(prescription=prescription, kind=PROOF, alive=True).first()
    return ACCESS_CODE.open(code).decode() if code and code.sealed else None


def proves(prescription: Prescription, typed: str) -> bool:
    """Whether these six characters are the living withdrawal code of this prescription."""
    if not prescription.number:
        return False
    number, said = prescription.number, proof.normalise(typed)
    digests = [proof.digest(number, said, key=key.secret) for key in _proof_keys()]
    living = AccessCode.objects.filter(prescription=prescription, kind=PROOF, alive=True)
    return living.filter(digest__in=digests).exists()


def find(*readings: Code) -> AccessCode | None:
    """The living code that was presented, or None: unknown, dead, cancelled and foreign codes are alike.

    `readings`: what the text that was scanned may mean, by the keyboard it came through.
    A code is closed by the state of the dispensing, not by a mark on the code: the author's rows never tell it.
    """
    if not readings:
        return None
    presented = [
        Q(digest=token_digest(code.token, key=key.secret), prescription__number=code.number)
        for code in readings
        for key in _digest_keys()
    ]
    rows = AccessCode.objects.select_related(
        "prescription__case", "prescription__subject", "prescription__author"
    )
    return rows.filter(
        reduce(or_, presented), alive=True, prescription__case__state__in=PRESENTABLE
    ).first()


def _digest_keys() -> Keys:
    return code_keys("accesscode.digest")


def _proof_keys() -> Keys:
    return code_keys("accesscode.proof")
