"""A picture, a PDF or the camera at the desk: the code opens, all else gets a clear answer soon."""

import io
import re
import zlib
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from eprescription.actor import Actor
from eprescription.documents.code import code_text, new_token, qr_png
from eprescription.documents.number import new_number
from eprescription.documents.paper import page_of
from eprescription.identity import vault
from eprescription.models import Claim, Prescription
from pharmacies import frames
from pharmacies.models import Miss
from tests import factories
from tests.pharmacies.page import box_of
from tests.timing import ends_within

SOON = 2.0  # seconds
INS = "251033155512345"


def hand_over(desk: Client, content: bytes, name: str = "photo.png") -> Any:
    file = SimpleUploadedFile(name, content, content_type="application/octet-stream")
    return desk.post(reverse("pharmacies:open_file"), {"file": file})


def show(desk: Client, content: bytes) -> Any:
    return desk.post(reverse("pharmacies:frame"), {"frame": SimpleUploadedFile("f.jpg", content)})


def picture(text: str = "", kind: str = "PNG") -> bytes:
    """A photograph of a sheet with this code on it, or of a blank sheet."""
    sheet = Image.new("RGB", (900, 700), "white")
    if text:
        sheet.paste(Image.open(io.BytesIO(qr_png(text, scale=6))).convert("RGB"), (200, 120))
    out = io.BytesIO()
    sheet.save(out, kind)
    return out.getvalue()


