"""The CDA document of a prescription (eP-MED-DM 2024.01): what was signed, for a stranger's software.

Plain assertions say what the French schematrons ask of it; `independent.faults` what the schema asks.
"""

import base64
import io
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from eprescription.actor import Actor
from eprescription.cda import lines, prescription
from eprescription.cda.codes import Listing, coded, listed
from eprescription.cda.header import Version
from eprescription.cda.lines import Item
from eprescription.cda.nodes import add, clean, oid, root, written
from eprescription.documents import decoding
from eprescription.documents.paper import page_of, printed_line
from eprescription.identity import vault
from eprescription.models import Line, LineKind, Prescription
from prescribers import actions as acts
from tests import factories as f
from tests.eprescription.api import orders
from tests.eprescription.cda.finding import (
    XSI_TYPE,
    all_at,
    one_at,
    references_that_lead_nowhere,
    root_of,
    that_conform,
    value_of,
    words,
)
from tests.eprescription.cda.independent import faults

TREATMENT, DEVICE = "1.2.250.1.213.1.1.3.83", "1.2.250.1.213.1.1.3.20"
FLAGS = [f"1.2.250.1.213.1.1.3.48.{n}" for n in (12, 13, 14, 15, 34)]
VERSION = Version(uuid.UUID(int=1), uuid.UUID(int=2))


def document(signed: Prescription, version: Version | None = VERSION) -> bytes:
    traits = vault.read(signed.subject_id, signed.identity_version)
    return prescription.document_of(signed, traits, version)


@pytest.fixture
def signed(doctor: Actor, patient: Any) -> Prescription:
    """A medicine for somebody whose weight and height were said."""
    draft = f.a_draft(doctor, patient)
    Prescription.objects.filter(pk=draft.pk).update(weight_kg=Decimal("54.5"), height_cm=163)
    draft.refresh_from_db()
    f.give_reasons(doctor, draft)
    return acts.sign(
        prescription=draft, may_follow=True, paper="paper", by=doctor, at=timezone.now()
    )


@pytest.fixture
def found(signed: Prescription) -> ET.Element:
    return root_of(document(signed))


@pytest.mark.django_db
class TestWhatWasSigned:
    def test_a_stranger_reads_all_of_it(self, signed: Prescription) -> None:
        assert faults(document(signed)) == []

    def test_the_same_rows_give_the_same_bytes(self, signed: Prescription) -> None:
        assert document(signed) == document(signed)
        assert document(signed, None) == document(signed, None)

    def test_the_header_says_what_for_whom_by_whom_and_until_when(
        self, signed: Prescription, found: ET.Element
    ) -> None:
        assert signed.number and signed.expires_on and signed.prescriber
        models = {(t.get("root"), t.get("extension")) for t in all_at(found, "templateId")}
        assert ("1.2.250.1.213.1.1.1.39", "2024.01") in models
        assert one_at(found, "code").get("code") == "57833-6"
        traits = vault.read(signed.subject_id)
        told = one_at(found, "recordTarget/patientRole/id")
        assert (told.get("root"), told.get("extension")) == (traits.ins_oid, traits.ins)
        names = all_at(found, "recordTarget/patientRole/patient/name/family")
        assert {(n.get("qualifier"), n.text) for n in names} == {("BR", "MARTEL"), ("CL", "MARTEL")}
        author = one_at(found, "author/assignedAuthor/id")
        assert author.get("extension") == "8" + signed.prescriber["identifier"]
        event = one_at(found, "documentationOf/serviceEvent[@classCode='ACT']")
        assert one_at(event, "id").attrib == {
            "root": "1.2.250.1.215.500.1.1",
            "extension": signed.number,
        }
        assert value_of(event, "effectiveTime/high").startswith(f"{signed.expires_on:%Y%m%d}")

    def test_each_line_says_product_duration_quantity_renewals_substitution_and_flags(
        self, signed: Prescription, found: ET.Element
    ) -> None:
        [line] = signed.lines.all()
        [taken] = that_conform(found, TREATMENT)
        code = one_at(taken, "consumable/manufacturedProduct/manufacturedMaterial/code")
        assert (code.get("code"), code.get("codeSystem")) == (line.cis, Listing.CIS.value[0])
        [period] = [x for x in all_at(taken, "effectiveTime") if x.get(XSI_TYPE) == "IVL_TS"]
        days = [date.fromisoformat(value_of(period, end)) for end in ("low", "high")]
        assert days[1] - days[0] == timedelta(days=(line.duration_days or 0) - 1)
        assert value_of(taken, "repeatNumber") == str(line.renewals)
        assert value_of(taken, "entryRelationship/supply/quantity") == str(line.quantity)
        assert one_at(taken, "entryRelationship/act[@moodCode='DEF']/code").get("code") == "G"
        for flag in FLAGS:
            [seen] = that_conform(taken, flag)
            assert value_of(seen, "value") == "false"

    def test_doses_are_structured_and_point_at_their_words(self, found: ET.Element) -> None:
        doses = that_conform(found, "1.2.250.1.213.1.1.3.83.1")
        assert [value_of(x, "doseQuantity/low") for x in doses] == ["1", "1"]
        assert references_that_lead_nowhere(found) == []

    def test_the_page_and_its_code_are_in_it(self, signed: Prescription, found: ET.Element) -> None:
        held = {
            x.get("mediaType"): base64.b64decode(x.text or "")
            for x in found.iter("{urn:hl7-org:v3}value")
            if x.get("mediaType")
        }
        traits = vault.read(signed.subject_id, signed.identity_version)
        assert held["application/pdf"] == page_of(signed, traits)
        picture = Image.open(io.BytesIO(held["image/png"]))
        assert decoding.codes_in(picture) == [f.code_of(signed)]

    def test_weight_and_height_stand_in_it(self, found: ET.Element) -> None:
        [first, second] = that_conform(found, "1.2.250.1.213.1.1.3.50")
        measures = [(value_of(x, "value"), one_at(x, "value").get("unit")) for x in (first, second)]
        assert measures == [("54.5", "kg"), ("163", "cm")]


