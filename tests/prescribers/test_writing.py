"""Writing: nothing typed is lost, each fault is said at its field, in the reader's language."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.catalogue.models import Medicine, Pack
from eprescription.models import Care, Deed, JournalEntry, Justification, Prescription, Subject
from eprescription.refusal import Unlawful
from prescribers import actions
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db

GOOD = {
    "birth_name": "Martel",
    "first_names": "Jeanne Marie",
    "used_name": "",
    "birth_date": "04/03/1951",
    "sex": "F",
    "birth_place": "31555",
    "status": "VALI",
    "ins": "",
}


@pytest.fixture
def draft(doctor: Actor) -> Prescription:
    return f.a_draft(doctor, f.a_patient(doctor)[0])


def typed(draft: Prescription, act: str = "save", **fields: Any) -> dict[str, Any]:
    """What the page posts: every line's fields, with some of the first line changed."""
    draft.refresh_from_db()
    data: dict[str, Any] = {"version": draft.version, "act": act, "search": ""}
    for line in draft.lines.all():
        values = {
            "posology": line.posology,
            "duration_days": line.duration_days,
            "quantity": line.quantity,
            "renewals": line.renewals,
            "non_substitutable": line.non_substitutable,
        }
        data |= {f"l{line.pk.hex}-{name}": value for name, value in values.items()}
    first = draft.lines.all()[0]
    return data | {f"l{first.pk.hex}-{name}": value for name, value in fields.items()}


def url(draft: Prescription) -> str:
    return f"/prescripteur/ordonnances/{draft.pk}/ecrire/"


# --- Patients


def test_given_the_five_traits_then_the_patient_is_registered_and_in_care(client: Client) -> None:
    answer = client.post("/prescripteur/patients/nouveau/", GOOD)
    assert answer.status_code == 302
    assert Subject.objects.count() == Care.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("birth_name", "", "obligatoire"),
        ("birth_name", "x" * 81, "80"),
        ("birth_name", "田中", "imprimés"),
        ("birth_name", "Иванов", "lettres latines"),
        ("first_names", "😀", "imprimés"),
        ("birth_date", "31/02/1980", "04/03/1951"),
        ("birth_date", "01/01/2999", "possible"),
        ("birth_date", "01/01/1700", "possible"),
        ("sex", "X", "choix"),
        ("birth_place", "12", "INSEE"),
        ("ins", "253072C07300443", "clé"),
        ("ins", "255555591104274", "fictif"),
        ("ins", "279035121518989", "INS va avec"),
        ("status", "QUAL", "porte son INS"),
    ],
)
def test_each_fault_is_said_at_its_field_and_what_was_typed_is_kept(
    client: Client, field: str, value: str, message: str
) -> None:
    answer = client.post("/prescripteur/patients/nouveau/", GOOD | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert (message in page and 'aria-invalid="true"' in page) or "field--invalid" in page
    assert "Jeanne Marie" in page or field == "first_names"
    assert not Subject.objects.exists()


def test_the_same_ins_registered_twice_is_the_same_person(doctor: Actor, client: Client) -> None:
    ins = f.an_ins()
    data = GOOD | {"ins": ins, "status": "QUAL"}
    first = client.post("/prescripteur/patients/nouveau/", data)
    second = acting(f.a_prescriber()).post("/prescripteur/patients/nouveau/", data)
    assert first["Location"] == second["Location"]
    assert Subject.objects.count() == 1


def test_a_patient_is_found_by_exact_traits_only_and_the_search_leaves_its_trace(
    doctor: Actor, client: Client
) -> None:
    subject, _account = f.a_patient(doctor)
    stranger = f.a_prescriber()
    other = acting(stranger)
    nobody = {"birth_name": "mart", "birth_date": "04/03/1951"}
    assert str(subject) not in other.post("/prescripteur/patients/", nobody).content.decode()
    exact = nobody | {"birth_name": "martel"}
    assert str(subject) in other.post("/prescripteur/patients/", exact).content.decode()
    trace = JournalEntry.objects.filter(deed=Deed.SEARCHED, activity_id=stranger.activity_id)
    assert trace.filter(subject_id=subject).count() == 1


def test_a_patient_is_not_opened_without_his_traits(doctor: Actor) -> None:
    subject, _account = f.a_patient(doctor)
    other = acting(f.a_prescriber())
    assert other.get(f"/prescripteur/patients/{subject}/").status_code == 404
    other.post(f"/prescripteur/patients/{subject}/suivre/", {"birth_name": "X"})
    assert other.get(f"/prescripteur/patients/{subject}/").status_code == 404
    answer = other.post(f"/prescripteur/patients/{subject}/ordonnance/")
    assert answer.status_code == 403 and not Prescription.objects.exists()


# --- The draft


def test_given_a_search_then_what_was_typed_on_the_lines_is_kept(
    client: Client, draft: Prescription
) -> None:
    answer = client.post(
        url(draft),
        typed(draft, "search", posology="2 par jour, comme dit") | {"search": "doliprane"},
    )
    assert answer.status_code == 200
    assert "paracétamol" in answer.content.decode()
    assert draft.lines.get().posology == "2 par jour, comme dit"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("quantity", "", "obligatoire"),
        ("quantity", "0", "1"),
        ("quantity", "100", "99"),
        ("quantity", "deux", "entier"),
        ("duration_days", "-3", "3 mois"),
        ("duration_days", "9999", "366"),
        ("duration_days", "0 j", "366"),
        ("duration_days", "toujours", "3 mois"),
        ("renewals", "12", "11"),
        ("posology", "x" * 301, "300"),
        ("posology", "prendre 💊", "imprimés"),
        ("non_substitutable", "ABC", "choix"),
    ],
)
def test_a_line_typed_wrong_is_shown_again_as_typed_and_not_signed(
    client: Client, draft: Prescription, field: str, value: str, message: str
) -> None:
    answer = client.post(url(draft), typed(draft, "sign", **{field: value}))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert message in page
    assert value in page
    kept = draft.lines.get()
    assert kept.quantity == 2 and kept.duration_days == 7


