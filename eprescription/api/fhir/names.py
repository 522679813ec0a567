"""Systems, profiles and value sets. What stands not here is no code: it is refused."""

from eprescription.models import Cover, LineKind, NonSubstitutable
from eprescription.posology import UNITS
from eprescription.posology.places import PLACES
from eprescription.posology.steps import MEALS

GUIDE = "https://interop.esante.gouv.fr/ig/fhir/eprescription/StructureDefinition"
CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition"
OWN = "urn:ordonnance-numerique"

PATIENT_PROFILE = f"{CORE}/fr-core-patient"
INS_PROFILE = f"{CORE}/fr-core-patient-ins"
GROUP_PROFILE = f"{GUIDE}/fr-request-group-for-prescription"
REQUEST_PROFILE = f"{GUIDE}/fr-medicationrequest"
MEDICATION_PROFILE = f"{GUIDE}/fr-medication-noncompound"

CIS = "urn:oid:1.2.250.1.213.2.3.1"  # speciality, ANSM
CIP = "urn:oid:1.2.250.1.213.2.3.2"  # box, 13 digits
LPP = "urn:oid:1.2.250.1.213.2.3.4"  # device
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
NUMBER = "urn:oid:1.2.250.1.215.500.1.1"
RPPS = "urn:oid:1.2.250.1.71.4.2.1"
PLACE = "urn:oid:1.2.250.1.71.4.2.2"  # FINESS, or AM number
IDENTITY_STATUS = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445"
TOWN = "https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune"
RELIABILITY = f"{CORE}/fr-core-identity-reliability"
TOWN_CODE = f"{CORE}/fr-core-address-insee-code"
BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
BIRTH_NAME = "http://hl7.org/fhir/StructureDefinition/humanname-own-name"

UNIT, SITE, MEAL, KIND = (f"{OWN}:{name}" for name in ("unit", "site", "meal", "kind"))
REASON = f"{OWN}:no-substitution"
REFUSAL, PROBLEM, INTERVENTION = (
    f"{OWN}:{name}" for name in ("refusal", "problem", "intervention")
)
STATE = f"{OWN}:state"

# Value sets, by system
UCUM_OF = {"ml": "mL", "ui": "[iU]", "mg": "mg", "g": "g", "mcg": "ug"}
UNIT_OF = {code: unit for unit, code in UCUM_OF.items()}
OWN_UNITS = frozenset(UNITS) - {*UCUM_OF, ""}
SITES = frozenset(PLACES) - {""}
MEALS_SAID = frozenset(MEALS) - {""}
WHEN = {"morning": "MORN", "noon": "NOON", "evening": "EVE", "bedtime": "HS"}
MOMENT = {code: name for name, code in WHEN.items()}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PERIODS = {"day": "d", "week": "wk", "month": "mo", "year": "a"}
PERIOD = {code: name for name, code in PERIODS.items()}
GENDERS = {"F": "female", "M": "male", "I": "unknown"}
SEX = {code: sex for sex, code in GENDERS.items()}
COVERS = frozenset(Cover.values) - {""}
NO_SUBSTITUTION = frozenset(NonSubstitutable.values) - {""}
SERVICES = frozenset(LineKind.values) - {LineKind.MEDICINE, LineKind.DEVICE}


def own(name: str) -> str:
    """The address of an extension of the portal's own."""
    return f"{OWN}:{name}"