def blank_pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """A picture of 40 000 by 40 000 pixels in a few kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body).to_bytes(4)
        return len(body).to_bytes(4) + kind + body + check

    size = (40_000).to_bytes(4)
    head = size + size + bytes([1, 0, 0, 0, 0])
    body = zlib.compress(b"\0" * 5001 * 2000)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.fixture
def prescription(doctor: Actor, patient: Any) -> Prescription:
    return factories.a_signed(doctor, patient)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_of_the_code_opens(desk: Client, prescription: Prescription, kind: str) -> None:
    response = hand_over(desk, picture(factories.code_of(prescription), kind))
    assert response["Location"] == reverse("pharmacies:prescription", args=[prescription.pk])


def test_the_pdf_of_the_ordonnance_opens(desk: Client, prescription: Prescription) -> None:
    traits = vault.read(prescription.subject_id, prescription.identity_version)
    response = hand_over(desk, page_of(prescription, traits), "ordonnance.pdf")
    assert response["Location"] == reverse("pharmacies:prescription", args=[prescription.pk])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "Ce fichier est vide", id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\nbroken" * 9, "ni une image ni un PDF", id="broken picture"),
        pytest.param(b"%PDF-1.7\nbroken", "ni une image ni un PDF", id="broken PDF"),
        pytest.param(b"MZ hello", "ni une image ni un PDF", id="a program"),
        pytest.param(b"\x89PNG" + b"x" * 6_000_000, "dépasse 5 Mo", id="heavy"),
        pytest.param(bomb(), "trop grande", id="huge"),
        pytest.param(picture(), "Aucun code", id="picture without code"),
        pytest.param(blank_pdf(), "Aucun code", id="PDF without code"),
        pytest.param(picture(INS), "l&#x27;INS du patient", id="INS"),
    ],
)
def test_what_cannot_be_read_is_told_soon_at_the_field(
    desk: Client, content: bytes, message: str
) -> None:
    with ends_within(SOON):
        response = hand_over(desk, content)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert "field__error" in response.content.decode()
    assert not Miss.objects.exists()


def test_a_form_without_file_says_so(desk: Client) -> None:
    response = desk.post(reverse("pharmacies:open_file"), {})
    assert response.status_code == 422
    assert "Choisissez une image ou un PDF" in response.content.decode()


def test_a_foreign_code_in_a_file_is_a_miss(desk: Client) -> None:
    response = hand_over(desk, picture(code_text(new_number(), new_token())))
    assert response.status_code == 403
    assert Miss.objects.count() == 1


def test_a_frame_with_the_code_opens_and_says_where(
    desk: Client, prescription: Prescription
) -> None:
    answer = show(desk, picture(factories.code_of(prescription), "JPEG")).json()
    url = reverse("pharmacies:prescription", args=[prescription.pk])
    assert answer == {"found": True, "url": url}
    assert Claim.objects.filter(case__prescription=prescription, ended_at=None).exists()


@pytest.mark.parametrize(
    "frame", [picture(kind="JPEG"), b"not a picture", b"", b"\xff\xd8\xff" + b"x" * 400_000]
)
def test_a_frame_without_code_goes_on(desk: Client, frame: bytes) -> None:
    response = show(desk, frame)
    assert (response.status_code, response.json()) == (200, {"found": False})


def test_a_frame_with_a_wrong_code_stops_the_camera_with_the_reason(desk: Client) -> None:
    response = show(desk, picture(code_text(new_number(), new_token()), "JPEG"))
    assert response.status_code == 403
    assert response.json()["problem"].startswith("Ce code n'ouvre aucune")


def test_a_camera_that_was_left_on_is_stopped_kindly_and_works_again_the_next_minute(
    desk: Client, prescription: Prescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank, code = picture(kind="JPEG"), picture(factories.code_of(prescription), "JPEG")
    monkeypatch.setattr(frames, "PER_MINUTE", 3)
    monkeypatch.setattr(frames, "_minute", lambda: 1)
    assert [show(desk, blank).status_code for _time in range(4)] == [200, 200, 200, 429]
    answer = show(desk, code)
    assert answer.status_code == 429
    assert answer.json()["problem"].startswith("La caméra a regardé longtemps")
    assert not Miss.objects.exists()
    monkeypatch.setattr(frames, "_minute", lambda: 2)
    assert show(desk, code).json()["found"]


def test_the_camera_of_a_colleague_goes_on(
    desk: Client, at_work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "PER_MINUTE", 1)
    monkeypatch.setattr(frames, "_minute", lambda: 3)
    blank = picture(kind="JPEG")
    assert [show(desk, blank).status_code for _time in range(2)] == [200, 429]
    assert show(at_work(factories.a_pharmacist()), blank).status_code == 200


def test_no_frame_without_the_token_of_the_page(
    pharmacist: Actor, prescription: Prescription
) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert show(strict, picture(factories.code_of(prescription))).status_code == 403
    assert not Claim.objects.exists()


def data_matrix(text: str) -> bytes:
    """A photograph of a box with this code on it."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix)
    drawn = memoryview(zxingcpp.write_barcode_to_image(code, scale=8))
    sheet = Image.new("L", (900, 700), "white")
    sheet.paste(Image.frombytes("L", drawn.shape[::-1], drawn.tobytes()), (200, 150))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def test_a_box_before_the_camera_is_named_as_the_field_names_it(desk: Client) -> None:
    answer = show(desk, data_matrix(box_of("AMOXICILLINE VIATRIS 1 g").removeprefix("]d2")))
    said = answer.json()
    assert "Ceci est le code d'une boîte" in said["problem"] and not said["found"]
    assert "AMOXICILLINE VIATRIS 1 g" in said["presented"] and "AB12" in said["presented"]
    assert "Signaler un faux" not in said["presented"]


def test_a_foreign_code_before_the_camera_may_be_reported(desk: Client) -> None:
    said = show(desk, picture(code_text(new_number(), new_token()), "JPEG")).json()
    doubt = re.search(r'name="doubt" value="([^"]+)"', said["presented"])
    assert doubt and "Signaler un faux" in said["presented"]
    report = desk.post(reverse("pharmacies:report_code"), {"doubt": doubt[1]})
    assert report.status_code == 200


def test_what_is_no_forgery_offers_no_report(desk: Client) -> None:
    assert show(desk, picture(INS, "JPEG")).json()["presented"] == ""