def test_given_one_line_wrong_then_the_others_are_saved(client: Client, doctor: Actor) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0], "AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")
    first, second = draft.lines.all()
    data = typed(draft, "sign", quantity="zéro") | {f"l{second.pk.hex}-posology": "1 le soir"}
    assert client.post(url(draft), data).status_code == 200
    second.refresh_from_db()
    assert second.posology == "1 comprimé le soir"
    first.refresh_from_db()
    assert first.quantity == 2


def test_given_two_windows_then_the_second_is_told_and_keeps_what_it_typed(
    client: Client, draft: Prescription
) -> None:
    old = typed(draft, posology="dans la seconde fenêtre")
    client.post(url(draft), typed(draft, posology="dans la première"))
    answer = client.post(url(draft), old)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "autre fenêtre" in page and "dans la seconde fenêtre" in page
    assert draft.lines.get().posology == "dans la première"


def test_hostile_text_is_text(client: Client, draft: Prescription) -> None:
    hostile = '<script>alert(1)</script> {{ 7*7 }} #read("/etc/passwd") $a$ \'; DROP TABLE'
    client.post(url(draft), typed(draft, posology=hostile))
    page = client.get(url(draft)).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert draft.lines.get().posology == hostile


def test_given_an_ivg_medicine_then_two_questions_come_before_anything_is_stored(
    client: Client, draft: Prescription
) -> None:
    cis = Medicine.objects.filter(ivg=True)[0].cis
    answer = client.post(url(draft), typed(draft, f"add:{cis}", posology="gardée"))
    page = answer.content.decode()
    assert "Où êtes-vous" in page and "anonymat" in page and 'value="named" checked' not in page
    assert draft.lines.get().posology == "gardée"
    draft.refresh_from_db()
    assert draft.anonymity == "" and draft.teleconsultation is None


