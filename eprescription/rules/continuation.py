"""Which treatments a pharmacist may go on with when their prescription has run out (CSP L. 5125-23-1, L. 5125-23-1-1)."""

from typing import Protocol

CHRONIC, PILL = "chronic", "pill"
CHRONIC_DAYS = 90  # the treatment prescribed lasted three months at least
CHRONIC_MONTHS = 3  # month by month (décret 2024-1070)
PILL_MONTHS, PILL_MONTHS_AT_ONCE = 6, 3  # R. 5134-4-1, R. 5134-4-2
CONTRACEPTIVES = "G03A"


class Prescribed(Protocol):
    """What is asked of a line: its codes and its durations."""

    @property
    def list(self) -> str: ...
    @property
    def atc(self) -> str: ...
    @property
    def secured(self) -> bool: ...
    @property
    def max_days(self) -> int | None: ...
    @property
    def fraction_days(self) -> int | None: ...
    @property
    def duration_days(self) -> int | None: ...
    @property
    def renewals(self) -> int: ...


def goes_on_as(line: Prescribed) -> str:
    """CHRONIC, PILL or "": by which exception this line may be dispensed once more.

    Narcotics, what is assimilated to them and what the law limits in time (hypnotics, anxiolytics, tramadol) never.
    """
    if line.list == "S" or line.secured or line.max_days or line.fraction_days:
        return ""
    if line.atc.startswith(CONTRACEPTIVES):
        return PILL
    days = (line.duration_days or 0) * (line.renewals + 1)
    return CHRONIC if line.renewals and days >= CHRONIC_DAYS else ""
