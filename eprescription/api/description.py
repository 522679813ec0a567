"""The published description of the API (OpenAPI 3): what each door asks and answers, drawn from the views."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from eprescription.api.bodies import FHIR_JSON, XML
from eprescription.api.problems import MEDIA_TYPE as PROBLEM_JSON

ROOT = "/api/fhir/"
_PIECE = re.compile(r"<(?:\w+:)?(\w+)>")
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "error": {"type": "string"},
    },
}
REASONS = {
    304: "Not changed since the version that If-None-Match names",
    400: "The request cannot be read",
    401: "No token that holds",
    403: "Not for this software, this professional, or not now",
    404: "Nothing here for this professional",
    405: "Not a method of this address",
    406: "JSON alone is written; XML of a document that the CDA model can hold",
    409: "Its state has changed: the last issue tells it",
    412: "Another version than If-Match names",
    413: "Too large",
    415: "JSON alone is read",
    422: "Unreadable as FHIR, or the law refuses: each issue at its element, with its article",
    428: "Idempotency-Key or If-Match is missing",
    429: "Too many calls or readings: Retry-After",
}
PROBLEMS = {401, 403, 429}
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The same for the same act asked again: done once, answered the same.",
)
MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag read.")
NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)
PAGE = (
    OpenApiParameter(
        "_count", {"type": "integer", "minimum": 1, "maximum": 50}, OpenApiParameter.QUERY
    ),
    OpenApiParameter(
        "page", {"type": "integer", "minimum": 1, "maximum": 10000}, OpenApiParameter.QUERY
    ),
)


class BearerScheme(OpenApiAuthenticationExtension):
    """How the description names the token."""

    target_class = "eprescription.api.doors.Bearer"
    name = "software"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A token of /api/token."}


def resource(kind: str) -> dict[str, Any]:
    """A FHIR resource, as far as this description goes: its profiles are those of the guides."""
    return {
        "type": "object",
        "required": ["resourceType"],
        "properties": {"resourceType": {"type": "string", "enum": [kind]}},
    }


PARAMETERS = resource("Parameters") | {"required": ["resourceType", "parameter"]}
PARAMETERS["properties"]["parameter"] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "valueString": {"type": "string"}},
    },
}
ORDER = resource("Bundle") | {"required": ["resourceType", "type", "entry"]}
ORDER["properties"] |= {
    "type": {"type": "string", "enum": ["collection"]},
    "entry": {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "required": ["fullUrl", "resource"],
            "properties": {
                "fullUrl": {"type": "string"},
                "resource": {
                    "type": "object",
                    "required": ["resourceType"],
                    "properties": {"resourceType": {"type": "string"}},
                },
            },
        },
    },
}


def described(
    name: str,
    *,
    gives: Mapping[int, str],
    takes: dict[str, Any] | None = None,
    asks: tuple[OpenApiParameter, ...] = (),
    refuses: tuple[int, ...] = (),
    documents: bool = False,
) -> Callable[[Any], Any]:
    """Describes a method of a view. `gives`: the kind of resource by status; `refuses`: statuses beside the usual;
    `documents`: the document itself is written too, when XML is asked for."""
    answers: dict[Any, Any] = {
        (status, FHIR_JSON): OpenApiResponse(resource(kind), description=kind)  # type: ignore[arg-type]
        for status, kind in gives.items()
    }
    if documents:
        answers[(200, XML)] = OpenApiResponse(OpenApiTypes.STR, description="CDA R2")
    usual = {400, 401, 403, 404, 405, 406, 429} | ({413, 415, 422, 428} if takes else set())
    for status in sorted(usual | {*refuses}):
        answers[(status, FHIR_JSON)] = OpenApiResponse(
            resource("OperationOutcome"),  # type: ignore[arg-type]
            description=REASONS[status],
        )
        if status in PROBLEMS:
            answers[(status, PROBLEM_JSON)] = OpenApiResponse(PROBLEM)  # type: ignore[arg-type]
    body = {FHIR_JSON: takes, "application/json": takes} if takes else None
    return extend_schema(
        operation_id=name, request=body, responses=answers, parameters=list(asks), tags=["fhir"]
    )


def of_the_api(endpoints: list[Any]) -> list[Any]:
    """Hook: the doors for software alone, with the dollar of their operations, which the library takes for a regex."""
    return [
        (_PIECE.sub(r"{\1}", route), route, method, callback)
        for path, route, method, callback in endpoints
        if path.startswith(ROOT)
    ]


def with_tokens(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Hook: the token endpoint beside the FHIR doors."""
    names = ("grant_type", "client_assertion_type", "client_assertion", "assertion")
    form = {
        "type": "object",
        "required": list(names),
        "properties": {name: {"type": "string"} for name in (*names, "scope")},
    }
    given = {"type": "object", "required": ["access_token", "token_type", "expires_in"]}
    problem = {"description": "Refused", "content": {PROBLEM_JSON: {"schema": PROBLEM}}}
    statuses = ("400", "401", "403", "413", "415", "429")
    result["paths"]["/api/token"] = {
        "post": {
            "operationId": "token",
            "summary": "A token of ten minutes for one professional (RFC 6749, RFC 7523)",
            "tags": ["token"],
            "requestBody": {
                "required": True,
                "content": {"application/x-www-form-urlencoded": {"schema": form}},
            },
            "responses": {
                "200": {
                    "description": "A token",
                    "content": {"application/json": {"schema": given}},
                },
                "405": {"description": REASONS[405]},
            }
            | dict.fromkeys(statuses, problem),
        }
    }
    return result
