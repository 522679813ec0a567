"""What was found of a drug, before it is known with how many others. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from eprescription.rules.facts import Alert
from eprescription.rules.law import Text


@dataclass(frozen=True)
class Finding:
    """An alert without its others: two drugs may be a reason for the same one."""

    kind: str
    key: str
    level: str
    text: Text
    source: str
    conditional: bool = False

    def alert(self, others: Sequence[str]) -> Alert:
        """Return the alert of a line, with the drugs that it is with."""
        return Alert(
            kind=self.kind,
            key=self.key,
            level=self.level,
            text=self.text,
            other=", ".join(filter(None, others)),
            source=self.source,
            conditional=self.conditional,
        )
