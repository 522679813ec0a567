"""Bodies of the FHIR doors: JSON that is bounded, exact in its numbers, and says nothing twice."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Never

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer

FHIR_JSON = "application/fhir+json"
XML = "text/xml"  # as document sharing names CDA (IHE XDS)
LARGEST = 512 * 1024  # bytes: twenty lines with all they may say are a tenth of it


class FhirParser(BaseParser):
    """JSON of FHIR. Each name stands once in its object: what two readers read differently is refused."""

    media_type = FHIR_JSON

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            text = stream.read(LARGEST + 1).decode("utf-8")
            return json.loads(
                text,
                parse_float=Decimal,
                parse_int=_whole,
                parse_constant=_refused,
                object_pairs_hook=_once,
            )
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise ParseError("The body is no JSON that can be read.") from error


class PlainParser(FhirParser):
    media_type = "application/json"


class FhirRenderer(JSONRenderer):
    media_type = FHIR_JSON
    format = "fhir"
    charset = "utf-8"


class CdaRenderer(BaseRenderer):
    """A CDA document as it is."""

    media_type = XML
    format = "cda"
    charset = "utf-8"
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return data


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("too long a number")
    return int(digits)


def _refused(name: str) -> Never:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found
