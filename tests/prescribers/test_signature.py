"""Signing: what it freezes, what it refuses, and that a second click has no second effect."""

import re
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.documents import codes
from eprescription.documents.code import parse
from eprescription.documents.number import is_valid
from eprescription.execution import read_execution
from eprescription.identity.traits import IdentityStatus
from eprescription.models import (
    AccessCode,
    Balance,
    Deed,
    DispensingCase,
    JournalEntry,
    Line,
    Opposition,
    Prescription,
    Push,
)
from eprescription.refusal import Overtaken, Refusal, Unlawful
from prescribers import actions
from prescribers.lines import of_medicine
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db


def test_given_a_draft_when_signed_then_it_has_a_number_a_code_and_is_open_to_pharmacies(
    doctor: Actor,
) -> None:
    prescription = f.a_signed(doctor, f.a_patient(doctor)[0], renewals=2, quantity=2)
    assert is_valid(prescription.number or "")
    read = parse(f.code_of(prescription))
    assert read and read.number == prescription.number
    assert DispensingCase.objects.get(prescription=prescription).state == "waiting"
    assert Balance.objects.get(line__prescription=prescription).total == 6
    assert Push.objects.get(prescription=prescription).occasion == "signed"
    assert JournalEntry.objects.filter(prescription=prescription, deed=Deed.SIGNED).exists()


def test_only_the_keyed_hash_of_the_token_lasts(doctor: Actor) -> None:
    prescription = f.a_signed(doctor, f.a_patient(doctor)[0])
    token = f.code_of(prescription).split(".")[1]
    row = AccessCode.objects.get(prescription=prescription)
    assert token.encode() not in bytes(row.sealed) + bytes(row.digest)


def test_given_a_profile_that_changes_then_the_signed_page_does_not(doctor: Actor) -> None:
    from eprescription.models import Activity

    prescription = f.a_signed(doctor, f.a_patient(doctor)[0])
    Activity.objects.filter(pk=doctor.activity_id).update(surname="Autrement")
    prescription.refresh_from_db()
    assert prescription.prescriber and prescription.prescriber["name"] == "Claire Lemoine"


def test_given_missing_mentions_then_all_are_told_and_nothing_is_signed(doctor: Actor) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0], posology="")
    with pytest.raises(Unlawful) as refused:
        actions.sign(prescription=draft, may_follow=None, paper=None, by=doctor, at=timezone.now())
    assert {b.field for b in refused.value.breaches} == {"posology", "may_follow", "paper"}
    draft.refresh_from_db()
    assert draft.state == "draft" and draft.number is None
    assert not Push.objects.exists()


def test_given_a_colleague_of_the_same_practice_then_he_cannot_sign(doctor: Actor) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    from eprescription.models import Place

    colleague = f.a_prescriber(place=Place.objects.get(pk=doctor.place_id))
    with pytest.raises(Refusal):
        actions.sign(
            prescription=draft, may_follow=True, paper="paper", by=colleague, at=timezone.now()
        )
    assert acting(colleague).get(f"/prescripteur/ordonnances/{draft.pk}/").status_code == 404


def test_given_an_ivg_medicine_then_it_is_not_stored_before_its_questions(doctor: Actor) -> None:
    from eprescription.catalogue.models import Medicine as Drug

    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    before = Line.objects.count()
    cis = Drug.objects.filter(ivg=True)[0].cis
    content = of_medicine(cis, by_inn=False, on=timezone.localdate())
    with pytest.raises(actions.IvgAsked):
        actions.add_line(prescription=draft, content=content, by=doctor, at=timezone.now())
    assert Line.objects.count() == before


def test_given_a_patient_who_refuses_the_follow_up_then_an_opposition_stands_at_once(
    doctor: Actor,
) -> None:
    prescription = f.a_signed(doctor, f.a_patient(doctor)[0], may_follow=False)
    assert Opposition.objects.get(prescription=prescription).channel == "writing"
    with pytest.raises(Refusal):
        read_execution(prescription, by=doctor)


def test_given_an_identity_that_is_not_qualified_then_mail_only_is_refused(doctor: Actor) -> None:
    who = f.traits(status=IdentityStatus.PROV, ins="", ins_oid="")
    subject, _account = f.a_patient(doctor, who)
    draft = f.a_draft(doctor, subject)
    with pytest.raises(Unlawful) as refused:
        actions.sign(
            prescription=draft, may_follow=True, paper="mail", by=doctor, at=timezone.now()
        )
    assert refused.value.breaches[0].field == "paper"


def test_a_reprint_makes_a_new_code_and_kills_the_old_one(doctor: Actor) -> None:
    prescription = f.a_signed(doctor, f.a_patient(doctor)[0])
    old = f.code_of(prescription)
    actions.recode(prescription=prescription, by=doctor, at=timezone.now())
    new = f.code_of(prescription)
    pharmacist = f.a_pharmacist()
    assert old != new
    assert codes.find(parse(old)) is None  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        from pharmacies.actions import open_by_code

        open_by_code(text=old, by=pharmacist, address="x", at=timezone.now())
    f.open_at(pharmacist, prescription)


def test_the_sealed_token_is_emptied_once_nobody_needs_it(doctor: Actor) -> None:
    from eprescription.upkeep import empty_codes

    prescription = f.a_signed(doctor, f.a_patient(doctor)[0])
    assert empty_codes(at=f.later(days=1)) == 0  # the document still waits to leave
    Push.objects.all().delete()
    assert empty_codes(at=f.later(minutes=5)) == 0
    assert empty_codes(at=f.later(days=1)) == 1
    assert codes.text_of(prescription) is None


