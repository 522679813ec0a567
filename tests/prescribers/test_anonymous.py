"""Scenarios 16 to 18 of an abortion, by HTTP: asked before anybody is named, answered once, signed, printed, followed."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.anonymity import REASONS, NoWords
from eprescription.catalogue.models import Medicine
from eprescription.documents import codes
from eprescription.models import (
    AccessCode,
    JournalEntry,
    Message,
    Opposition,
    Place,
    Prescription,
    Push,
    Question,
    Subject,
)
from eprescription.permissions import check_read_execution, execution_readable
from eprescription.refusal import Refusal, Unlawful
from eprescription.secure_mail.designating import NotSent
from prescribers import actions, queries
from prescribers.actions.sending import send_to_pharmacy
from prescribers.lines import of_medicine
from tests import factories as f
from tests.eprescription.documents.pages import text_of
from tests.prescribers.test_writing import typed

pytestmark = pytest.mark.django_db
BEGIN = "/prescripteur/ordonnances/commencer/"
ANSWERS = {
    "teleconsultation": "yes",
    "anonymity": "anonymous",
    "pharmacy_named": "Gare",
    "convention_place": "Centre hospitalier des Tilleuls",
    "convention_date": "04/03/2024",
}
NOW = timezone.localtime


@pytest.fixture
def pharmacy(db: Any) -> Place:
    return f.a_place()


def answered(pharmacy: Place, **change: str) -> dict[str, str]:
    return ANSWERS | {"place": str(pharmacy.pk), "key": str(uuid.uuid4())} | change


def cis() -> str:
    return Medicine.objects.filter(ivg=True, marketed=True, inn="mifépristone")[0].cis


# --- Before anybody is named


def test_16_the_question_comes_first_and_nothing_is_ticked(client: Client) -> None:
    assert BEGIN in client.get("/prescripteur/").content.decode()
    page = client.get(BEGIN).content.decode()
    assert "demande-t-elle l&#x27;anonymat" in page
    assert not re.search(r'<input type="radio"[^>]* checked', page)
    assert "birth" not in page and "first_names" not in page


def test_16_given_all_answers_then_a_writing_without_a_name_begins(
    client: Client, doctor: Actor, pharmacy: Place
) -> None:
    answer = client.post(BEGIN, answered(pharmacy))
    draft = Prescription.objects.get()
    assert answer.status_code == 302 and answer["Location"].endswith(f"{draft.pk}/ecrire/")
    assert draft.subject.kind == Subject.Kind.ANONYMOUS and draft.designated == pharmacy
    page = client.get(answer["Location"]).content.decode()
    assert "Patiente anonyme" in page and "Aucune allergie" not in page
    assert "Ajouter ce texte tel quel" not in page


def test_16_a_double_click_begins_one(client: Client, pharmacy: Place) -> None:
    said = answered(pharmacy)
    first, second = client.post(BEGIN, said), client.post(BEGIN, said)
    assert first["Location"] == second["Location"] and Prescription.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"place": ""}, "elle seule ouvrira"),
        ({"place": str(uuid.uuid4())}, "Choisissez une pharmacie dans la liste"),
        ({"pharmacy_named": "Pharmacie de nulle part"}, "Aucune pharmacie du portail"),
        ({"pharmacy_named": ""}, "Nommez la pharmacie"),
        ({"convention_place": ""}, "convention"),
        ({"convention_date": ""}, "Donnez la date de la convention"),
        ({"convention_date": "04/03/2999"}, "futur"),
    ],
)
def test_16_given_something_missing_then_nothing_is_begun_and_what_was_typed_stays(
    client: Client, pharmacy: Place, change: dict[str, str], said: str
) -> None:
    answer = client.post(BEGIN, answered(pharmacy, **change))
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    assert not Prescription.objects.exists() and not Subject.objects.exists()
    assert re.search(r'value="anonymous"[^>]* checked', page)


def test_17_face_to_face_the_prescriber_hands_the_medicines_over(
    client: Client, pharmacy: Place
) -> None:
    answer = client.post(BEGIN, answered(pharmacy, teleconsultation="no"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "R. 2212-14-1" in page and "vous remettez vous-même" in page
    assert not Prescription.objects.exists() and not Subject.objects.exists()


@pytest.mark.parametrize("missing", ["anonymity", "teleconsultation"])
def test_18_without_an_answer_nothing_goes_on(
    client: Client, pharmacy: Place, missing: str
) -> None:
    answer = client.post(BEGIN, answered(pharmacy, **{missing: ""}))
    assert answer.status_code == 422 and not Prescription.objects.exists()


def test_18_a_named_draft_with_an_ivg_medicine_and_no_answer_cannot_be_signed(
    doctor: Actor,
) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    draft.lines.update(ivg=True)
    with pytest.raises(Unlawful) as refused:
        actions.sign(prescription=draft, may_follow=True, paper="paper", by=doctor, at=NOW())
    assert "ivg_anonymity_is_answered" in [b.rule for b in refused.value.breaches]


def test_16_not_anonymous_goes_on_by_finding_the_patient(client: Client, pharmacy: Place) -> None:
    answer = client.post(BEGIN, answered(pharmacy, anonymity="named"))
    assert answer.status_code == 302 and answer["Location"] == "/prescripteur/patients/"
    assert not Prescription.objects.exists()


# --- From a named draft


@pytest.fixture
def named(doctor: Actor) -> Prescription:
    return f.a_draft(doctor, f.a_patient(doctor)[0], "IBUPROFENE", posology="1 cp matin si douleur")


def test_16_given_a_named_draft_then_anonymity_begins_another_one_with_its_medicines(
    client: Client, doctor: Actor, pharmacy: Place, named: Prescription
) -> None:
    free = named.lines.get()
    f.prescriber_acts.save_lines(
        prescription=named,
        lines={free.pk: {"posology": "pour Mme CANARIOL"}},
        by=doctor,
        at=NOW(),
    )
    said = answered(pharmacy) | {"cis": cis(), "search": ""}
    answer = client.post(f"/prescripteur/ordonnances/{named.pk}/questions/", said)
    assert answer.status_code == 302
    draft = Prescription.objects.get()
    assert draft.pk != named.pk and draft.subject_id != named.subject_id
    assert [line.ivg for line in draft.lines.all()] == [False, True]
    assert draft.lines.all()[0].posology == "" and draft.lines.all()[0].dosing is None
    traces = JournalEntry.objects.filter(prescription=draft)
    assert set(traces.values_list("subject", flat=True)) == {None}
    last = JournalEntry.objects.filter(subject=named.subject_id).latest("at")
    assert last.code == "discarded" and last.at not in traces.values_list("at", flat=True)


def test_18_given_a_named_draft_and_an_answer_refused_then_it_stays_as_it_was(
    client: Client, pharmacy: Place, named: Prescription
) -> None:
    said = answered(pharmacy, convention_place="") | {"cis": cis()}
    answer = client.post(f"/prescripteur/ordonnances/{named.pk}/questions/", said)
    assert answer.status_code == 422
    assert Prescription.objects.get() == named and named.lines.count() == 1


# --- Writing in codes


@pytest.fixture
def draft(doctor: Actor, pharmacy: Place) -> Prescription:
    return f.an_anonymous(doctor, pharmacy)


def url(draft: Prescription) -> str:
    return f"/prescripteur/ordonnances/{draft.pk}/ecrire/"


@pytest.mark.parametrize(
    "words", ["pour Mme CANARIOL", "1 cp matin (CANARIOL)", "1 cp matin si CANARIOL vient"]
)
def test_what_is_not_understood_is_told_at_the_field_and_not_kept(
    client: Client, draft: Prescription, words: str
) -> None:
    page = client.post(url(draft), typed(draft, posology=words)).content.decode()
    assert "Sans texte libre" in page and words in page
    assert "CANARIOL" not in draft.lines.get().posology


def test_a_coded_posology_is_kept(client: Client, draft: Prescription) -> None:
    client.post(url(draft), typed(draft, posology="1 cp dose unique"))
    assert draft.lines.get().posology == "1 comprimé en une seule prise"


@pytest.mark.parametrize("act", ["text", "device:123", "template:x", "model", "again", "star:x"])
def test_only_medicines_of_the_base_are_added(
    client: Client, draft: Prescription, act: str
) -> None:
    data = typed(draft, act) | {"search": "CANARIOL", "kind": "other", "template_name": "CANARIOL"}
    answer = client.post(url(draft), data)
    assert answer.status_code == 422 and "médicaments du catalogue" in answer.content.decode()
    assert draft.lines.count() == 1


def test_the_whole_takes_no_words_either(doctor: Actor, draft: Prescription) -> None:
    said = {"pharmacy_named": "CANARIOL", "weight_kg": 60, "anonymity": "named"}
    actions.save_whole(prescription=draft, values=said, by=doctor, at=NOW())
    draft.refresh_from_db()
    assert draft.pharmacy_named != "CANARIOL" and draft.weight_kg is None


def test_a_reason_is_one_of_those_that_are_proposed(doctor: Actor, draft: Prescription) -> None:
    with pytest.raises(NoWords):
        f.give_reasons(doctor, draft, "CANARIOL l'a demandé")
    f.give_reasons(doctor, draft, REASONS[0])
    assert set(draft.justifications.values_list("reason", flat=True)) == {REASONS[0]}


def test_nothing_of_it_is_kept_as_a_model(doctor: Actor, draft: Prescription) -> None:
    content = of_medicine(f.a_medicine("DOLIPRANE 1000 mg").cis, by_inn=False, on=NOW().date())
    line = actions.add_line(prescription=draft, content=content, by=doctor, at=NOW())
    for act in (
        lambda: actions.keep_template(prescription=draft, name="X", by=doctor, at=NOW()),
        lambda: actions.keep_favourite(prescription=draft, line_id=line.pk, by=doctor, at=NOW()),
    ):
        with pytest.raises(Refusal, match="nothing_to_keep"):
            act()


# --- Signed


@pytest.fixture
def signed(doctor: Actor, pharmacy: Place) -> Prescription:
    return f.a_signed_anonymous(doctor, pharmacy)


def test_16_signing_by_the_page_asks_no_paper(
    client: Client, doctor: Actor, draft: Prescription
) -> None:
    f.give_reasons(doctor, draft, REASONS[0])
    draft.refresh_from_db()
    path = f"/prescripteur/ordonnances/{draft.pk}/signer/"
    page = client.get(path).content.decode()
    assert 'name="paper"' not in page and "Patiente anonyme" in page
    answer = client.post(path, {"may_follow": "yes", "version": draft.version})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.paper, draft.identity_version) == ("issued", "paper", None)


def test_16_it_waits_in_the_mailbox_of_its_pharmacy_and_nowhere_else(
    signed: Prescription, pharmacy: Place
) -> None:
    assert Message.objects.get().place == pharmacy
    assert not Push.objects.exists()


def test_16_no_other_pharmacy_is_sent_to(
    client: Client, doctor: Actor, signed: Prescription
) -> None:
    other = f.a_place()
    with pytest.raises(NotSent, match="designated_only"):
        send_to_pharmacy(prescription=signed, place_id=other.pk, by=doctor, at=NOW())
    path = f"/prescripteur/ordonnances/{signed.pk}/pharmacie/envoyer/"
    answer = client.post(path, {"place": other.pk})
    assert answer.status_code == 422 and "Seule la pharmacie désignée" in answer.content.decode()


def test_16_the_print_says_anonymous_and_bears_the_second_code(
    client: Client, signed: Prescription
) -> None:
    proof = codes.proof_text_of(signed)
    answer = client.get(f"/prescripteur/ordonnances/{signed.pk}/papier/")
    text = text_of(answer.content)
    assert "Patiente anonyme" in text and proof and len(proof) == 6 and proof in text
    assert "Pharmacie désignée" in text and "Centre hospitalier des Tilleuls" in text
    assert signed.number in answer["Content-Disposition"]


def test_only_a_keyed_hash_of_the_second_code_lasts(signed: Prescription) -> None:
    row = AccessCode.objects.get(prescription=signed, kind="proof")
    proof = codes.proof_text_of(signed)
    assert proof and proof.encode() not in bytes(row.digest) + bytes(row.sealed)
    assert codes.proves(signed, proof.lower()) and codes.proves(signed, f"{proof[:3]} {proof[3:]}")
    assert not codes.proves(signed, "000000" if proof != "000000" else "111111")


def test_a_new_print_makes_a_new_second_code(doctor: Actor, signed: Prescription) -> None:
    before = codes.proof_text_of(signed)
    actions.recode(prescription=signed, by=doctor, at=NOW())
    after = codes.proof_text_of(signed)
    assert before and after and before != after
    assert not codes.proves(signed, before) and codes.proves(signed, after)


def test_the_code_is_as_long_for_all(doctor: Actor, signed: Prescription) -> None:
    named = f.a_signed(doctor, f.a_patient(doctor)[0])
    shape = r"01[0-9A-HJKMNP-TV-Z]{15}[0-9A-Z]\.[0-9A-HJKMNP-TV-Z]{26}"
    assert re.fullmatch(shape, f.code_of(signed)) and re.fullmatch(shape, f.code_of(named))


@pytest.mark.parametrize("may_follow", [True, False])
def test_the_author_follows_it_as_she_answered_and_nobody_is_granted_anything(
    doctor: Actor, pharmacy: Place, may_follow: bool
) -> None:
    signed = f.a_signed_anonymous(doctor, pharmacy, may_follow=may_follow)
    assert bool(execution_readable(doctor, [signed])) is may_follow
    if may_follow:
        check_read_execution(doctor, signed)
    else:
        with pytest.raises(Refusal, match="opposed"):
            check_read_execution(doctor, signed)
    assert not Opposition.objects.exists()


def test_no_other_prescriber_sees_it(signed: Prescription) -> None:
    other = f.a_prescriber()
    assert not execution_readable(other, []) and signed not in queries.visible_to(other)
    with pytest.raises(Refusal, match="not_visible"):
        check_read_execution(other, signed)


PAGES = (
    "",
    "ordonnances/",
    "ordonnances/{}/",
    "ordonnances/{}/papier/",
    "ordonnances/{}/pharmacie/",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_its_author_goes_without_a_name(
    client: Client, signed: Prescription, path: str
) -> None:
    assert client.get("/prescripteur/" + path.format(signed.pk)).status_code == 200


def test_cancelling_stops_it_and_sends_nothing(doctor: Actor, signed: Prescription) -> None:
    actions.cancel(prescription=signed, by=doctor, at=NOW())
    assert signed.state == "cancelled" and not Push.objects.exists()


# --- A pharmacist asks


def test_an_answer_takes_no_words(doctor: Actor, signed: Prescription, pharmacy: Place) -> None:
    asked = Question.objects.create(
        prescription=signed,
        line=signed.lines.get(),
        pharmacy=pharmacy,
        by=f.Activity.objects.get(pk=f.a_pharmacist(place=pharmacy).activity_id),
        at=NOW(),
        problem="3",
        intervention="7",
        quantity=2,
    )
    with pytest.raises(NoWords):
        actions.refuse(question=asked, answer="CANARIOL", key=uuid.uuid4(), by=doctor, at=NOW())
    actions.refuse(question=asked, key=uuid.uuid4(), by=doctor, at=NOW())
    asked.refresh_from_db()
    assert asked.state == "refused"