@pytest.mark.django_db
class TestWhatBefellIt:
    def test_a_cancelled_one_says_so_and_opens_nothing(self, doctor: Actor, patient: Any) -> None:
        signed = f.a_signed(doctor, patient)
        acts.cancel(prescription=signed, by=doctor, at=timezone.now())
        signed.refresh_from_db()
        told = document(signed, Version(uuid.UUID(int=3), signed.pk, 2, VERSION.id))
        found = root_of(told)
        assert faults(told) == []
        assert "Annulée le" in words(that_conform(found, "1.2.250.1.213.1.1.2.73")[0])
        assert not [x for x in found.iter() if x.get("mediaType") == "image/png"]
        before = one_at(found, "relatedDocument/parentDocument/id").get("root")
        assert before == oid(VERSION.id)
        assert value_of(found, "versionNumber") == "2"

    def test_care_that_a_minor_keeps_secret_is_restricted(self, doctor: Actor) -> None:
        minor, _ = f.a_patient(doctor, f.traits("PETIT", birth_date=date(2011, 5, 2)))
        signed = f.a_signed(doctor, minor, secret="L1111-5")
        assert one_at(root_of(document(signed)), "confidentialityCode").get("code") == "R"

    def test_an_identity_that_is_not_qualified_leaves_no_ins(self, doctor: Actor) -> None:
        subject, _ = f.a_patient(doctor, f.traits("PETIT", status="VALI", ins="", ins_oid=""))
        signed = f.a_signed(doctor, subject)
        told = one_at(root_of(document(signed)), "recordTarget/patientRole/id")
        assert told.get("extension") is None
        assert told.get("root") == str(subject).upper()

    def test_of_an_anonymous_one_nothing_is_written(self, doctor: Actor) -> None:
        signed = f.a_signed_anonymous(doctor)
        assert not prescription.can_be_written(signed)

    def test_care_alone_has_no_model_beside_a_medicine_it_is_a_comment(
        self, doctor: Actor, patient: Any
    ) -> None:
        for with_medicine in (False, True):
            draft = f.a_draft(doctor, patient)
            if not with_medicine:
                draft.lines.all().delete()
            content = {"kind": LineKind.BIOLOGY, "name": "NFS, plaquettes"}
            acts.add_line(prescription=draft, content=content, by=doctor, at=timezone.now())
            f.give_reasons(doctor, draft)
            signed = acts.sign(
                prescription=draft, may_follow=True, paper="paper", by=doctor, at=timezone.now()
            )
            assert prescription.can_be_written(signed) is with_medicine
        [comment] = that_conform(root_of(document(signed)), "1.2.250.1.213.1.1.2.73")
        assert "NFS, plaquettes" in words(comment)

    def test_a_device_is_a_supply_with_its_code(self, doctor: Actor, patient: Any) -> None:
        draft = f.a_draft(doctor, patient)
        content = {"kind": LineKind.DEVICE, "name": "Lit médical", "lpp": "1215702", "quantity": 1}
        acts.add_line(prescription=draft, content=content, by=doctor, at=timezone.now())
        f.give_reasons(doctor, draft)
        signed = acts.sign(
            prescription=draft, may_follow=True, paper="paper", by=doctor, at=timezone.now()
        )
        told = document(signed)
        [device] = that_conform(root_of(told), DEVICE)
        code = one_at(device, "participant/participantRole/playingDevice/code/translation")
        assert (code.get("code"), code.get("codeSystemName")) == ("1215702", "LPP")
        assert faults(told) == []
        assert references_that_lead_nowhere(root_of(told)) == []


