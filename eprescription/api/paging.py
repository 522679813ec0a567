"""Pages of a search: FHIR searchset bundles with `_count` and `page`, and links to go on."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from eprescription.api.doors import Asked
from eprescription.api.fhir import names
from eprescription.api.outcome import Told
from eprescription.api.reading import STATUS
from eprescription.audit.journal import record_list
from eprescription.models import Prescription, PrescriptionState

MOST, USUAL, LAST = 50, 20, 10_000


def page_asked(request: Asked) -> tuple[int, int]:
    """Which page of how many. Raises Told for what is no number, and for what no search knows."""
    unknown = {*request.query_params} - {"_count", "page"}
    if unknown:
        raise Told(
            400, "This search knows _count and page alone: no name and no number in an address."
        )
    return _number(request, "page", 1, LAST), _number(request, "_count", USUAL, MOST)


def _number(request: Asked, name: str, usual: int, most: int) -> int:
    text = request.query_params.get(name, str(usual))
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:9]) <= most:
        raise Told(400, f"{name} is a number from 1 to {most}.")
    return int(text)


def searchset(
    request: Asked, rows: QuerySet[Prescription], asked: tuple[int, int]
) -> dict[str, Any]:
    """One page of prescriptions as groups, each with the address of its bundle; the reading leaves its trace."""
    page, count = asked
    with transaction.atomic():
        found = list(rows[(page - 1) * count : page * count + 1])
        shown, more = found[:count], len(found) > count
        record_list(request.user, shown)
    links = [_link("self", page, count)]
    links += [_link("next", page + 1, count)] if more else []
    links += [_link("previous", page - 1, count)] if page > 1 else []
    told: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    entries = [{"fullUrl": f"urn:uuid:{x.pk}", "resource": _group(x)} for x in shown]
    return told | ({"entry": entries} if entries else {})


def _link(relation: str, page: int, count: int) -> dict[str, str]:
    return {"relation": relation, "url": f"/api/fhir/Bundle?page={page}&_count={count}"}


def _group(row: Prescription) -> dict[str, Any]:
    assert row.signed_at
    return {
        "resourceType": "RequestGroup",
        "id": str(row.pk),
        "meta": {"tag": [{"system": names.STATE, "code": row.state}]},
        "status": STATUS[PrescriptionState(row.state)],
        "intent": "order",
        "groupIdentifier": {"system": names.NUMBER, "value": row.number},
        "authoredOn": row.signed_at.isoformat(),
        "instantiatesUri": [f"/api/fhir/Bundle/{row.pk}"],
    }
