"""Any prescription goes out as a bundle and comes back the same; an independent model of FHIR reads it; and the reader
refuses what it does not carry, at the element that is wrong."""

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eprescription.api.fhir import bundle
from eprescription.api.fhir.nodes import Unreadable
from eprescription.api.fhir.order import Order
from tests.eprescription.api.orders import orders

SLOW = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sent(value: Any) -> Any:
    """What arrives of what was written: JSON, its numbers exact."""
    return json.loads(json.dumps(value), parse_float=Decimal)


@SLOW
@given(orders())
def test_what_is_written_is_read_again(order: Order) -> None:
    out = sent(bundle.written(order))
    assert bundle.read(out) == order
    assert sent(bundle.written(bundle.read(out))) == out


@SLOW
@given(orders())
def test_an_independent_model_of_fhir_reads_it(order: Order) -> None:
    Bundle.model_validate_json(json.dumps(bundle.written(order)))


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    rows = [at]
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        rows += [row for key, item in items for row in paths(item, (*at, key))]
    return rows


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@SLOW
@given(orders(), st.data())
def test_an_element_that_is_not_carried_is_refused_wherever_it_stands(
    order: Order, data: Any
) -> None:
    out = sent(bundle.written(order))
    objects = [p for p in paths(out) if isinstance(at(out, p), dict) and "meta" not in p]
    ours = data.draw(st.sampled_from(objects))
    wrong = copy.deepcopy(out)
    at(wrong, ours)["modifierExtension"] = [{"url": "urn:x"}]
    with pytest.raises(Unreadable) as refused:
        bundle.read(wrong)
    assert "modifierExtension" in refused.value.at


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@SLOW
@given(orders(), st.data())
def test_no_input_does_anything_but_being_read_or_refused(order: Order, data: Any) -> None:
    out = sent(bundle.written(order))
    path = data.draw(st.sampled_from(paths(out)[1:]))
    at(out, path[:-1])[path[-1]] = data.draw(JUNK)
    try:
        bundle.read(out)
    except Unreadable as refused:
        assert refused.at and refused.text


@SLOW
@given(orders(), st.data())
def test_a_wrong_code_is_refused_wherever_it_stands(order: Order, data: Any) -> None:
    out = sent(bundle.written(order))
    codes = [
        p
        for p in paths(out)
        if p and p[-1] in ("code", "system", "valueCode", "gender") and isinstance(at(out, p), str)
    ]
    free = {"rule"}  # names of rules are looked up by the act
    path = data.draw(st.sampled_from(codes))
    if at(out, path[:-1]).get("url") in free:
        return
    at(out, path[:-1])[path[-1]] = "wrong-code-0"
    with pytest.raises(Unreadable):
        bundle.read(out)


@SLOW
@given(orders())
def test_all_is_for_the_one_patient_of_the_bundle(order: Order) -> None:
    out = sent(bundle.written(order))
    group = next(x["fullUrl"] for x in out["entry"] if "action" in x["resource"])
    last = next(x for x in reversed(out["entry"]) if "intent" in x["resource"])
    last["resource"]["subject"] = {"reference": group}
    with pytest.raises(Unreadable):
        bundle.read(out)
