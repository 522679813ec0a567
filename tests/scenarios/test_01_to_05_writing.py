"""Scenarios 1 to 5: what a doctor creates, what is missing, who may, by which name, and without paper."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.catalogue.models import Device, Edition
from eprescription.documents import number
from eprescription.documents.reading import read_file
from eprescription.identity.traits import IdentityStatus
from eprescription.models import Activity, Letter, Prescription
from eprescription.refusal import Unlawful
from eprescription.secure_mail import letters
from prescribers import actions
from prescribers.lines import of_device
from tests import factories as f
from tests.mail_servers import SmtpServer
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime


@pytest.fixture
def doctor() -> Actor:
    return f.a_prescriber()


def signed_on_the_page(doctor: Actor, draft: Prescription, paper: str = "paper") -> Any:
    client = acting(doctor)
    sent = {"may_follow": "yes", "paper": paper, "version": draft.version}
    return client, client.post(reverse("prescribers:sign", args=[draft.pk]), sent)


def words_of(pdf: bytes) -> str:
    import pypdfium2

    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(page.get_textpage().get_text_bounded() for page in pages)


def test_01_create_gives_a_number_a_code_and_a_page_and_locks_the_content(doctor: Actor) -> None:
    # Given a doctor whose RPPS passes the key of Luhn, and a complete prescription
    rpps = Activity.objects.get(pk=doctor.activity_id).identifier
    assert sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(rpps[::-1])) % 10 == 0
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    # When he validates it
    client, answer = signed_on_the_page(doctor, draft)
    assert answer.status_code == 302
    # Then it has a number of 18 characters, a code and its page
    draft.refresh_from_db()
    assert draft.number and len(draft.number) == 18 and number.is_valid(draft.number)
    pdf = client.get(reverse("prescribers:paper", args=[draft.pk])).content
    assert read_file(pdf).texts[0].startswith(f"{draft.number}.")
    page = words_of(pdf)
    assert number.grouped(draft.number) in page
    plain = " ".join(page.replace("\u2019", "'").split())
    assert "ne s'est pas opposé" in plain and "à tout moment" in plain
    # And its content is locked
    assert client.get(reverse("prescribers:write", args=[draft.pk])).status_code == 302
    with pytest.raises(Exception, match="frozen"):
        draft.lines.update(quantity=9)


@pytest.mark.parametrize("missing", ["posology", "duration_days"])
def test_02_a_missing_mention_is_named_with_its_article_and_nothing_is_signed(
    doctor: Actor, missing: str
) -> None:
    empty: Any = "" if missing == "posology" else None
    more = {missing: empty} | ({"quantity": None} if missing == "duration_days" else {})
    draft = f.a_draft(doctor, f.a_patient(doctor)[0], **more)
    _client, answer = signed_on_the_page(doctor, draft)
    assert answer.status_code == 422
    assert re.search(r"R\. 5132-3|R\. 5123-1", answer.content.decode())
    draft.refresh_from_db()
    assert draft.number is None


def test_02_a_patient_without_sex_or_birth_date_cannot_be_registered(doctor: Actor) -> None:
    client = acting(doctor)
    sent = {"birth_name": "MARTEL", "first_names": "JEANNE", "birth_date": "", "sex": ""}
    answer = client.post(reverse("prescribers:patient_new"), sent)
    page = answer.content.decode()
    assert 'id="id_birth_date_error"' in page and 'id="id_sex_error"' in page
    assert 'value="MARTEL"' in page  # what was typed is kept


def test_03_a_physiotherapist_prescribes_a_device_and_no_antibiotic() -> None:
    physio = f.a_prescriber(profession="70")
    subject, _account = f.a_patient(physio)
    with pytest.raises(Unlawful) as refused:
        sign(physio, f.a_draft(physio, subject))
    assert any("L. 4321-1" in str(breach.article) for breach in refused.value.breaches)
    draft = actions.draft(subject_id=subject, by=physio, at=NOW())
    content = of_device(a_device(), timezone.localdate())
    actions.add_line(prescription=draft, content=content, by=physio, at=NOW())
    assert sign(physio, draft).number


def a_device() -> str:
    today = timezone.localdate()
    edition = Edition.objects.create(
        kind=Edition.Kind.DEVICES, source="fixture", date=today, loaded_at=NOW(), active=True
    )
    device = Device.objects.create(
        code="2123456", label="Canne", edition=edition, ends_on=today + timedelta(days=365)
    )
    return device.code


def sign(doctor: Actor, draft: Prescription) -> Prescription:
    return actions.sign(prescription=draft, may_follow=True, paper="paper", by=doctor, at=NOW())


def test_04_a_brand_is_printed_with_its_substance(doctor: Actor) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0], "DOLIPRANE 1000 mg")
    client, _answer = signed_on_the_page(doctor, draft)
    page = words_of(client.get(reverse("prescribers:paper", args=[draft.pk])).content).casefold()
    assert "paracétamol" in page and "doliprane" in page
    assert page.index("paracétamol") < page.index("doliprane")


@pytest.fixture
def smtp(settings: Any) -> Any:
    server = SmtpServer()
    settings.SMTP_URL = f"smtp+plain://127.0.0.1:{server.port}"
    settings.MAIL_SENDER = "portail@ordonnance.mssante.exemple"
    yield server
    server.stop()


def test_05_paper_refused_needs_a_qualified_identity_and_goes_to_the_patients_mailbox(
    doctor: Actor, smtp: SmtpServer
) -> None:
    # Given a qualified INS, when the patient wants secure mail only
    subject, _account = f.a_patient(doctor)
    draft = f.a_draft(doctor, subject)
    _client, answer = signed_on_the_page(doctor, draft, paper="mail")
    # Then no print is required, the copy leaves for the patient's mailbox, the choice is kept
    assert answer.status_code == 302
    letters.deliver(Letter.objects.get().pk, at=NOW())
    assert len(smtp.mails) == 1 and smtp.recipients[0].endswith("@patient.mssante.fr")
    draft.refresh_from_db()
    assert draft.paper == "mail"


def test_05_with_a_validated_identity_alone_the_paper_is_required(doctor: Actor) -> None:
    who = f.traits(status=IdentityStatus.VALI, ins="", ins_oid="")
    draft = f.a_draft(doctor, f.a_patient(doctor, who)[0])
    _client, answer = signed_on_the_page(doctor, draft, paper="mail")
    assert answer.status_code == 422
    assert "qualifi" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.number is None
