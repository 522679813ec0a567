"""How much each box is used: a ranking from the reimbursements of the year (Open Medic, CNAM).

pareto.csv gives euros by CIP13. Boxes are estimated as euros over price and rate, which gives one
to two times the true count (medicines.md 3): good for an order, for nothing else.
"""

import csv
from pathlib import Path

from eprescription.catalogue.sources.facts import Box
from eprescription.catalogue.sources.lines import UnreadableError, check_table

FILE = "pareto.csv"


class Usage:
    """The reimbursements of one year, by box."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        check_table(self.path)
        with self.path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if not {"cip13", "remboursement_total"} <= set(rows.fieldnames or ()):
                raise UnreadableError(f"{FILE}: without its columns")
            self._euros = {row["cip13"]: _euros(row["remboursement_total"]) for row in rows}

    def boxes(self, box: Box) -> int:
        """Return how many boxes a year were reimbursed, an estimate; 0 when nothing tells."""
        rate = int(box.rate.rstrip("%")) if box.rate.rstrip("%").isdigit() else 0
        euros = self._euros.get(box.cip13, 0.0)
        if not (euros > 0 and rate and box.price_cents):
            return 0
        return round(euros * 100 / (box.price_cents * rate / 100))


def _euros(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
