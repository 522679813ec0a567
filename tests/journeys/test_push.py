"""Story: the document is in the patient's space within seconds of the signature, and he shows its code."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from eprescription.identity.traits import IdentityStatus
from eprescription.models import Push, PushState
from tests import factories
from tests.eprescription.health_space.workers import Worker, eventually
from tests.journeys.people import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}


@pytest.fixture(scope="module")
def worker(
    live_server: Any, valkey: Any, tmp_path_factory: Any, django_db_setup: Any
) -> Iterator[Worker]:
    running = Worker(
        tmp_path_factory.mktemp("worker"),
        database=connection.settings_dict["NAME"],
        health_space=f"{live_server.url}/espace-sante/fhir",
    )
    yield running
    running.stop()


def test_the_document_is_there_within_5_seconds_and_its_code_works(
    new_page: Any, live_server: Any, worker: Worker, catalogue: None
) -> None:
    # Given a patient with a qualified identity, who looks at his space on his phone
    doctor = factories.a_prescriber()
    subject_id, patient = factories.a_patient(doctor)
    warm_up = factories.a_signed(doctor, subject_id)  # the worker itself may still be starting
    eventually(lambda: Push.objects.get(prescription=warm_up).state == PushState.DELIVERED, 20)
    phone = new_page(**PHONE)
    sign_in(phone, live_server, patient)

    # When his doctor signs
    prescription = factories.a_signed(doctor, subject_id, "EUPANTOL 40")

    # Then the document is there within 5 s
    def arrived() -> bool:
        phone.goto(live_server.url + reverse("patients:prescription", args=[prescription.pk]))
        return "Votre ordonnance est arrivée" in phone.inner_text("main")

    eventually(arrived, 5)
    with phone.context.expect_page() as opened:
        phone.get_by_role("link", name="Ouvrir le document").click()
    assert "/espace/documents/" in opened.value.url

    # And the code that he shows opens it in a pharmacy
    phone.get_by_role("link", name="Montrer le code").click()
    expect(phone.get_by_role("img", name="Code à scanner")).to_be_visible()
    expect(phone.locator("main")).to_contain_text((prescription.number or "")[-4:])
    pharmacist = factories.a_pharmacist()
    factories.open_at(pharmacist, prescription)
    phone.goto(live_server.url + reverse("patients:home"))
    expect(phone.locator("main")).to_contain_text("Une pharmacie la prépare.")


def test_without_a_qualified_identity_nothing_is_sent_and_the_page_says_why(
    new_page: Any, live_server: Any, worker: Worker, catalogue: None
) -> None:
    # Given a patient whose identity is not qualified
    doctor = factories.a_prescriber()
    who = factories.traits(status=IdentityStatus.VALI, ins="", ins_oid="")
    subject_id, patient = factories.a_patient(doctor, who)

    # When his doctor signs
    prescription = factories.a_signed(doctor, subject_id)
    eventually(lambda: Push.objects.get().state == PushState.WITHHELD, 20)

    # Then his page says why nothing came, and that the paper holds
    phone = new_page(**PHONE)
    sign_in(phone, live_server, patient)
    phone.goto(live_server.url + reverse("patients:prescription", args=[prescription.pk]))
    expect(phone.locator("main")).to_contain_text("identité du patient n'est pas qualifiée")
    expect(phone.locator("main")).to_contain_text("montrez le papier à la pharmacie")
