"""What a restoration of the base may have lost of one prescription, until a pharmacy has dispensed it again."""

from datetime import datetime

from django.utils import timezone

from eprescription.models import Dispensing, DispensingCase


def lost_by(case: DispensingCase) -> tuple[datetime, datetime] | None:
    """The two moments, in Paris, between which it may have been dispensed without a trace here.

    None when it was never restored, or once somebody has verified it: a dispensing since then says what he looked at.
    """
    if case.restoration_id is None:
        return None
    gap = case.restoration
    assert gap is not None
    if Dispensing.objects.filter(case=case, at__gt=gap.at).exists():
        return None
    return timezone.localtime(gap.since), timezone.localtime(gap.at)
