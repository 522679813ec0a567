"""JSON read with its path: a fault says at which element it lies. Strict: what is not known is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

ANYWHERE = (
    "id",
    "meta",
    "language",
    "text",
    "resourceType",
)  # of any resource; they say nothing clinical
MOST = 100
BLANKS = str.maketrans(
    "\u00a0\u202f", "  "
)  # those of French numbers, which Python holds for no print


class Unreadable(Exception):
    """What was sent cannot be read: `code` of the FHIR value set issue-type, `at` the element."""

    def __init__(self, at: str, text: str, code: str = "value") -> None:
        super().__init__(text)
        self.at, self.text, self.code = at, text, code


@dataclass(frozen=True)
class Node:
    """One value of the JSON, and where it stands."""

    value: Any
    at: str

    def object(self, *known: str) -> "Node":
        """Itself, an object that has none but these elements."""
        if not isinstance(self.value, dict):
            raise Unreadable(self.at, "An object is expected.", "structure")
        for name in self.value:
            if name not in known:
                raise Unreadable(
                    f"{self.at}.{name}"[:200], "This element is not read here.", "not-supported"
                )
        return self

    def resource(self, *known: str) -> "Node":
        """Itself, a resource that has none but these elements and those of any resource."""
        return self.object(*known, *ANYWHERE)

    def get(self, name: str) -> "Node | None":
        """An element, when it is there."""
        if not isinstance(self.value, dict):
            raise Unreadable(self.at, "An object is expected.", "structure")
        found = self.value.get(name)
        return None if found is None else Node(found, f"{self.at}.{name}")

    def need(self, name: str) -> "Node":
        """An element that must be there."""
        found = self.get(name)
        if found is None:
            raise Unreadable(f"{self.at}.{name}", "This element is missing.", "required")
        return found

    def each(self, name: str, most: int = MOST) -> "list[Node]":
        """The items of a list; none when it is missing."""
        found = self.get(name)
        if found is None:
            return []
        if not isinstance(found.value, list) or not 0 < len(found.value) <= most:
            raise Unreadable(found.at, f"A list of 1 to {most} items is expected.", "structure")
        return [Node(item, f"{found.at}[{i}]") for i, item in enumerate(found.value)]

    def lone(self, name: str) -> "Node | None":
        """The one item of a list, when it is there."""
        items = self.each(name, most=1)
        return items[0] if items else None

    def words(self, longest: int = 300) -> str:
        """A text in one line that can be printed."""
        value = self.value
        fits = isinstance(value, str) and 0 < len(value) <= longest
        if not fits or not value.translate(BLANKS).isprintable():
            raise Unreadable(self.at, f"A text of 1 to {longest} characters is expected.")
        return value

    def code(self, among: Iterable[str]) -> str:
        """One of the codes of a value set."""
        known = sorted(among)
        if not isinstance(self.value, str) or self.value not in known:
            some = ", ".join(known[:40])
            raise Unreadable(self.at, f"A code among {some} is expected.", "code-invalid")
        return self.value

    def number(self) -> Decimal:
        """A decimal number, as it was written."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise Unreadable(self.at, "A number is expected.")
        found = value if isinstance(value, Decimal) else Decimal(str(value))
        if not found.is_finite() or abs(found) > 10**9 or found.adjusted() < -9:
            raise Unreadable(self.at, "This number is out of reach.")
        return found

    def count(self, low: int, high: int) -> int:
        """A whole number between two ends."""
        found = self.number()
        if found != int(found) or not low <= found <= high:
            raise Unreadable(self.at, f"A whole number from {low} to {high} is expected.")
        return int(found)

    def flag(self) -> bool:
        """Yes or no."""
        if not isinstance(self.value, bool):
            raise Unreadable(self.at, "true or false is expected.")
        return self.value

    def day(self) -> date:
        """A whole date."""
        try:
            assert isinstance(self.value, str) and len(self.value) == 10
            return date.fromisoformat(self.value)
        except (AssertionError, ValueError):
            raise Unreadable(self.at, "A date YYYY-MM-DD is expected.") from None

    def coded(self, among: Iterable[str], *systems: str) -> tuple[str, str]:
        """The one coding of a CodeableConcept or of its like: its system, one of these, and its code."""
        coding = self.object("coding", "text").lone("coding")
        if coding is None:
            raise Unreadable(f"{self.at}.coding", "This element is missing.", "required")
        return coding.coding(among, *systems)

    def coding(self, among: Iterable[str], *systems: str) -> tuple[str, str]:
        """A Coding of one of these systems."""
        coding = self.object("system", "version", "code", "display")
        return coding.need("system").code(systems), coding.need("code").code(among)


def number(value: Decimal) -> int | float:
    """A decimal as JSON writes it. Exact for what a posology may hold: four decimals below a million."""
    return int(value) if value == int(value) else float(value)


def extensions(node: Node, known: Iterable[str]) -> dict[str, Node]:
    """The extensions of an element, each once, none but these."""
    return once(node.each("extension"), known)


def once(items: Iterable[Node], known: Iterable[str]) -> dict[str, Node]:
    """Extensions by their address: an address and one content each."""
    found: dict[str, Node] = {}
    for item in items:
        url = item.need("url").code(known)
        if url in found:
            raise Unreadable(item.at, "This extension stands twice.", "duplicate")
        content = [name for name in item.value if name == "extension" or name[:5] == "value"]
        item.object("url", *content[:1])
        found[url] = item
    return found
