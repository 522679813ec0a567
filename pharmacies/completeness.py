"""The completeness code of a delivery (JDV_CompletudeDispensation): first or following, whole or in part."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eprescription.due import dues_of
from eprescription.models import Balance, DispensedLine, Dispensing, DispensingCase
from eprescription.quantities import one_period
from pharmacies.judging import Lawful


@dataclass(frozen=True)
class Around:
    """What stands delivered in all pharmacies, beside the delivery that is coded."""

    before: bool  # something was handed over earlier, whatever the version of its line
    after: Mapping[UUID, int]  # what was, by line, since the delivery that is now corrected


def completeness_of(
    case: DispensingCase,
    balances: Mapping[UUID, Balance],
    judged: Lawful,
    corrects: Dispensing | None = None,
) -> str:
    """FFC, FFP, RFP or RFC; empty when nothing is handed over.

    First: nothing that stands was handed over before. Whole: all that was due is. A correction is coded at the place
    of what it `corrects`, however many deliveries followed.
    """
    given = {d.line_id: d.quantity for d in judged.decisions}
    around = _around(case, corrects)
    due = {pk: _due(balance, judged, around) for pk, balance in balances.items()}
    return _coded(given, due, around)


def completeness_on_paper(
    case: DispensingCase,
    balances: Mapping[UUID, Balance],
    rows: Iterable[DispensedLine],
    *,
    at: datetime,
) -> str:
    """The same of what was handed over on paper `at` a moment of an outage, before its prescription was here."""
    dues = dues_of(balances.values(), at=at)
    given = {row.line_id: row.quantity for row in rows}
    return _coded(given, {pk: due.expected for pk, due in dues.items()}, _around(case, None))


def _coded(given: Mapping[UUID, int], due: Mapping[UUID, int], around: Around) -> str:
    if not any(given.values()):
        return Dispensing.Completeness.NONE
    whole = all(given.get(pk, 0) >= expected for pk, expected in due.items())
    return ("RF" if around.before else "FF") + ("C" if whole else "P")


def _due(balance: Balance, judged: Lawful, around: Around) -> int:
    """What was due of a line: a delivery that followed took of it, but never more than one delivery was missing."""
    expected = judged.dues[balance.line_id].expected
    later = around.after.get(balance.line_id, 0)
    if not later:
        return expected
    period = one_period(balance.line, balance.line.prescription.weight_kg)
    return max(expected, min(expected + later, period))


def _around(case: DispensingCase, corrects: Dispensing | None) -> Around:
    acts = {pk: (at, former) for pk, at, former in _acts(case)}
    replaced = {former for _at, former in acts.values() if former}
    place = _begun(acts, corrects.pk) if corrects else None
    before, after = False, Counter[UUID]()
    for pk, line, quantity in _handed(case):
        if pk in replaced or (corrects and pk == corrects.pk):
            continue
        if place is None or _begun(acts, pk) < place:
            before = True
        else:
            after[line] += quantity
    return Around(before, after)


def _begun(acts: Mapping[UUID, tuple[datetime, UUID | None]], pk: UUID) -> datetime:
    """When boxes changed hands: the moment of the first of a chain of corrections."""
    at, former = acts[pk]
    return _begun(acts, former) if former else at


def _acts(case: DispensingCase) -> list[tuple[UUID, datetime, UUID | None]]:
    return list(case.dispensings.values_list("pk", "at", "corrects"))


def _handed(case: DispensingCase) -> list[tuple[UUID, UUID, int]]:
    rows = DispensedLine.objects.filter(dispensing__case=case, quantity__gt=0)
    return list(rows.values_list("dispensing", "line", "quantity"))
