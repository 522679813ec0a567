"""The pages of a patient, through their addresses, as a browser without JavaScript gets them."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.health_space import delivery
from eprescription.identity.traits import IdentityStatus
from eprescription.models import Deed, JournalEntry, Opposition, Prescription, Push, PushState
from eprescription.upkeep import let_time_pass
from patients.models import ReceivedDocument
from tests import factories
from tests.asking import a_question
from tests.eprescription.health_space.conftest import receiver  # noqa: F401 - a fixture
from tests.eprescription.health_space.receivers import DoorOfThePortal
from tests.sessions import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def patient(doctor: Actor) -> Actor:
    _subject, actor = factories.a_patient(doctor)
    assert actor is not None
    return actor


@pytest.fixture
def prescription(doctor: Actor, patient: Actor) -> Prescription:
    return factories.a_signed(doctor, patient.subject_id)


def text(client: Client, name: str, *args: Any) -> str:
    """What the page says, as words."""
    answer = client.get(reverse(f"patients:{name}", args=args))
    assert answer.status_code == 200, answer.status_code
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&#x27;", "'").split())


def push(prescription: Prescription, state: PushState = PushState.DELIVERED) -> ReceivedDocument:
    """Lets the document arrive."""
    delivery.deliver(Push.objects.get(prescription=prescription).pk, at=timezone.now())
    return ReceivedDocument.objects.get(number=prescription.number)


# --- What he sees


def test_he_finds_his_prescriptions_with_what_remains_and_until_when(
    patient: Actor, prescription: Prescription
) -> None:
    said = text(acting(patient), "home")

    assert "Amoxicilline" in said
    assert "Dr Claire Lemoine" in said
    assert "Il vous reste 2 boîtes à retirer. Jusqu'au" in said
    assert "Pas encore délivrée" in said


def test_without_any_prescription_the_page_says_what_will_happen(patient: Actor) -> None:
    assert "Vous n'avez rien à faire" in text(acting(patient), "home")


def test_he_never_sees_a_draft(doctor: Actor, patient: Actor) -> None:
    draft = factories.a_draft(doctor, patient.subject_id)
    client = acting(patient)

    assert "Amoxicilline" not in text(client, "home")
    assert client.get(reverse("patients:prescription", args=[draft.pk])).status_code == 404


def test_he_reads_what_was_prescribed_against_what_was_given_where_and_when(
    doctor: Actor, patient: Actor
) -> None:
    prescription = factories.a_signed(doctor, patient.subject_id, renewals=1)
    factories.dispense_all(factories.a_pharmacist(), prescription)

    said = text(acting(patient), "prescription", prescription.pk)

    assert "1 comprimé le matin et 1 comprimé le soir, pendant 7 jours." in said
    assert "« 1 comprimé matin et soir »" in said
    assert "Prescrit 4 boîtes" in said
    assert "Remis 2 boîtes" in said
    assert "Reste 2 boîtes" in said
    assert "Pharmacie de la Gare" in said
    assert ": 2 boîtes." in said


def test_a_narcotic_is_told_in_what_is_counted_to_the_patient_and_to_his_prescriber(
    doctor: Actor, patient: Actor
) -> None:
    asked = {"posology": "1 gélule matin et soir", "duration_days": 7, "renewals": 0}
    prescription = factories.a_signed(doctor, patient.subject_id, "SKENAN L.P. 10 mg", **asked)
    factories.dispense_all(factories.a_pharmacist(), prescription)

    said = text(acting(patient), "prescription", prescription.pk)
    assert "Prescrit 14 gélules" in said and "Remis 14 gélules" in said
    assert ": 14 gélules." in said

    page = acting(doctor).get(reverse("prescribers:prescription", args=[prescription.pk]))
    told = " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
    assert "Délivré : 14 gélules" in told
    for answer in (said, told):
        assert "14 boîtes" not in answer


def test_a_cancelled_prescription_says_not_to_use_it(
    doctor: Actor, patient: Actor, prescription: Prescription
) -> None:
    factories.prescriber_acts.cancel(prescription=prescription, by=doctor, at=timezone.now())

    said = text(acting(patient), "prescription", prescription.pk)

    assert "ne l'utilisez plus" in said
    assert "Montrer le code" not in said


def test_after_three_months_without_dispensing_it_says_that_the_time_is_over(
    doctor: Actor, patient: Actor
) -> None:
    old = factories.a_signed(
        doctor, patient.subject_id, at=timezone.localtime() - timedelta(days=100)
    )

    said = text(acting(patient), "prescription", old.pk)

    assert "Le délai est passé" in said
    assert "Montrer le code" not in said


# --- The document


def test_a_document_on_its_way_is_announced(patient: Actor, prescription: Prescription) -> None:
    assert "Le document arrive" in text(acting(patient), "prescription", prescription.pk)


def test_the_document_opens_in_the_browser_without_a_telling_name(
    patient: Actor,
    prescription: Prescription,
    receiver: DoorOfThePortal,  # noqa: F811
) -> None:
    document = push(prescription)

    answer = acting(patient).get(reverse("patients:document", args=[document.pk]))

    assert answer["content-type"] == "application/pdf"
    assert answer["content-disposition"] == 'inline; filename="document.pdf"'
    assert answer["cache-control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize("status", [IdentityStatus.VALI, IdentityStatus.PROV])
def test_without_a_qualified_identity_the_page_says_why_nothing_was_sent(
    doctor: Actor, status: IdentityStatus
) -> None:
    who = factories.traits(status=status, ins="", ins_oid="")
    subject_id, patient = factories.a_patient(doctor, who)
    assert patient is not None
    prescription = factories.a_signed(doctor, subject_id)

    said = text(acting(patient), "prescription", prescription.pk)

    assert "identité du patient n'est pas qualifiée" in said
    assert "montrez le papier à la pharmacie" in said
    assert "Ouvrir le document" not in said


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"state": PushState.DEAD, "attempts": 8}, "L'envoi a échoué"),
        ({"attempts": 3}, "Le document a du retard"),
        ({"created_at": timezone.now() - timedelta(hours=1)}, "Le document a du retard"),
        ({"state": PushState.WITHHELD}, "n'est pas dans votre espace"),
    ],
)
def test_a_push_that_is_late_or_lost_is_told_with_what_to_do(
    patient: Actor, prescription: Prescription, changes: dict[str, Any], says: str
) -> None:
    Push.objects.filter(prescription=prescription).update(**changes)

    said = text(acting(patient), "prescription", prescription.pk)

    assert says in said
    assert "montrez le papier à la pharmacie" in said


# --- The code


def test_the_code_on_the_page_opens_the_prescription_in_a_pharmacy(
    patient: Actor,
    prescription: Prescription,
    receiver: DoorOfThePortal,  # noqa: F811
) -> None:
    push(prescription)

    page = acting(patient).get(reverse("patients:code", args=[prescription.pk]))

    assert read_back(page.content.decode()) == factories.code_of(prescription)
    assert prescription.number is not None
    assert prescription.number[-4:] in page.content.decode()


def read_back(page: str) -> str:
    """Scans the drawing on the page, as the counter does."""
    import zxingcpp
    from PIL import Image, ImageDraw

    path = re.search(r'stroke="#000".*?d="([^"]+)"|d="([^"]+)"[^>]*stroke="#000"', page)
    assert path, page
    side, scale = 37, 10
    picture = Image.new("L", (side * scale, side * scale), 255)
    pen, x, y = ImageDraw.Draw(picture), 0.0, 0.0
    for step, numbers in re.findall(r"([Mmhv])([-\d. ]*)", path[1] or path[2]):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if step == "M":
            x, y = values
        elif step == "m":
            x, y = x + values[0], y + values[1]
        else:
            box = (x * scale, (y - 0.5) * scale, (x + values[0]) * scale - 1, (y + 0.5) * scale - 1)
            pen.rectangle(box, fill=0)
            x += values[0]
    return zxingcpp.read_barcodes(picture)[0].text


def test_the_code_is_shown_only_while_it_opens_something(
    patient: Actor,
    prescription: Prescription,
    receiver: DoorOfThePortal,  # noqa: F811
) -> None:
    client = acting(patient)
    assert "n'est pas disponible" in text(client, "code", prescription.pk)
    push(prescription)
    assert "Montrez ce code" in text(client, "code", prescription.pk)

    factories.dispense_all(factories.a_pharmacist(), prescription)

    said = text(client, "code", prescription.pk)
    assert "n'est pas disponible" in said
    assert "Tout vous a été remis" in said


def test_a_code_that_was_replaced_since_is_not_shown(
    doctor: Actor,
    patient: Actor,
    prescription: Prescription,
    receiver: DoorOfThePortal,  # noqa: F811
) -> None:
    push(prescription)
    factories.prescriber_acts.recode(prescription=prescription, by=doctor, at=timezone.now())

    assert "version plus récente arrive" in text(acting(patient), "code", prescription.pk)


def test_a_page_made_anew_without_code_leaves_the_code_that_he_has(
    doctor: Actor,
    patient: Actor,
    prescription: Prescription,
    receiver: DoorOfThePortal,  # noqa: F811
) -> None:
    # Given a document that arrived with its code, and a line changed long after, when the token was emptied
    code = factories.code_of(prescription)
    push(prescription)
    later = timezone.localtime() + timedelta(days=2)
    pharmacist = factories.a_pharmacist()
    question = a_question(pharmacist, prescription, quantity=1)
    factories.release(pharmacist, prescription)
    let_time_pass(at=later)
    factories.prescriber_acts.accept(question=question, key=uuid.uuid4(), by=doctor, at=later)
    # When the new page arrives
    amended = Push.objects.get(prescription=prescription, occasion="amended 1")
    delivery.deliver(amended.pk, at=later)
    page = acting(patient).get(reverse("patients:code", args=[prescription.pk]))
    # Then his code is still shown, read from the page before
    assert ReceivedDocument.objects.filter(status="superseded").count() == 1
    assert read_back(page.content.decode()) == code


# --- His choices


def test_one_press_and_the_page_says_what_stands_now_and_since_when(
    patient: Actor, prescription: Prescription
) -> None:
    client = acting(patient)
    page = text(client, "choices")
    assert "La pharmacie, elle, le verra toujours" in page
    assert "Aucun médecin ne voit" not in page

    answer = client.post(reverse("patients:oppose"), {"reach": "all"}, follow=True)

    said = answer.content.decode()
    assert answer.redirect_chain == [(reverse("patients:choices"), 302)]
    assert "Aucun médecin ne voit plus" in said
    assert "Aucun médecin ne voit ce que la pharmacie vous remet. Depuis le" in said
    assert "Partager à nouveau" in said


@pytest.mark.parametrize("reach", ["all", "prescriber", "prescription"])
def test_each_choice_can_be_made_and_taken_back(
    doctor: Actor, patient: Actor, prescription: Prescription, reach: str
) -> None:
    client = acting(patient)
    choice = {
        "reach": reach,
        "prescription": prescription.pk if reach == "prescription" else "",
        "prescriber": doctor.user_id if reach == "prescriber" else "",
        "back": prescription.pk,
    }

    client.post(reverse("patients:oppose"), choice)
    assert Opposition.objects.filter(until=None, reach=reach).count() == 1
    answer = client.post(reverse("patients:withdraw"), choice)

    assert answer["location"] == reverse("patients:prescription", args=[prescription.pk])
    assert not Opposition.objects.filter(until=None).exists()


def test_taking_one_choice_back_is_honest_about_the_others(
    patient: Actor, prescription: Prescription
) -> None:
    client = acting(patient)
    one = {"reach": "prescription", "prescription": prescription.pk}
    client.post(reverse("patients:oppose"), {"reach": "all"})
    client.post(reverse("patients:oppose"), one)

    answer = client.post(reverse("patients:withdraw"), one, follow=True)

    assert "Vos autres choix restent en place" in answer.content.decode()


# --- What is not his does not exist


def test_what_belongs_to_somebody_else_answers_as_what_does_not_exist(
    doctor: Actor,
    patient: Actor,
    receiver: DoorOfThePortal,  # noqa: F811
) -> None:
    other_id, _account = factories.a_patient(
        doctor, factories.traits(birth_name="DURAND"), account=False
    )
    theirs = factories.a_signed(doctor, other_id)
    document = push(theirs)
    client = acting(patient)

    for name in ("prescription", "code", "document"):
        foreign = client.get(
            reverse(f"patients:{name}", args=[document.pk if name == "document" else theirs.pk])
        )
        unknown = client.get(reverse(f"patients:{name}", args=[uuid.uuid4()]))
        assert foreign.status_code == unknown.status_code == 404
        assert without_address(foreign) == without_address(unknown)


def without_address(answer: Any) -> str:
    """A page without what differs by itself: the form token and its own address."""
    body = re.sub(r'value="[^"]{40,}"', "", answer.content.decode())
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", body)


@pytest.mark.parametrize(
    "choice",
    [
        {"reach": "prescription", "prescription": str(uuid.uuid4())},
        {"reach": "prescriber", "prescriber": str(uuid.uuid4())},
        {"reach": "prescription"},
        {"reach": "everything"},
        {"reach": "prescription", "prescription": "x"},
        {},
    ],
)
@pytest.mark.parametrize("act", ["oppose", "withdraw"])
def test_a_choice_about_nothing_of_his_answers_404(
    patient: Actor, choice: dict[str, str], act: str
) -> None:
    assert acting(patient).post(reverse(f"patients:{act}"), choice).status_code == 404
    assert not Opposition.objects.exists()


def test_choices_are_never_made_by_following_a_link(patient: Actor) -> None:
    client = acting(patient)

    assert client.get(reverse("patients:oppose"), {"reach": "all"}).status_code == 405
    assert not Opposition.objects.exists()


def test_professionals_have_no_patients_pages(doctor: Actor, prescription: Prescription) -> None:
    for actor in (doctor, factories.a_pharmacist()):
        client = acting(actor)
        assert client.get(reverse("patients:home")).status_code == 404
        address = reverse("patients:prescription", args=[prescription.pk])
        assert client.get(address).status_code == 404


# --- Traces and cost


def test_each_reading_leaves_its_trace(
    patient: Actor,
    prescription: Prescription,
    receiver: DoorOfThePortal,  # noqa: F811
) -> None:
    document = push(prescription)
    client = acting(patient)
    for name, pk in (
        ("home", None),
        ("prescription", prescription.pk),
        ("document", document.pk),
        ("code", prescription.pk),
        ("choices", None),
    ):
        client.get(reverse(f"patients:{name}", args=[pk] if pk else []))

    traces = JournalEntry.objects.filter(activity=patient.activity_id).order_by("at", "pk")
    assert list(traces.values_list("deed", flat=True)) == [
        Deed.LISTED,
        Deed.READ,
        Deed.READ_EXECUTION,
        Deed.READ_DOCUMENT,
        Deed.READ_DOCUMENT,
        Deed.LISTED,
    ]
    assert {t.prescription_id for t in traces} == {prescription.pk}


@pytest.mark.parametrize("name", ["home", "choices"])
def test_lists_cost_the_same_however_long_they_are(
    doctor: Actor, patient: Actor, name: str
) -> None:
    client = acting(patient)
    factories.a_signed(doctor, patient.subject_id)
    few = queries_of(client, name)
    for _ in range(11):
        factories.a_signed(doctor, patient.subject_id)

    assert queries_of(client, name) == few
    assert "Page 1 sur 2" in text(client, name)


def queries_of(client: Client, name: str) -> int:
    client.get(reverse(f"patients:{name}"))
    with CaptureQueriesContext(
        connection,
    ) as caught:
        client.get(reverse(f"patients:{name}"))
    return len(caught)


def test_no_address_holds_a_number_a_name_or_a_drug(
    patient: Actor, prescription: Prescription
) -> None:
    client = acting(patient)
    found: set[str] = set()
    for name, args in (("home", []), ("prescription", [prescription.pk]), ("choices", [])):
        page = client.get(reverse(f"patients:{name}", args=args)).content.decode()
        found |= set(re.findall(r'(?:href|action|src)="([^"]+)"', page))

    together = " ".join(found).lower()
    assert prescription.number is not None
    for secret in (prescription.number, "martel", "jeanne", "amoxicilline", "lemoine"):
        assert secret.lower() not in together


def test_a_narrow_no_is_not_hidden_behind_a_wide_yes(
    patient: Actor, prescription: Prescription
) -> None:
    client = acting(patient)

    client.post(
        reverse("patients:oppose"), {"reach": "prescription", "prescription": prescription.pk}
    )

    assert "Vos médecins voient ce que la pharmacie vous remet. Sauf là où" in text(
        client, "choices"
    )
