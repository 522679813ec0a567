"""The claim of a pharmacy and its secret: what was opened on one page is not closed from another."""

import hashlib
import hmac

from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.identity.keys import code_keys
from eprescription.models import Claim, DispensingCase, Prescription
from eprescription.permissions import check_dispense
from eprescription.refusal import Refusal


def secret_of(claim: Claim) -> str:
    """The secret of a claim, the same each time its pharmacy asks: a lost answer is asked again.

    It ends with the version of the case: once the prescriber has changed a line, the page is read over first.
    """
    return _secrets_of(claim)[0]


def _secrets_of(claim: Claim) -> list[str]:
    """Under the present key, then under those that were: a page that is open outlives a change of key."""
    told = f"{claim.pk} {claim.pharmacy_id} {claim.case.version}".encode()
    keys = code_keys("claim.secret")
    return [hmac.new(key.secret, told, hashlib.sha256).hexdigest() for key in keys]


def living_claim(case: DispensingCase) -> Claim | None:
    """The claim that now holds this case, if any."""
    claim = Claim.objects.filter(case=case, ended_at=None).first()
    if claim:
        claim.case = case
    return claim


def locked_case(prescription: Prescription) -> DispensingCase:
    """The case under lock: everybody who acts on it waits for his turn."""
    rows = DispensingCase.objects.select_for_update(of=("self",))
    return rows.select_related("prescription").get(prescription=prescription)


def held_by(case: DispensingCase, *, by: Actor, secret: str) -> Claim:
    """The living claim, when it is the actor's pharmacy's and the page was opened under it. Raises Refusal."""
    held = living_claim(case)
    check_dispense(by, case.prescription, held)
    assert held is not None
    if not any(hmac.compare_digest(own.encode(), secret.encode()) for own in _secrets_of(held)):
        raise Refusal(
            "other_claim",
            _(
                "L'ordonnance a été reprise ou modifiée depuis que cette page est ouverte. Relisez-la."
            ),
        )
    return held