TELE = {
    "teleconsultation": "yes",
    "anonymity": "named",
    "pharmacy_named": "Pharmacie de la Gare",
    "convention_place": "Centre hospitalier des Tilleuls",
    "convention_date": "04/03/2024",
    "search": "",
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"teleconsultation": "no"}, "R. 2212-14-1"),
        ({"anonymity": "anonymous"}, "anonym"),
        ({"pharmacy_named": ""}, "pharmacie"),
        ({"convention_place": ""}, "convention"),
        ({"convention_date": ""}, "convention"),
    ],
)
def test_given_an_answer_that_forbids_it_then_nothing_of_an_ivg_medicine_is_stored(
    client: Client, draft: Prescription, change: dict[str, str], said: str
) -> None:
    cis = Medicine.objects.filter(ivg=True)[0].cis
    asked = f"/prescripteur/ordonnances/{draft.pk}/questions/"
    answer = client.post(asked, TELE | {"cis": cis} | change)
    assert answer.status_code == 422 and said in answer.content.decode()
    draft.refresh_from_db()
    assert draft.lines.count() == 1 and draft.anonymity == "" and not draft.pharmacy_named


def test_given_both_answers_then_an_ivg_medicine_stands_with_its_mentions(
    client: Client, draft: Prescription
) -> None:
    cis = Medicine.objects.filter(ivg=True)[0].cis
    asked = f"/prescripteur/ordonnances/{draft.pk}/questions/"
    assert client.post(asked, TELE | {"cis": cis}).status_code == 302
    draft.refresh_from_db()
    assert draft.lines.count() == 2 and draft.convention_place == TELE["convention_place"]


def test_a_medicine_that_does_not_exist_is_refused(client: Client, draft: Prescription) -> None:
    assert client.post(url(draft), typed(draft, "add:00000000")).status_code == 403


def test_lines_are_removed_and_numbered_anew(client: Client, doctor: Actor) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0], "AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")
    first = draft.lines.all()[0]
    answer = client.post(url(draft), typed(draft, f"remove:{first.pk}"))
    assert [line.position for line in draft.lines.all()] == [1]
    sealed = re.search(r'name="removed" value="([^"]+)"', answer.content.decode())
    assert sealed
    back = typed(draft, "restore") | {"removed": sealed[1]}
    assert client.post(url(draft), back).status_code == 302
    again = draft.lines.get(position=2)
    assert (again.cis, again.posology, again.duration_days) == (
        first.cis,
        first.posology,
        first.duration_days,
    )


def test_a_line_taken_from_one_draft_never_comes_back_on_another(
    client: Client, doctor: Actor, draft: Prescription
) -> None:
    line = draft.lines.get()
    page = client.post(url(draft), typed(draft, f"remove:{line.pk}")).content.decode()
    sealed = re.search(r'name="removed" value="([^"]+)"', page)
    assert sealed
    other = f.a_draft(doctor, f.a_patient(doctor)[0])
    for text in (sealed[1], "", "x" * 50, sealed[1][:-2]):
        client.post(url(other), typed(other, "restore") | {"removed": text})
    assert other.lines.count() == 1


def test_a_discarded_draft_is_gone_and_its_trace_stays(client: Client, draft: Prescription) -> None:
    pk = draft.pk
    client.post(f"/prescripteur/ordonnances/{pk}/supprimer/")
    assert not Prescription.objects.filter(pk=pk).exists()
    assert JournalEntry.objects.filter(prescription_id=pk).exists()


def test_a_signed_prescription_is_not_discarded(doctor: Actor, client: Client) -> None:
    signed = f.a_signed(doctor, f.a_patient(doctor)[0])
    assert client.post(f"/prescripteur/ordonnances/{signed.pk}/supprimer/").status_code == 403


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(max_size=400))
def test_no_posology_makes_an_error_of_the_server(
    client: Client, draft: Prescription, text: str
) -> None:
    answer = client.post(url(draft), typed(draft, "sign", posology=text))
    assert answer.status_code in (200, 302, 422)
    draft.refresh_from_db()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=st.text(max_size=90), day=st.text(max_size=12), ins=st.text(max_size=25))
def test_no_identity_makes_an_error_of_the_server(
    client: Client, name: str, day: str, ins: str
) -> None:
    data = {"birth_name": name, "birth_date": day, "ins": ins}
    assert client.post("/prescripteur/patients/", data).status_code == 200
    answer = client.post("/prescripteur/patients/nouveau/", GOOD | data)
    assert answer.status_code in (200, 302)


