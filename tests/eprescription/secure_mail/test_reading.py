"""What a mail presents, whatever is in it: a prescription, or the one word that says what is wrong."""

import base64
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.documents import codes
from eprescription.models import AccessCode, Prescription
from eprescription.secure_mail import archives, cda, parsing, reading
from eprescription.secure_mail.problems import EXPLAINED, FAILING, Failure, Problem, Unreadable
from prescribers import actions as prescriber_acts
from tests import factories
from tests.eprescription.secure_mail import mails
from tests.timing import ends_within

pytestmark = pytest.mark.django_db


def problem(source: bytes) -> Problem | None:
    presented = reading.read(source)
    assert (presented.prescription is None) == (presented.problem is not None)
    return presented.problem


# --- The good ways in


def test_the_printed_page_presents_its_prescription(prescription: Prescription) -> None:
    presented = reading.read(mails.mail(mails.page(prescription)))

    assert presented == reading.Presented(prescription)


def test_so_does_the_archive_that_software_sends_beside_it(prescription: Prescription) -> None:
    page = mails.page(prescription)

    for attached in (
        [mails.xdm(mails.cda(page))],
        [mails.xdm(mails.cda(page)), page],
        [mails.xdm(page)],
    ):
        assert reading.read(mails.mail(*attached)).prescription == prescription


def test_a_cda_alone_is_read_too(prescription: Prescription) -> None:
    source = mails.mail(mails.cda(mails.page(prescription)), name="DOC.XML")

    assert reading.read(source).prescription == prescription


def test_a_file_is_what_its_first_bytes_say_and_not_what_its_name_says(
    prescription: Prescription,
) -> None:
    page = mails.page(prescription)

    assert reading.read(mails.mail(page, name="photo.exe")).prescription == prescription
    assert reading.read(mails.mail(mails.xdm(page), name="a.pdf")).prescription == prescription
    assert problem(mails.mail(b"MZ\x90\x00 no pdf", name="ordonnance.pdf")) is Problem.NOT_A_PDF


def test_a_logo_beside_the_page_does_not_disturb(prescription: Prescription) -> None:
    source = mails.mail(b"\x89PNG\r\n\x1a\n....", mails.page(prescription))

    assert reading.read(source).prescription == prescription


# --- What opens nothing


def test_each_thing_that_is_wrong_has_its_word() -> None:
    code = mails.foreign_code()
    assert problem(mails.mail()) is Problem.NO_ATTACHMENT
    assert problem(mails.mail(b"\x89PNG\r\n\x1a\n....")) is Problem.NOT_A_PDF
    assert problem(mails.mail(b"%PDF-1.7 cut off")) is Problem.BROKEN_PDF
    assert problem(mails.mail(mails.pdf_of(""))) is Problem.NO_CODE
    assert problem(mails.mail(mails.pdf_of(code))) is Problem.UNKNOWN_CODE
    assert problem(mails.mail(mails.pdf_of(code, mails.foreign_code()))) is Problem.SEVERAL_CODES


def test_a_code_that_was_replaced_opens_nothing(doctor: Actor, prescription: Prescription) -> None:
    page = mails.page(prescription)
    prescriber_acts.recode(prescription=prescription, by=doctor, at=factories.later())

    assert problem(mails.mail(page)) is Problem.UNKNOWN_CODE


def test_the_code_of_a_relative_is_never_taken_from_a_mail(prescription: Prescription) -> None:
    codes.issue_code(prescription, at=factories.later(), kind=AccessCode.Kind.COLLECT)
    text = codes.text_of(prescription, kind=AccessCode.Kind.COLLECT)
    assert text

    assert problem(mails.mail(mails.pdf_of(text))) is Problem.UNKNOWN_CODE


def test_two_prescriptions_in_one_mail_are_not_guessed_between(
    doctor: Actor, prescription: Prescription
) -> None:
    other = factories.a_signed(doctor, prescription.subject_id)

    source = mails.mail(mails.page(prescription), mails.page(other))
    assert problem(source) is Problem.SEVERAL_CODES


def test_a_mail_of_more_than_ten_megabytes_is_too_big() -> None:
    body = b"From: a@b.c\r\n\r\n" + b"x" * parsing.LARGEST_MAIL
    assert problem(body) is Problem.TOO_BIG


def test_a_header_of_ten_thousand_lines_is_unreadable_at_once() -> None:
    folded = b"Subject: x\r\n" + b" and on\r\n" * 10_000 + b"\r\nbody"
    many = b"".join(b"X-%d: y y y y y y\r\n" % i for i in range(10_000)) + b"\r\nbody"

    with ends_within(2):
        assert problem(folded) is Problem.NO_ATTACHMENT  # long, within bounds, and only looked at
        assert problem(many) is Problem.UNREADABLE


def test_a_mail_of_a_million_parts_is_refused_before_they_are_made() -> None:
    head = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    with ends_within(2):
        assert problem(head + b"\r\n--b\r\n\r\nx" * 800_000) is Problem.TOO_MANY_PARTS


def test_parts_inside_parts_inside_parts_end_somewhere() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i)
        for i in range(400)
    )
    assert problem(b"From: a@b.c\r\n" + deep) in (Problem.UNREADABLE, Problem.NO_ATTACHMENT)


def test_twenty_attachments_are_enough(prescription: Prescription) -> None:
    page = mails.page(prescription)

    assert reading.read(mails.mail(page, *[b"x"] * 19)).prescription == prescription
    assert problem(mails.mail(page, *[b"x"] * 20)) is Problem.TOO_MANY_PARTS


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(source=st.binary(max_size=2000), told=st.booleans())
def test_whatever_the_bytes_there_is_an_answer_and_a_sender(source: bytes, told: bool) -> None:
    source = (
        b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * told + source
    )
    assert problem(source) in set(Problem)
    assert len(parsing.sender_of(source)) <= 254
    assert len(parsing.identity_of(source)) == 32


