"""What makes an edition too doubtful to take the place of the live one. Pure.

A source that shrinks has more often been cut on its way than in truth: figures measured between the
editions of 07/2025 and 05/2026 (medicines.md 8), where every true change stayed far within.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MOST_BAD_LINES = 20
MOST_BAD_SHARE = 0.005
MOST_VANISHED = 0.02
MOST_ORPHANS = 0.05
LEAST_BOXED = 0.8
# Of the rows of the live edition; 8,107 → 7,711 and 957 → 766 were true.
LEAST_KEPT = {"classes": 0.8, "shortages": 0.3}
LEAST_KEPT_ELSEWHERE = 0.95


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an edition is refused. `forcible`: a person who knows why may take it all the same."""

    reason: str
    forcible: bool


def unreadable(lines: Mapping[str, int], bad: Mapping[str, int]) -> list[Refusal]:
    """Refuse files of which too many lines cannot be read: wrong columns, another format."""
    return [
        Refusal(f"{file}: {bad[file]} of {total} lines cannot be read", forcible=False)
        for file, total in lines.items()
        if bad[file] > max(MOST_BAD_LINES, MOST_BAD_SHARE * total)
    ]


def torn(told: Mapping[str, int], orphans: Mapping[str, int], boxed: int) -> list[Refusal]:
    """Refuse files that do not belong together, even when there is no live edition to compare."""
    medicines = told.get("medicines", 0)
    found = [
        f"no {table} in it"
        for table in ("medicines", "packs", "ingredients", "memberships", "conditions")
        if not told.get(table)
    ]
    found += [
        f"{count} {table} of medicines that it does not tell"
        for table, count in orphans.items()
        if count > max(MOST_BAD_LINES, MOST_ORPHANS * told.get(table, 0))
    ]
    if medicines - boxed > max(MOST_BAD_LINES, (1 - LEAST_BOXED) * medicines):
        found.append(f"{medicines - boxed} medicines of {medicines} without a box")
    return [Refusal(reason, forcible=False) for reason in found]


def shrunk(
    told: Mapping[str, int], live: Mapping[str, int], *, vanished: int, marketed: int
) -> list[Refusal]:
    """Refuse an edition that tells much less than the live one. `vanished`: how many of the live
    `marketed` medicines it does not tell at all."""
    found = [
        f"{table}: {told.get(table, 0)} rows, {before} in the edition in force"
        for table, before in live.items()
        if told.get(table, 0) < LEAST_KEPT.get(table, LEAST_KEPT_ELSEWHERE) * before
    ]
    if vanished > MOST_VANISHED * marketed:
        found.append(f"{vanished} of {marketed} marketed medicines would vanish")
    return [Refusal(reason, forcible=True) for reason in found]