def test_cancelling_stops_what_is_not_dispensed_and_says_the_same_in_all_cases(
    doctor: Actor,
) -> None:
    subject, _account = f.a_patient(doctor)
    answers = []
    for dispensed in (False, True):
        prescription = f.a_signed(doctor, subject, may_follow=False)
        if dispensed:
            f.dispense_all(f.a_pharmacist(), prescription)
        client = acting(doctor)
        answer = client.post(f"/prescripteur/ordonnances/{prescription.pk}/annuler/", follow=True)
        page = answer.content.decode()
        for own in (str(prescription.pk), *page_numbers(prescription)):
            page = page.replace(own, "")
        answers.append((answer.status_code, strip_changing(page)))
    assert answers[0] == answers[1]


def page_numbers(prescription: Prescription) -> list[str]:
    from eprescription.documents.number import grouped

    return [grouped(prescription.number or ""), prescription.number or ""]


def strip_changing(page: str) -> str:
    """Without tokens and moments, which differ between any two pages."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return re.sub(r"<time.*?</time>", "", page, flags=re.S)


def test_given_a_cancelled_prescription_then_the_pharmacy_that_claimed_it_is_stopped(
    doctor: Actor,
) -> None:
    prescription = f.a_signed(doctor, f.a_patient(doctor)[0])
    pharmacist = f.a_pharmacist()
    f.open_at(pharmacist, prescription)
    actions.cancel(prescription=prescription, by=doctor, at=timezone.now())
    with pytest.raises(Overtaken) as stopped:
        f.dispense(pharmacist, prescription, f.decisions_for(prescription))
    assert "annulé" in stopped.value.text


def test_given_no_fresh_proof_then_signing_asks_for_it_and_keeps_the_answers(
    doctor: Actor,
) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    client = acting(doctor, proved=False)
    url = f"/prescripteur/ordonnances/{draft.pk}/signer/"
    answers = {"may_follow": "no", "paper": "paper", "version": draft.version}
    without = client.post(url, answers)
    assert without.status_code == 200
    assert 'value="no"' in without.content.decode()
    wrong = client.post(url, answers | {"password": "pas le bon"})
    draft.refresh_from_db()
    assert wrong.status_code == 200 and draft.state == "draft"
    assert client.post(url, answers | {"password": f.PASSWORD}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "issued"


def test_guessing_the_password_at_signature_is_limited(doctor: Actor) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    client = acting(doctor, proved=False)
    url = f"/prescripteur/ordonnances/{draft.pk}/signer/"
    answers = {"may_follow": "no", "paper": "paper", "version": draft.version}
    for _ in range(5):
        client.post(url, answers | {"password": "pas le bon"})
    client.post(url, answers | {"password": f.PASSWORD})
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_answers_of_last_time_are_ticked_to_confirm(doctor: Actor, client: Client) -> None:
    subject, _account = f.a_patient(doctor)
    first = f.a_draft(doctor, subject)
    page = client.get(f"/prescripteur/ordonnances/{first.pk}/signer/").content.decode()
    assert not re.search(r'type="radio"[^>]*checked', page)
    f.a_signed(doctor, subject, may_follow=False)
    page = client.get(f"/prescripteur/ordonnances/{first.pk}/signer/").content.decode()
    assert "Réponses de la dernière fois" in page
    assert re.search(r'value="no"[^>]*checked', page)


def test_what_changed_since_it_was_read_over_is_not_signed(doctor: Actor, client: Client) -> None:
    """Given the page of the signature open, when a line changes in another window, then nothing unseen is signed."""
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    seen = draft.version
    line = draft.lines.get()
    actions.save_lines(
        prescription=draft, lines={line.pk: {"quantity": 9}}, by=doctor, at=timezone.now()
    )
    answers = {"may_follow": "yes", "paper": "paper", "version": seen}
    answer = client.post(f"/prescripteur/ordonnances/{draft.pk}/signer/", answers)
    page = answer.content.decode()
    draft.refresh_from_db()
    assert answer.status_code == 409 and draft.state == "draft"
    assert "depuis que vous l&#x27;avez relue" in page and "9 boîtes" in page
    assert f'name="version" value="{draft.version}"' in page


def test_the_paper_of_a_draft_does_not_exist(doctor: Actor, client: Client) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    assert client.get(f"/prescripteur/ordonnances/{draft.pk}/papier/").status_code == 404


def test_the_paper_is_a_pdf_whose_file_name_says_nothing_of_a_person(
    doctor: Actor, client: Client
) -> None:
    prescription = f.a_signed(doctor, f.a_patient(doctor)[0])
    answer = client.get(f"/prescripteur/ordonnances/{prescription.pk}/papier/")
    assert answer.content.startswith(b"%PDF")
    assert prescription.number in answer["Content-Disposition"]
    assert "MARTEL" not in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_on_sign_have_one_effect(catalogue: Any) -> None:
    """Given one draft, when twenty clicks come at once, then one signature, one number, one push."""
    doctor = f.a_prescriber()
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    clients = [acting(doctor) for _ in range(20)]
    start = threading.Barrier(20)
    found: list[int] = []

    def click(client: Client) -> None:
        start.wait()
        try:
            url = f"/prescripteur/ordonnances/{draft.pk}/signer/"
            answers = {"may_follow": "yes", "paper": "paper", "version": draft.version}
            found.append(client.post(url, answers).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(c,)) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [302] * 20
    assert Push.objects.count() == 1
    assert DispensingCase.objects.count() == 1
    assert JournalEntry.objects.filter(deed=Deed.SIGNED).count() == 1
