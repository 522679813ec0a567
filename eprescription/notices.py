"""What the law wants the prescriber to be told of a dispensing, for as long as he may read the execution.

Nothing of it leaves the portal: what a mail says is that something waits here (`secure_mail.letters.write_note`).
What pharmacists must tell (L. 5125-23-1, L. 5125-23-2, R. 5123-2-1, R. 4235-61) the portal tells by its own means, which an
opposition closes: the patient may oppose any exchange about him between professionals, at any time (L. 1110-4 IV), and this
one is of execution data (R. 4072-1 et s.). A question about what is prescribed stays open: no line is changed without its
author (L. 5125-23 I), and the question tells nothing of what was handed over. A refusal for the patient's health is then
asked as such a question.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from eprescription.actor import Actor
from eprescription.models import (
    DispensedLine,
    Dispensing,
    Exceptional,
    Notice,
    Prescription,
    Refusal,
    Substitution,
)
from eprescription.permissions import execution_readable, followed_by

KINDS = {
    Substitution.BIOSIMILAR: Notice.Kind.BIOSIMILAR,
    Substitution.URGENT: Notice.Kind.URGENT,
    Substitution.SHORTAGE: Notice.Kind.SHORTAGE,
    Exceptional.CHRONIC: Notice.Kind.CHRONIC,
    Exceptional.CONTRACEPTIVE: Notice.Kind.CONTRACEPTIVE,
}
FOR_HEALTH = (Refusal.UNSAFE, Refusal.DOUBT)  # CSP R. 4235-61
KEPT_FOR = timedelta(days=30)  # on the home; the prescription shows them for ever
MOST = 20


def tell(dispensing: Dispensing) -> list[Notice]:
    """Writes the notices of a dispensing that was just kept; what its earlier version told is not told twice."""
    case = dispensing.case
    told = set(_told_before(dispensing))
    return Notice.objects.bulk_create(
        Notice(
            prescription_id=case.prescription_id,
            line_id=line_id,
            pharmacy_id=dispensing.pharmacy_id,
            kind=kind,
            at=dispensing.at,
        )
        for line_id, kind in _worth_telling(dispensing)
        if (line_id, kind) not in told
    )


def unseen(actor: Actor, *, at: datetime) -> list[Notice]:
    """What this prescriber has not read yet of his own prescriptions, the latest first; one query.

    An opposition that stands now hides all of it, whenever it was written (CSP R. 4072-1 et s., L. 1110-4 IV).
    """
    waiting = _of(followed_by(actor)).filter(seen_at=None, at__gte=at - KEPT_FOR)
    return list(waiting[:MOST])


def of_prescription(prescription: Prescription, *, by: Actor, at: datetime) -> list[Notice]:
    """Those of one prescription, all of them read from now on; none while the patient opposes."""
    if prescription.pk not in execution_readable(by, [prescription]):
        return []
    found = list(_of(Prescription.objects.filter(pk=prescription.pk)))
    Notice.objects.filter(pk__in=[n.pk for n in found], seen_at=None).update(seen_at=at)
    return found


def _of(prescriptions: QuerySet[Prescription]) -> QuerySet[Notice]:
    rows = Notice.objects.filter(prescription__in=prescriptions)
    return rows.select_related("prescription", "pharmacy", "line").order_by("-at", "-pk")


def _worth_telling(dispensing: Dispensing) -> Iterator[tuple[UUID, str]]:
    for row in dispensing.lines.all():
        for kind in sorted(set(_kinds(row))):
            yield row.line_id, kind


def _kinds(row: DispensedLine) -> Iterable[str]:
    """The notices of one line: by its codes, a posology changed in urgency, a refusal for the patient's health."""
    codes = [KINDS.get(Substitution(row.substitution)), KINDS.get(Exceptional(row.exceptional))]
    if row.posology and not (row.agreement or row.question_id):
        codes.append(Notice.Kind.URGENT)
    if row.refusal in FOR_HEALTH:
        codes.append(Notice.Kind.REFUSED)
    return [code for code in codes if code]


def _told_before(dispensing: Dispensing) -> Iterator[tuple[UUID, str]]:
    earlier = dispensing.corrects
    while earlier is not None:
        yield from _worth_telling(earlier)
        earlier = earlier.corrects
