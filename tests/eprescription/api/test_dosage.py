"""Any posology goes out as FHIR dosages and comes back the same; what the reader does not carry it refuses."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from eprescription.api.fhir import dosage
from eprescription.api.fhir.nodes import Node, Unreadable
from eprescription.posology import Posology
from tests.eprescription.posology import strategies


def nodes(rows: Any) -> list[Node]:
    sent = json.loads(json.dumps(rows), parse_float=Decimal)
    return Node({"d": sent}, "r").each("d")


@settings(max_examples=400, deadline=None)
@given(strategies.posologies())
def test_what_is_written_is_read_again(taken: Posology) -> None:
    steps = tuple(replace(step, weight_kg=None) for step in taken.steps)
    assert dosage.read(nodes(dosage.written(Posology(steps)))) == Posology(steps)


def one(words: str = "", **more: Any) -> Any:
    """One tablet morning and evening, and what stands beside it."""
    tablet = {"value": 1, "system": "urn:ordonnance-numerique:unit", "code": "tablet"}
    dose: dict[str, Any] = {
        "timing": {"repeat": {"when": ["MORN", "EVE"]}},
        "doseAndRate": [{"doseQuantity": tablet}],
    }
    return [dose | ({"text": words} if words else {}) | more]


@pytest.mark.parametrize("words", ["", "1 comprimé matin et soir", "1 cp le matin et le soir"])
def test_words_beside_a_structure_that_say_the_same_are_welcome(words: str) -> None:
    assert isinstance(dosage.read(nodes(one(words))), Posology)


@pytest.mark.parametrize(
    "words", ["2 comprimés matin et soir", "1 comprimé le matin", "selon le médecin", "à jeun"]
)
def test_words_beside_a_structure_that_say_something_else_are_refused(words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        dosage.read(nodes(one(words)))
    assert refused.value.at == "r.d[0].text"


def test_what_the_guide_forbids_is_refused() -> None:
    with pytest.raises(Unreadable):
        dosage.read(nodes(one(patientInstruction="Avec de l'eau")))
