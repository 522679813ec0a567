"""What is told of a clinical refusal: FHIR OperationOutcome, with the article and the line."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from rest_framework import exceptions

from eprescription.api.fhir.names import OWN, STATE
from eprescription.api.fhir.nodes import Unreadable
from eprescription.refusal import Refusal, Unlawful
from eprescription.rules import Breach, Weight

REFUSED = f"{OWN}:refusal-code"
RULE = f"{OWN}:rule"
ARTICLE = f"{OWN}:article"
# The FHIR value set issue-type, by status
CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "business-rule",
    428: "required",
    429: "throttled",
}
SEVERITY = {Weight.BLOCKS: "error", Weight.WARNS: "warning", Weight.INFORMS: "information"}


class Told(Exception):
    """A refusal of the FHIR doors that no act raises."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


def outcome(issues: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The resource of these issues."""
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def issue(status: int, text: str, **more: Any) -> dict[str, Any]:
    """One issue that goes with a status."""
    return {
        "severity": "error",
        "code": CODES.get(status, "processing"),
        "diagnostics": text,
    } | more


def of_exception(exc: Exception) -> tuple[int, list[dict[str, Any]]]:
    """The status and the issues of what was raised; what is none of these is a fault of the portal."""
    match exc:
        case Unreadable():
            told = issue(422, exc.text, code=exc.code, expression=[exc.at])
            return 422, [told]
        case Unlawful():
            return exc.status, [of_breach(breach) for breach in exc.breaches]
        case Refusal():
            return exc.status, [issue(exc.status, exc.text, details=_coded(REFUSED, exc.code))]
        case Told():
            return exc.status, [issue(exc.status, exc.text)]
        case Http404():
            return 404, [issue(404, "Nothing here for this professional.")]
        case exceptions.APIException():
            return exc.status_code, [issue(exc.status_code, str(exc.detail))]
    raise exc


def of_breach(breach: Breach) -> dict[str, Any]:
    """A breach of the law: the sentence, the rule, the article, and the line that it is about."""
    told = issue(422, breach.text.fr, severity=SEVERITY[breach.weight])
    told["details"] = _coded(RULE, breach.rule) | {"text": breach.text.en}
    if breach.article:
        told["extension"] = [{"url": ARTICLE, "valueString": breach.article}]
    if breach.line is not None:
        told["expression"] = [f"RequestGroup.action[{breach.line - 1}]"]
    return told


def of_state(state: str) -> dict[str, Any]:
    """Beside a conflict: the state in which the thing is now."""
    details = _coded(STATE, state)
    return {"severity": "information", "code": "informational", "details": details}


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}