# --- Archives


def test_a_bomb_is_not_unpacked() -> None:
    bomb = mails.archive(("a.pdf", b"%PDF-" + b"0" * 15_000_000))
    heavy = mails.archive(
        *[(f"{i}", b"0" * 5_000_000) for i in range(5)], method=zipfile.ZIP_STORED
    )

    assert len(bomb) < 20_000
    with ends_within(2):
        assert problem(mails.mail(bomb)) is Problem.UNSAFE_ARCHIVE
        with pytest.raises(Unreadable):
            archives.files_of(heavy)


def test_a_directory_that_lies_about_a_bomb_does_not_get_it_unpacked() -> None:
    honest = mails.archive(("a.pdf", b"%PDF-" + b"0" * 15_000_000))
    lying = honest.replace((15_000_005).to_bytes(4, "little"), (50_000).to_bytes(4, "little"))
    assert lying != honest

    assert problem(mails.mail(lying)) is Problem.UNREADABLE


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a/../../b.pdf", "..\\b.pdf", "C:\\b.pdf"]
)
def test_a_path_that_leads_out_closes_the_archive(prescription: Prescription, name: str) -> None:
    archive = mails.archive((name, mails.page(prescription)))
    assert problem(mails.mail(archive)) is Problem.UNSAFE_ARCHIVE


def test_an_archive_in_an_archive_is_not_opened(prescription: Prescription) -> None:
    inner = mails.archive(("a.pdf", mails.page(prescription)))
    assert problem(mails.mail(mails.archive(("b.zip", inner)))) is Problem.UNSAFE_ARCHIVE


def test_fifty_files_are_enough(prescription: Prescription) -> None:
    page = ("a.pdf", mails.page(prescription))
    fifty = mails.archive(page, *[(f"{i}.txt", b"x") for i in range(49)])
    more = mails.archive(page, *[(f"{i}.txt", b"x") for i in range(50)])

    assert reading.read(mails.mail(fifty)).prescription == prescription
    assert problem(mails.mail(more)) is Problem.UNSAFE_ARCHIVE


def test_a_broken_archive_is_unreadable() -> None:
    assert problem(mails.mail(b"PK\x03\x04 and nothing")) is Problem.UNREADABLE


# --- CDA


def test_entities_are_never_expanded_nor_fetched(prescription: Prescription) -> None:
    page = mails.page(prescription)
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

    assert reading.read(mails.mail(mails.cda(page))).prescription == prescription
    for doctype in (laughs, outside):
        with pytest.raises(cda.NotWellFormed):
            cda.pdfs_in(mails.cda(page, doctype=doctype))
        assert problem(mails.mail(mails.cda(page, doctype=doctype))) is Problem.NOT_A_PDF


def test_what_a_cda_calls_a_pdf_must_be_one(prescription: Prescription) -> None:
    assert problem(mails.mail(mails.cda(b"MZ no pdf"))) is Problem.NOT_A_PDF
    other = mails.cda(mails.page(prescription), media="text/plain")
    assert problem(mails.mail(other)) is Problem.NOT_A_PDF


def test_xml_without_end_is_not_well_formed() -> None:
    for document in (b"<?xml version='1.0'?>" + b"<a>" * 5000, b"<?xml version='1.0'?><a"):
        with pytest.raises(cda.NotWellFormed):
            cda.pdfs_in(document)


# --- Mails about other mails


def test_receipts_and_refusals_of_software_are_recognised() -> None:
    assert problem(mails.receipt("displayed")) is Problem.RECEIPT
    assert problem(mails.receipt("deleted")) is Problem.NOT_INTEGRATED
    assert problem(mails.receipt("processed/error")) is Problem.NOT_INTEGRATED
    bounce = mails.receipt("x").replace(b"disposition-notification", b"delivery-status")
    assert problem(bounce) is Problem.NOT_DELIVERED


@pytest.mark.parametrize(
    "words", ["[KO Intégration système !][902] Patient inconnu", "Re: [ko INTÉGRATION] x"]
)
def test_the_refusal_of_mssante_is_recognised_by_its_subject(words: str) -> None:
    encoded = f"=?utf-8?b?{base64.b64encode(words.encode()).decode()}?="
    made = EmailMessage()
    made["Subject"] = words
    made.set_content("902")

    assert problem(made.as_bytes()) is Problem.NOT_INTEGRATED
    assert problem(f"Subject: {encoded}\r\n\r\nx".encode()) is Problem.NOT_INTEGRATED


# --- Who it is from, and which one it is


def test_the_sender_is_an_address_and_nothing_else() -> None:
    assert parsing.sender_of(mails.mail()) == mails.SENDER
    assert parsing.sender_of(b"\r\nno fields") == ""
    assert parsing.sender_of(b"From: " + b"a" * 5000 + b"@b.c\r\n\r\n") != "a"


def test_a_mail_is_known_by_its_message_id_and_without_one_by_all_of_it() -> None:
    one, again = mails.mail(Message_ID="<1@x>"), mails.mail(b"other", Message_ID="<1@x>")
    assert parsing.identity_of(one) == parsing.identity_of(again)
    bare, other = mails.mail(Message_ID=""), mails.mail(b"other", Message_ID="")
    assert parsing.identity_of(bare) == parsing.identity_of(bare)
    assert parsing.identity_of(bare) != parsing.identity_of(other)


def test_every_problem_has_plain_words() -> None:
    assert set(EXPLAINED) == set(Problem)
    assert set(FAILING) == set(Failure)
