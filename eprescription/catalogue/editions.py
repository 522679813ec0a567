"""Which edition of the drug base is in force, said on every page and copied at signature."""

import time

from eprescription.catalogue.models import Edition

FRESH_SECONDS = 60
_known: tuple[float, str] = (0.0, "")


def current_label() -> str:
    """The active edition in words; empty when none is loaded. Asked of the database once a minute."""
    global _known
    if time.monotonic() - _known[0] > FRESH_SECONDS or not _known[1]:
        edition = Edition.objects.filter(kind=Edition.Kind.MEDICINES, active=True).first()
        _known = (time.monotonic(), str(edition) if edition else "")
    return _known[1]
