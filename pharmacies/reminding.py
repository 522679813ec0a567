"""A sheet on which a pharmacy dispensed and that nobody regularises: after some days it stands among what is to decide."""

from datetime import datetime, timedelta

from django.db import transaction

from eprescription.models import DowntimeSheet, PaperConflict, SheetState
from pharmacies import on_paper

LATE_AFTER = timedelta(days=7)


def tell_late(*, at: datetime) -> int:
    """Opens a conflict for each paper that has waited longer; its prescriber still may regularise it."""
    late = DowntimeSheet.objects.filter(state=SheetState.ON_PAPER)
    old = on_paper.open_papers().filter(
        number__in=late.values("number"), recorded_at__lte=at - LATE_AFTER, conflicts=None
    )
    return sum(_told(pk, at) for pk in old.values_list("pk", flat=True)[: on_paper.BATCH])


@transaction.atomic
def _told(pk: object, at: datetime) -> bool:
    paper = on_paper.open_papers().select_for_update(of=("self",)).filter(pk=pk).first()
    if paper is None:
        return False
    sheet = DowntimeSheet.objects.select_for_update().get(number=paper.number)
    on_paper.open_conflict(paper, PaperConflict.Kind.LATE, sheet, at=at)
    return True