def test_lists_cost_a_constant_number_of_queries(
    doctor: Actor, client: Client, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    subject, _account = f.a_patient(doctor)
    f.a_signed(doctor, subject)
    client.get("/prescripteur/ordonnances/")
    with CaptureQueriesContext(connection) as few:
        client.get("/prescripteur/ordonnances/")
    for _ in range(6):
        f.a_signed(doctor, f.a_patient(doctor)[0])
    with CaptureQueriesContext(connection) as many:
        client.get("/prescripteur/ordonnances/")
    assert len(many) == len(few)


def test_patients_cost_a_constant_number_of_queries(doctor: Actor, client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    f.a_patient(doctor)
    with CaptureQueriesContext(connection) as few:
        client.get("/prescripteur/patients/")
    for _ in range(6):
        f.a_patient(doctor)
    with CaptureQueriesContext(connection) as many:
        client.get("/prescripteur/patients/")
    assert len(many) == len(few)


def test_what_the_law_forbids_is_mended_before_the_questions_are_asked(
    client: Client, draft: Prescription
) -> None:
    """Given a line without posology, when going on to sign, then the page stays and names article and line."""
    answer = client.post(url(draft), typed(draft, "sign", posology=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Il manque la posologie" in page and "R. 5132-3" in page
    assert client.post(url(draft), typed(draft, "sign", posology="1 le soir")).status_code == 302


def test_a_dose_by_weight_says_for_which_weight_once_it_is_known(
    client: Client, doctor: Actor
) -> None:
    """Given 50 mg/kg for a child, when the weight is typed later, then the sentence names it."""
    child = f.traits(birth_name="PETIT", birth_date=date(2021, 5, 14))
    draft = f.a_draft(doctor, f.a_patient(doctor, child)[0])
    client.post(url(draft), typed(draft, posology="50 mg/kg/j en 2 prises"))
    assert draft.lines.get().posology == "50 mg par kg et par jour, en 2 prises"
    client.post(url(draft), typed(draft) | {"weight_kg": "18,5", "height_cm": ""})
    assert draft.lines.get().posology == "50 mg par kg et par jour, en 2 prises, pour 18,5 kg"
    draft.refresh_from_db()
    assert draft.weight_kg == Decimal("18.5")


@pytest.mark.parametrize("weight", ["0", "900", "lourd", "-3"])
def test_an_impossible_weight_is_said_at_its_field(
    client: Client, doctor: Actor, weight: str
) -> None:
    child = f.traits(birth_name="PETIT", birth_date=date(2021, 5, 14))
    draft = f.a_draft(doctor, f.a_patient(doctor, child)[0])
    answer = client.post(url(draft), typed(draft) | {"weight_kg": weight, "height_cm": ""})
    assert answer.status_code == 200 and 'id="id_weight_kg_error"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.weight_kg is None


# --- Structure, boxes, reasons


@pytest.mark.parametrize(
    ("typed_text", "sentence", "days", "boxes", "renewals"),
    [
        ("1 cp matin soir 7j", "1 comprimé le matin et le soir", 7, 3, 0),
        ("1 cp le matin 6 mois", "1 comprimé le matin", 30, 5, 5),
        ("1 cp le matin 1 an", "1 comprimé le matin", 30, 5, 11),
        ("2 bt", "", 7, 2, 0),
        ("comme on en a parlé", "comme on en a parlé", 7, 2, 0),
    ],
)
def test_what_is_typed_becomes_structure_duration_and_boxes(
    client: Client,
    draft: Prescription,
    typed_text: str,
    sentence: str,
    days: int,
    boxes: int,
    renewals: int,
) -> None:
    client.post(url(draft), typed(draft, posology=typed_text))
    line = draft.lines.get()
    assert (line.posology, line.duration_days, line.quantity, line.renewals) == (
        sentence,
        days,
        boxes,
        renewals,
    )


def test_boxes_typed_by_hand_are_never_overruled(client: Client, draft: Prescription) -> None:
    client.post(
        url(draft), typed(draft, posology="1 cp matin soir", duration_days="14", quantity=9)
    )
    assert draft.lines.get().quantity == 9
    client.post(url(draft), typed(draft, "keep", renewals=1))
    assert draft.lines.get().quantity == 9


def test_a_warning_holds_the_signature_back_until_its_reason_is_given(
    client: Client, doctor: Actor
) -> None:
    """Given the same substance twice, when a reason is typed beside it, then it is kept and the way is free."""
    twice = ("AMOXICILLINE VIATRIS 1 g", "AMOXICILLINE VIATRIS 1 g")
    draft = f.a_draft(doctor, f.a_patient(doctor)[0], *twice)
    refused = client.post(url(draft), typed(draft, "sign"))
    page = refused.content.decode()
    names = set(re.findall(r'name="(why-[0-9a-f]+)"', page))
    assert refused.status_code == 422 and names
    with pytest.raises(Unlawful):
        actions.sign(
            prescription=queries_own(doctor, draft),
            may_follow=True,
            paper="paper",
            by=doctor,
            at=timezone.now(),
        )
    given = typed(draft, "sign") | dict.fromkeys(names, "Relais de dose")
    assert client.post(url(draft), given).status_code == 302
    kept = Justification.objects.filter(prescription=draft)
    assert {row.reason for row in kept} == {"Relais de dose"} and all(row.text for row in kept)


def test_a_reason_of_a_signed_prescription_never_changes(doctor: Actor) -> None:
    twice = ("AMOXICILLINE VIATRIS 1 g", "AMOXICILLINE VIATRIS 1 g")
    signed = f.a_signed(doctor, f.a_patient(doctor)[0], *twice)
    assert signed.justifications.exists()
    with pytest.raises(ProgrammingError), transaction.atomic():
        signed.justifications.update(reason="autre")


def queries_own(doctor: Actor, draft: Prescription) -> Prescription:
    return Prescription.objects.get(pk=draft.pk)


def test_a_medicine_that_left_the_market_is_said_with_what_replaces_it(
    client: Client, doctor: Actor
) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0], "AMLODIPINE")
    line = draft.lines.get()
    Medicine.objects.filter(pk=line.cis).update(marketed=False)
    page = client.post(url(draft), typed(draft, "sign")).content.decode()
    proposed = re.findall(rf'value="swap:{line.pk}:(\d{{8}})"', page)
    assert "plus commercialisé" in page and proposed
    assert client.post(url(draft), typed(draft, f"swap:{line.pk}:{proposed[0]}")).status_code == 302
    swapped = draft.lines.get()
    assert swapped.cis == proposed[0] and swapped.posology == line.posology


def test_an_interaction_with_a_colleague_s_prescription_leaves_its_trace(doctor: Actor) -> None:
    subject, _account = f.a_patient(doctor)
    colleague = f.a_prescriber()
    f.a_patient(colleague, f.traits())
    theirs = f.a_signed(doctor, subject)
    care = actions.take_in_care
    care(subject_id=subject, by=colleague, at=timezone.now())
    f.a_draft(colleague, subject)
    trace = JournalEntry.objects.filter(deed=Deed.CHECKED, prescription=theirs)
    assert trace.filter(activity=colleague.activity_id).count() == 1


def test_a_month_is_four_weeks_for_a_pack_of_four_weeks(client: Client, doctor: Actor) -> None:
    """Given a box of 28, when one a day is written for a month, then one box is proposed (R. 5123-2)."""
    draft = f.a_draft(doctor, f.a_patient(doctor)[0], "OMEPRAZOLE")
    Pack.objects.filter(medicine=draft.lines.get().cis).update(units=28)
    client.post(url(draft), typed(draft, posology="1 le matin 1 mois"))
    assert draft.lines.get().quantity == 1
    client.post(url(draft), typed(draft, posology="1 le matin 3 mois"))
    line = draft.lines.get()
    assert (line.quantity, line.duration_days, line.renewals) == (1, 30, 2)


def test_a_contraceptive_for_a_year_is_delivered_by_three_months(
    client: Client, doctor: Actor
) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0], "LEELOO")
    client.post(url(draft), typed(draft, posology="1 cp/j 1 an"))
    line = draft.lines.get()
    assert (line.duration_days, line.renewals) == (90, 3)
