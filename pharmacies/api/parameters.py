"""FHIR Parameters: what software sends with an act of the counter, and what it gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eprescription.api.fhir.nodes import Node, Unreadable
from eprescription.due import dues_of
from eprescription.models import Balance
from pharmacies.api import dispenses
from pharmacies.decisions import HIMSELF, Decision, Handing
from pharmacies.proofs import Proof

MOST = 60
LONGEST_CODE = 200


@dataclass(frozen=True)
class Presented:
    """A code, or a number with its second proof."""

    code: str = ""
    number: str = ""
    birth_date: date | None = None
    withdrawal: str = ""

    @property
    def proof(self) -> Proof:
        return Proof(self.birth_date, self.withdrawal)


def presented(value: Any) -> Presented:
    """What is presented. Raises Unreadable."""
    found = _named(value, ("code", "number", "birthDate", "withdrawal"))
    if ("code" in found) == ("number" in found):
        raise Unreadable("Parameters.parameter", "A code or a number is presented.", "required")
    texts = {
        name: found[name].need("valueString").words(LONGEST_CODE)
        for name in ("code", "number", "withdrawal")
        if name in found
    }
    born = found.get("birthDate")
    return Presented(birth_date=born.need("valueDate").day() if born else None, **texts)


def secret(value: Any) -> str:
    """The secret of the claim alone. Raises Unreadable."""
    return _secret(_named(value, ("secret",)))


def dispensing(value: Any) -> tuple[str, list[Decision], Handing]:
    """The secret, what is decided of each line, and who fetched. Raises Unreadable."""
    rows = Node(value, "Parameters").resource("parameter").each("parameter", MOST)
    told = [Node(x.value, x.at) for x in rows if x.need("name").value == "dispense"]
    decisions = [dispenses.read(x.object("name", "resource").need("resource")) for x in told]
    if not decisions or len({d.line_id for d in decisions}) < len(decisions):
        raise Unreadable("Parameters.parameter", "One dispense a line is expected.", "required")
    others = [x for x in rows if x.need("name").value != "dispense"]
    found = _once(others, ("secret", "bearer", "bearerAddress", "identityChecked"))
    return _secret(found), decisions, _handing(found)


def _handing(found: Mapping[str, Node]) -> Handing:
    bearer, address = found.get("bearer"), found.get("bearerAddress")
    checked = found.get("identityChecked")
    if not (bearer or address or checked):
        return HIMSELF
    return Handing(
        bearer=bearer.need("valueString").words(120) if bearer else "",
        bearer_address=address.need("valueString").words(300) if address else "",
        identity_checked=checked.need("valueBoolean").flag() if checked else False,
    )


def _secret(found: Mapping[str, Node]) -> str:
    if "secret" not in found:
        raise Unreadable("Parameters.parameter", "The secret of the claim is missing.", "required")
    return found["secret"].need("valueString").words(100)


def _named(value: Any, known: tuple[str, ...]) -> dict[str, Node]:
    node = Node(value, "Parameters").resource("parameter")
    node.need("resourceType").code(("Parameters",))
    return _once(node.each("parameter", MOST), known)


def _once(rows: list[Node], known: tuple[str, ...]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for item in rows:
        name = item.need("name").code(known)
        if name in found:
            raise Unreadable(item.at, "This parameter stands twice.", "duplicate")
        content = [key for key in item.value if key[:5] == "value"]
        item.object("name", *content[:1])
        found[name] = item
    return found


def claimed(
    bundle: dict[str, Any], secret: str, balances: Mapping[UUID, Balance], *, at: datetime
) -> dict[str, Any]:
    """What the software gets of a claim: the prescription, the secret, and what is due of each line today."""
    dues = dues_of(balances.values(), at=at)
    lines = [
        {
            "name": "line",
            "part": [
                {"name": "request", "valueReference": {"reference": f"urn:uuid:{pk}"}},
                {"name": "remaining", "valueInteger": balance.remaining},
                {"name": "due", "valueInteger": dues[pk].expected},
                {"name": "unit", "valueCode": balance.unit},
            ],
        }
        for pk, balance in balances.items()
    ]
    first = [
        {"name": "prescription", "resource": bundle},
        {"name": "secret", "valueString": secret},
    ]
    return {"resourceType": "Parameters", "parameter": [*first, *lines]}


def told(**values: str) -> dict[str, Any]:
    """Codes as parameters."""
    rows = [{"name": name, "valueCode": value} for name, value in values.items() if value]
    return {"resourceType": "Parameters", "parameter": rows}
