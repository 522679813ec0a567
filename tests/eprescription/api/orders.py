"""Any order that a bundle can say, for laws that hold of all."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from eprescription.api.fhir import names
from eprescription.api.fhir.order import Order, Ordered
from eprescription.identity.numbers import INS_NIR_OID, nir_key
from eprescription.identity.traits import IdentityStatus, Traits
from eprescription.models import LineKind
from eprescription.posology import Posology
from tests.eprescription.posology import strategies

WORDS = st.text(st.sampled_from("abc éà'-0123456789"), min_size=1, max_size=30).filter(str.strip)
DIGITS = st.text(st.sampled_from("0123456789"), min_size=8, max_size=8)
REASONS = st.lists(st.tuples(st.sampled_from(["one_rule", "another"]), WORDS), max_size=2)


@st.composite
def people(draw: st.DrawFn) -> Traits:
    qualified = draw(st.booleans())
    body = f"2510331555{draw(st.integers(1, 990)):03d}"
    return Traits(
        birth_name=draw(st.sampled_from(["MARTEL", "D'OR", "LE-GALL"])),
        first_names=draw(st.sampled_from(["JEANNE", "JEANNE MARIE"])),
        used_name=draw(st.sampled_from(["", "HADDAD"])),
        birth_date=draw(st.dates(date(1900, 1, 1), date(2026, 1, 1))),
        sex=draw(st.sampled_from(["F", "M", "I"])),
        birth_place=draw(st.sampled_from(["31555", "2A004", "99999"])),
        ins=body + nir_key(body) if qualified else "",
        ins_oid=INS_NIR_OID if qualified else "",
        status=IdentityStatus.QUAL if qualified else IdentityStatus.PROV,
    )


def some(values: Any) -> Any:
    return st.sampled_from([*sorted(values), ""])


@st.composite
def medicines(draw: st.DrawFn) -> Ordered:
    taken: Posology | None = draw(st.none() | strategies.posologies())
    if taken:
        taken = Posology(tuple(replace(step, weight_kg=None) for step in taken.steps))
    flags = ("by_inn", "ald", "off_label", "not_reimbursable", "single_delivery", "by_pump")
    return Ordered(
        cis=draw(DIGITS),
        cip13=draw(st.sampled_from(["", "3400930000015"])),
        dosing=taken,
        words="" if taken else draw(WORDS),
        duration_days=draw(st.none() | st.integers(1, 366)),
        quantity=draw(st.none() | st.integers(1, 99)),
        renewals=draw(st.integers(0, 11)),
        cover=draw(some(names.COVERS)),
        non_substitutable=draw(some(names.NO_SUBSTITUTION)),
        overlap=draw(st.just("") | WORDS),
        reasons=tuple(draw(REASONS)),
        **{name: draw(st.booleans()) for name in flags},
    )


@st.composite
def other_lines(draw: st.DrawFn) -> Ordered:
    kind = draw(st.sampled_from(sorted({*names.SERVICES, LineKind.DEVICE})))
    listed = kind == LineKind.DEVICE and draw(st.booleans())
    return Ordered(
        kind=kind,
        lpp="1234567" if listed else "",
        name="" if listed else draw(WORDS),
        words=draw(st.just("") | WORDS),
        duration_days=draw(st.none() | st.integers(1, 366)),
        quantity=draw(st.none() | st.integers(1, 99)),
        renewals=draw(st.integers(0, 11)),
        ald=draw(st.booleans()),
    )


@st.composite
def orders(draw: st.DrawFn) -> Order:
    return Order(
        patient=draw(people()),
        lines=tuple(draw(st.lists(medicines() | other_lines(), min_size=1, max_size=4))),
        may_follow=draw(st.none() | st.booleans()),
        paper=draw(st.sampled_from([None, "paper", "mail"])),
        weight_kg=draw(st.none() | st.decimals("0.3", "500", places=2).map(Decimal.normalize)),
        height_cm=draw(st.none() | st.integers(20, 260)),
        pharmacy_named=draw(st.just("") | WORDS),
        teleconsultation=draw(st.none() | st.booleans()),
        secret=draw(st.sampled_from(["", "L1111-5", "L5134-1"])),
        accompanied=draw(st.none() | st.booleans()),
        reasons=tuple(draw(REASONS)),
    )
