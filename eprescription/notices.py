"""What the law wants the prescriber to be told of a dispensing, for as long as he may read the execution.

Nothing of it leaves the portal: what a mail says is that something waits here (`secure_mail.letters.write_note`).
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
from eprescription.permissions import execution_readable, visible_to

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
    """What this prescriber has not read yet of his own prescriptions, the latest first; three queries.

    An opposition that stands now hides all of it, whenever it was written (CSP R. 4072-1 et s.).
    """
    mine = _of(visible_to(actor) if actor.is_prescriber else Prescription.objects.none())
    rows = list(mine.filter(seen_at=None, at__gte=at - KEPT_FOR))
    readable = execution_readable(
        actor, list({n.prescription_id: n.prescription for n in rows}.values())
    )
    return [row for row in rows if row.prescription_id in readable][:MOST]


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
