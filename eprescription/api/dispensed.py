"""What was dispensed as FHIR: one MedicationDispense a delivery, for who may read the execution."""

from typing import Any
from uuid import UUID, uuid5

from eprescription.api.fhir import names
from eprescription.presenters import DeliveryView, Execution, LineExecution

BOX = {"box": "boîte", "unit": "unité"}


def execution_bundle(found: Execution, pk: UUID) -> dict[str, Any]:
    """Each delivery of each line, its versions too; the state of the whole as a tag."""
    dispenses = [
        _dispense(version, delivery, rank)
        for line in found.lines
        for version in (line, *line.before)
        for rank, delivery in enumerate(version.deliveries)
    ]
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(dispenses),
        "meta": {"tag": [{"system": names.STATE, "display": str(found.status.label)}]},
        "entry": [
            {"fullUrl": f"urn:uuid:{uuid5(pk, str(i))}", "resource": dispense}
            for i, dispense in enumerate(dispenses)
        ],
    }


def _dispense(line: LineExecution, delivery: DeliveryView, rank: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "resourceType": "MedicationDispense",
        "status": "completed" if delivery.quantity else "declined",
        "medicationCodeableConcept": {"text": delivery.name or line.line.title},
        "authorizingPrescription": [{"reference": f"urn:uuid:{line.line.id}"}],
        "quantity": {"value": delivery.quantity, "unit": BOX[line.unit]},
        "whenHandedOver": delivery.at.isoformat(),
        "performer": [{"actor": {"display": f"{delivery.pharmacist}, {delivery.pharmacy}"}}],
        "substitution": {"wasSubstituted": delivery.changed_product},
    }
    if delivery.refusal:
        told["statusReasonCodeableConcept"] = {"text": str(delivery.refusal)}
    if delivery.posology:
        told["dosageInstruction"] = [{"text": delivery.posology}]
    if delivery.note:
        told["note"] = [{"text": delivery.note}]
    return told
