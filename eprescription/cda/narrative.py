"""The words that people read in a section, with the anchors that its entries point at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eprescription.cda.nodes import Element, add

YES, NO = "Oui", "Non"


@dataclass(frozen=True)
class Cell:
    """Words of a table; `anchor` is what an entry refers to, unique in the document."""

    text: str
    anchor: str = ""


def table(parent: Element, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """The narrative of a section as one table."""
    element = add(add(parent, "text"), "table", border="0")
    if heads:
        line = add(add(element, "thead"), "tr")
        for head in heads:
            add(line, "th", head)
    body = add(element, "tbody")
    for row in rows:
        line = add(body, "tr")
        for cell in row:
            if cell.anchor:
                add(add(line, "td"), "content", cell.text, ID=cell.anchor)
            else:
                add(line, "td", cell.text)


def yes(flag: bool) -> str:
    """A yes or a no, in words."""
    return YES if flag else NO