# --- Laws of all lines


SAME = (
    *("kind", "cip13", "by_inn", "duration_days", "quantity", "renewals", "ald", "lpp"),
    *("cover", "off_label", "not_reimbursable", "non_substitutable", "single_delivery"),
    *("overlap", "by_pump"),
)


def an_item(ordered: Any, name: str, rank: int = 1) -> Item:
    """A line as it would stand signed, without a base."""
    told = {key: getattr(ordered, key) for key in SAME}
    line = Line(
        **told,
        cis=ordered.cis,
        name=name,
        inn="amoxicilline",
        strength="1 g",
        form="comprimé",
        dosing=ordered.dosing.to_json() if ordered.dosing else None,
        posology=ordered.words,
        position=rank,
    )
    at = timezone.now()
    return Item(line, printed_line(line), rank, at, timezone.localtime(at).date())


HOSTILE = st.text(max_size=40) | st.sampled_from(
    ["<script>alert(1)</script>", "]]>", "&amp;", "a\x00b", "\ud800", "\u202etxt", "{{ 7*7 }}"]
)


def in_a_document(write: Callable[[ET.Element], None], shell: bytes) -> bytes:
    """The entry in the place of the others of a whole document."""
    whole = root_of(shell)
    [section] = that_conform(whole, "1.2.250.1.213.1.1.2.171")
    for entry in all_at(section, "entry"):
        section.remove(entry)
    write(section)
    return written(whole)


@pytest.mark.django_db
def test_any_line_that_may_be_ordered_is_read_by_a_stranger(doctor: Actor, patient: Any) -> None:
    shell = document(f.a_signed(doctor, patient))
    whole = root_of(shell)
    [copy] = that_conform(whole, "1.2.250.1.213.1.1.2.243")
    one_at(copy, "entry/organizer/component/observationMedia/value").text = "JVBERg=="
    light = written(whole)

    @settings(max_examples=60, deadline=None)
    @given(ordered=orders.medicines(), name=orders.WORDS)
    def law(ordered: Any, name: str) -> None:
        item = an_item(ordered, name)
        told = in_a_document(lambda at: lines.write_prescribed_line(at, item), light)
        assert faults(told) == []
        [taken] = that_conform(root_of(told), TREATMENT)
        assert value_of(taken, "repeatNumber") == str(ordered.renewals)
        flags = {
            f"1.2.250.1.213.1.1.3.48.{n}": said
            for n, said in ((12, ordered.off_label), (13, ordered.ald))
        }
        for model, said in flags.items():
            [seen] = that_conform(taken, model)
            assert value_of(seen, "value") == ("true" if said else "false")
        code = one_at(taken, "entryRelationship/act[@moodCode='DEF']/code").get("code")
        assert code == ("N" if ordered.non_substitutable else "G")
        if ordered.quantity:
            assert value_of(taken, "entryRelationship/supply/quantity") == str(ordered.quantity)

    law()


@given(text=HOSTILE)
def test_hostile_words_are_words(text: str) -> None:
    page = root("ClinicalDocument")
    add(page, "title", text)
    read = root_of(written(page))
    assert [x.tag.partition("}")[2] for x in read.iter()] == ["ClinicalDocument", "title"]
    plain = text.replace("\r\n", "\n").replace("\r", "\n")  # as XML reads line ends
    assert (one_at(read, "title").text or "") == clean(plain)


def test_a_code_that_no_register_holds_is_not_written() -> None:
    page = root("ClinicalDocument")
    with pytest.raises(ValueError, match="no code of CIS"):
        listed(page, "code", Listing.CIS, "6740693", "…")
    with pytest.raises(AttributeError):
        coded(page, "code", "MED-574")  # type: ignore[arg-type]
    assert not [*page]


def test_the_stranger_sees_what_is_wrong(doctor: Actor, patient: Any, db: Any) -> None:
    """So that a comparison that finds nothing means something."""
    whole = document(f.a_signed(doctor, patient))
    assert faults(whole) == []
    assert faults(whole.replace(b"languageCode", b"langage"))
    assert faults(whole.replace(b'value="false"', b'value="maybe"'))
    moved = root_of(whole)
    [taken] = that_conform(moved, TREATMENT)
    last = taken[-1]
    taken.remove(last)
    taken.insert(0, last)
    assert faults(written(moved))
