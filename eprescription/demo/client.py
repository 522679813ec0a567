"""An example client of the API: a prescribing and a pharmacy software that sign, present, dispense and read.

    python -m eprescription.demo.client http://127.0.0.1:8000 .demo/sandbox

It knows nothing of the portal but its published description: read it as what an integrator writes. The two files of
the sandbox hold a client identifier, a private key, and the professional for whom the software acts.
"""

import json
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

FHIR = "application/fhir+json"
CIS = "urn:oid:1.2.250.1.213.2.3.1"
UCUM = "http://unitsofmeasure.org"
OWN = "urn:ordonnance-numerique"
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Json = dict[str, Any]


class Client:
    """One software with its key, for one professional."""

    def __init__(self, address: str, path: Path) -> None:
        self.address = address
        self.account: Json = json.loads(path.read_text(encoding="utf-8"))
        self.key = ECKey.import_key(self.account["key"])
        self.http = httpx.Client(base_url=address, timeout=20)
        self.token = self._token()

    def _token(self) -> str:
        """A token of ten minutes: the software proves itself, and names its professional."""
        person = {"place": self.account["place"], "auth_time": int(time.time())}
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": TYPE,
            "client_assertion": self._signed(self.account["client_id"]),
            "assertion": self._signed(self.account["rpps"], **person),
        }
        return str(_good(self.http.post("/api/token", data=form))["access_token"])

    def _signed(self, subject: str, **more: Any) -> str:
        """An assertion that serves once, for a minute."""
        now = int(time.time())
        claims = {
            "iss": self.account["client_id"],
            "sub": subject,
            "aud": f"{self.address}/api/token",
            "jti": uuid.uuid4().hex,
            "iat": now,
            "exp": now + 60,
        } | more
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)

    def get(self, path: str) -> Json:
        """Reads."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return _good(self.http.get(f"/api/fhir/{path}", headers=headers))

    def post(self, path: str, body: Json) -> Json:
        """Acts once, however often it has to be sent: the key stays the same when an answer is lost."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": FHIR,
            "Idempotency-Key": uuid.uuid4().hex,
        }
        content = json.dumps(body)
        for left in (2, 1, 0):
            try:
                answer = self.http.post(f"/api/fhir/{path}", content=content, headers=headers)
                return _good(answer)
            except httpx.TransportError:
                if not left:
                    raise
                time.sleep(1)
        raise AssertionError


def order(cis: str) -> Json:
    """Amoxicillin, one tablet morning and evening for a week, for an invented patient."""
    patient, group, request, medicine = (f"urn:uuid:{uuid.uuid4()}" for _entry in range(4))
    tablet = {"value": 1, "unit": "tablet", "system": f"{OWN}:unit", "code": "tablet"}
    week = {"value": 7, "unit": "d", "system": UCUM, "code": "d"}
    whole = {"status": "active", "intent": "order", "subject": {"reference": patient}}
    line = {
        "resourceType": "MedicationRequest",
        "medicationReference": {"reference": medicine},
        "dosageInstruction": [
            {
                "timing": {"repeat": {"when": ["MORN", "EVE"]}},
                "doseAndRate": [{"doseQuantity": tablet}],
            }
        ],
        "dispenseRequest": {"expectedSupplyDuration": week},
    }
    answers = [
        {"url": f"{OWN}:may-follow", "valueBoolean": True},
        {"url": f"{OWN}:paper", "valueCode": "paper"},
    ]
    action = [{"resource": {"reference": request}}]
    entries = {
        patient: {
            "resourceType": "Patient",
            "name": [{"use": "official", "family": "ESSAI", "given": ["CAMILLE"]}],
            "gender": "female",
            "birthDate": "1980-05-17",
        },
        group: {"resourceType": "RequestGroup", "extension": answers, "action": action} | whole,
        request: line | whole,
        medicine: {
            "resourceType": "Medication",
            "code": {"coding": [{"system": CIS, "code": cis}]},
        },
    }
    listed = [{"fullUrl": url, "resource": resource} for url, resource in entries.items()]
    return {"resourceType": "Bundle", "type": "collection", "entry": listed}


def handing(claim: Json, cis: str) -> Json:
    """All that is due, as prescribed."""
    secret = next(p["valueString"] for p in claim["parameter"] if p["name"] == "secret")
    dispenses = []
    for parameter in claim["parameter"]:
        if parameter["name"] == "line":
            told = {part["name"]: part for part in parameter["part"]}
            dispense = {
                "resourceType": "MedicationDispense",
                "status": "completed",
                "authorizingPrescription": [told["request"]["valueReference"]],
                "quantity": {"value": told["due"]["valueInteger"]},
                "medicationCodeableConcept": {"coding": [{"system": CIS, "code": cis}]},
            }
            dispenses.append({"name": "dispense", "resource": dispense})
    return _parameters({"name": "secret", "valueString": secret}, *dispenses)


def run(address: str, folder: Path) -> list[str]:
    """The whole way; says what was done, a line each."""
    prescriber = Client(address, folder / "lap.json")
    cis = prescriber.account["medicine"]
    signed = prescriber.post("Bundle", order(cis))
    group = next(x["resource"] for x in signed["entry"] if "action" in x["resource"])
    code, path = group["identifier"][0]["value"], f"Bundle/{signed['id']}"
    pharmacy = Client(address, folder / "lgo.json")
    claim = pharmacy.post("Bundle/$present", _parameters({"name": "code", "valueString": code}))
    done = pharmacy.post(f"{path}/$dispense", handing(claim, cis))
    completeness = next(p["valueCode"] for p in done["parameter"] if p["name"] == "completeness")
    read = prescriber.get(f"{path}/$execution")
    return [
        f"signed      {signed['identifier']['value']}",
        f"presented   {len(claim['parameter'])} parameters",
        f"dispensed   {completeness}",
        f"read        {read['total']} delivery",
    ]


def _parameters(*rows: Json) -> Json:
    return {"resourceType": "Parameters", "parameter": list(rows)}


def _good(answer: httpx.Response) -> Json:
    """What was answered; a refusal ends the program with what it says."""
    if answer.is_success:
        return dict(answer.json())
    raise SystemExit(f"{answer.status_code} {answer.text}")


def main() -> None:
    """Runs it against a portal: its address, and the folder of the sandbox."""
    address, folder = sys.argv[1:]
    print("\n".join(run(address, Path(folder))))


if __name__ == "__main__":
    main()
