"""The CapabilityStatement: what this server does of FHIR R4."""

from typing import Any

from django.conf import settings

from eprescription.api.bodies import FHIR_JSON
from eprescription.api.fhir import names

DATED = "2026-11-23"


def statement() -> dict[str, Any]:
    """The resource. Constant but for the address of the portal."""
    operations = ("cancel", "execution", "present", "dispense", "release")
    bundle = {
        "type": "Bundle",
        "supportedProfile": [names.GROUP_PROFILE, names.REQUEST_PROFILE, names.MEDICATION_PROFILE],
        "documentation": "A bundle of type collection is a prescription: creating one signs it.",
        "interaction": [{"code": code} for code in ("read", "create", "search-type")],
        "versioning": "versioned",
        "operation": [
            {"name": name, "definition": names.own(f"operation-{name}")} for name in operations
        ],
    }
    binary = {"type": "Binary", "interaction": [{"code": "read"}]}
    document = {"name": "document", "definition": names.own("operation-document")}
    dispense = {"type": "MedicationDispense", "operation": [document]}
    security = {
        "cors": False,
        "description": "OAuth 2.0 client credentials with private_key_jwt, and a signed assertion of the professional.",
        "extension": [
            {
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [{"url": "token", "valueUri": f"{settings.BASE_URL}/api/token"}],
            }
        ],
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATED,
        "kind": "instance",
        "software": {"name": "Portail de l'ordonnance numérique", "version": settings.VERSION},
        "implementation": {
            "description": "Ordonnance numérique",
            "url": f"{settings.BASE_URL}/api/fhir",
        },
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON, "json"],
        "implementationGuide": ["https://interop.esante.gouv.fr/ig/fhir/eprescription"],
        "rest": [{"mode": "server", "security": security, "resource": [bundle, binary, dispense]}],
    }
