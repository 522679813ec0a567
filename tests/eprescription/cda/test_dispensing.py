"""The CDA document of a dispensing (eDISP-MED 2024.01): what left the shelf, and how it differs from what was prescribed."""

from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from eprescription.actor import Actor
from eprescription.cda import dispensing
from eprescription.cda.nodes import oid
from eprescription.identity import vault
from eprescription.models import DispensedLine, Dispensing, Prescription, Refusal, Substitution
from tests import factories as f
from tests.eprescription.cda.finding import (
    all_at,
    one_at,
    references_that_lead_nowhere,
    root_of,
    that_conform,
    value_of,
    words,
)
from tests.eprescription.cda.independent import faults

SUPPLY = "1.2.250.1.213.1.1.3.204"
pytestmark = pytest.mark.django_db


def document(done: Dispensing) -> bytes:
    signed = done.case.prescription
    return dispensing.document_of(done, vault.read(signed.subject_id, signed.identity_version))


@pytest.fixture
def signed(doctor: Actor, patient: Any) -> Prescription:
    return f.a_signed(doctor, patient, "AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")


@pytest.fixture
def done(signed: Prescription, pharmacist: Actor) -> Dispensing:
    done: Dispensing = f.dispense_all(pharmacist, signed)
    return Dispensing.objects.get(pk=done.pk)


def test_a_stranger_reads_all_of_it(done: Dispensing) -> None:
    assert faults(document(done)) == []
    assert references_that_lead_nowhere(root_of(document(done))) == []
    assert document(done) == document(done)


def test_the_header_says_which_prescription_it_fulfils_and_by_which_pharmacist(
    done: Dispensing, signed: Prescription
) -> None:
    found = root_of(document(done))
    models = {(t.get("root"), t.get("extension")) for t in all_at(found, "templateId")}
    assert ("1.2.250.1.213.1.1.1.54", "2024.01") in models
    assert one_at(found, "code").get("code") == "60593-1"
    assert one_at(found, "documentationOf/serviceEvent/code").get("code") == "60593-1"
    assert one_at(found, "inFulfillmentOf/order/id").get("extension") == signed.number
    author = one_at(found, "author/assignedAuthor")
    assert one_at(author, "code").get("code") == "G15_21"
    assert one_at(author, "id").get("extension") == "8" + done.by.identifier


def test_each_line_says_box_quantity_and_the_line_that_it_answers_to(
    done: Dispensing, signed: Prescription
) -> None:
    rows = {row.line_id: row for row in done.lines.all()}
    supplies = that_conform(root_of(document(done)), SUPPLY)
    assert len(supplies) == len(rows) == 2
    for supply, line in zip(supplies, signed.lines.all(), strict=True):
        row = rows[line.pk]
        assert one_at(supply, "code").get("code") == done.completeness == "FFC"
        assert value_of(supply, "quantity") == str(row.quantity)
        code = one_at(supply, "product/manufacturedProduct/manufacturedMaterial/code")
        assert code.get("code") == row.cis
        asked = one_at(supply, "entryRelationship[@typeCode='REFR']/substanceAdministration")
        assert one_at(asked, "id").get("root") == str(line.pk).upper()
        assert one_at(asked, "code").get("code") == "PREItem"
        nothing = one_at(asked, "consumable/manufacturedProduct/manufacturedMaterial")
        assert nothing.get("nullFlavor") == "NA"


def a_row(done: Dispensing, **values: Any) -> ET.Element:
    """The document as it would be had the first line been dispensed so."""
    first, *others = done.lines.select_related("line").order_by("line__position")
    told = {x.name: getattr(first, x.name) for x in DispensedLine._meta.fields} | values
    row = DispensedLine(**told)
    done._prefetched_objects_cache = {"lines": [row, *others]}  # type: ignore[attr-defined]
    written = document(done)
    assert faults(written) == []
    return root_of(written)


def test_lot_and_expiry_go_with_the_box_its_serial_number_stays(done: Dispensing) -> None:
    found = a_row(done, lot="A12", expiry=date(2028, 3, 31), serial="SECRET-SERIAL")
    material = all_at(
        that_conform(found, SUPPLY)[0], "product/manufacturedProduct/manufacturedMaterial"
    )[0]
    assert one_at(material, "lotNumberText").text == "A12"
    assert value_of(material, "pharm:expirationTime") == "20280331"
    assert "SECRET-SERIAL" not in ET.tostring(found, encoding="unicode")


@pytest.mark.parametrize(
    ("by_right", "code"),
    [(x, {"G": "G", "H": "E", "B": "E"}.get(x.value, "TE")) for x in Substitution if x.value],
)
def test_a_substitution_says_by_which_right(done: Dispensing, by_right: str, code: str) -> None:
    supply = that_conform(a_row(done, substitution=by_right), SUPPLY)[0]
    [act] = that_conform(supply, "1.3.6.1.4.1.19376.1.9.1.3.9.2")
    assert one_at(act, "code").get("code") == code
    assert words(one_at(act, "code")) == str(Substitution(by_right).label)


def test_a_changed_posology_and_notes_are_instructions_to_whom_they_are_for(
    done: Dispensing,
) -> None:
    found = a_row(done, posology="1 le soir", agreement="Dr Roche", instruction="Boire", note="Vu")
    supply = that_conform(found, SUPPLY)[0]
    said = {
        one_at(act, "code").get("code"): value_of(act, "text/reference")
        for act in all_at(supply, "entryRelationship[@typeCode='SUBJ']/act")
    }
    anchors = {"#" + x.get("ID", ""): words(x) for x in found.iter() if x.get("ID")}
    assert anchors[said["PINSTRUCT"]] == (
        "Posologie modifiée : 1 le soir ; accord de Dr Roche ; Boire"
    )
    assert anchors[said["FINSTRUCT"]] == "Vu"


def test_what_was_not_delivered_stands_in_the_words_with_its_reason(done: Dispensing) -> None:
    found = a_row(done, quantity=0, refusal=Refusal.SHORTAGE)
    assert len(that_conform(found, SUPPLY)) == 1
    [section] = that_conform(found, "1.2.250.1.213.1.1.2.236")
    assert "Non délivré" in words(section) and "Rupture de stock" in words(section)


def test_a_correction_takes_the_place_of_what_it_corrects(
    done: Dispensing, signed: Prescription, pharmacist: Actor
) -> None:
    for other in all_at(root_of(document(done)), "relatedDocument"):
        raise AssertionError(other)
    corrected = Dispensing(
        case=done.case, pharmacy=done.pharmacy, by=done.by, at=done.at, completeness="FFP"
    )
    corrected.corrects = done
    corrected._prefetched_objects_cache = {"lines": [*done.lines.all()]}  # type: ignore[attr-defined]
    found = root_of(document(corrected))
    before = one_at(found, "relatedDocument/parentDocument/id")
    assert before.get("root") == oid(done.pk)
    assert value_of(found, "versionNumber") == "2"
    assert one_at(found, "setId").get("root") == oid(done.pk)


def test_of_an_anonymous_one_and_of_an_empty_hand_nothing_is_written(
    doctor: Actor, patient: Any, pharmacist: Actor, done: Dispensing
) -> None:
    assert dispensing.can_be_written(done)
    done.case.prescription.identity_version = None
    assert not dispensing.can_be_written(done)
    done.case.prescription.identity_version = 1
    for row in (rows := list(done.lines.all())):
        row.quantity = 0
    done._prefetched_objects_cache = {"lines": rows}  # type: ignore[attr-defined]
    assert not dispensing.can_be_written(done)
