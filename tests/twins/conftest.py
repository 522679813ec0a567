"""What holds for all twins."""

import pytest

from eprescription import limits
from eprescription.catalogue import listed
from tests.conftest import LONG


@pytest.fixture(autouse=True)
def nobody_reads_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair reads in one moment what people read in weeks: the ceilings are for tests of their own."""
    for name in vars(limits):
        if name.endswith(("_PER_HOUR", "_PER_DAY")):
            monkeypatch.setattr(limits, name, 10_000_000)


@pytest.fixture(autouse=True)
def lists_stay_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process asks again each quarter of an hour is one query more in whichever world it ends."""
    monkeypatch.setattr(listed, "FRESH_SECONDS", LONG)
