"""What a mail presents: the prescription whose code stands in its PDF, or why there is none."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from eprescription.documents import codes
from eprescription.documents.code import Code, parse
from eprescription.documents.decoding import kind_of
from eprescription.documents.reading import read_file
from eprescription.models import AccessCode, Prescription
from eprescription.secure_mail import archives, cda, parsing
from eprescription.secure_mail.problems import Problem, Unreadable

MOST_PDFS = 10


@dataclass(frozen=True)
class Presented:
    """The prescription, or the problem."""

    prescription: Prescription | None = None
    problem: Problem | None = None


def read(source: bytes) -> Presented:
    """Reads a mail to the end; whatever is in it, the answer is a prescription or a problem, never an error."""
    try:
        mail = parsing.parse(source)
        if mail.notice:
            return Presented(problem=mail.notice)
        return _presented(mail.attachments)
    except Unreadable as error:
        return Presented(problem=error.problem)


def _presented(attachments: tuple[bytes, ...]) -> Presented:
    if not attachments:
        return Presented(problem=Problem.NO_ATTACHMENT)
    pdfs = _pdfs(attachments)
    if not pdfs:
        return Presented(problem=Problem.NOT_A_PDF)
    found, unread = _codes(pdfs)
    if not found:
        return Presented(problem=Problem.BROKEN_PDF if unread else Problem.NO_CODE)
    if len(found) > 1:
        return Presented(problem=Problem.SEVERAL_CODES)
    code = codes.find(*found)
    if code is None or code.kind != AccessCode.Kind.OWN:  # a relative's code is never mailed
        return Presented(problem=Problem.UNKNOWN_CODE)
    return Presented(code.prescription)


def _pdfs(attachments: tuple[bytes, ...]) -> list[bytes]:
    """Each PDF once: a readable copy beside the archive is mostly the one inside."""
    known = {hashlib.sha256(pdf).digest(): pdf for part in attachments for pdf in _in(part)}
    if len(known) > MOST_PDFS:
        raise Unreadable(Problem.TOO_MANY_PARTS)
    return list(known.values())


def _in(part: bytes) -> Iterator[bytes]:
    if archives.is_archive(part):
        for file in archives.files_of(part):
            yield from _in_file(file)
    else:
        yield from _in_file(part)


def _in_file(file: bytes) -> Iterator[bytes]:
    """A PDF, or the PDF of a CDA. XML that cannot be read is not a PDF: what stands beside it may be."""
    if cda.is_xml(file):
        try:
            yield from (pdf for pdf in cda.pdfs_in(file) if kind_of(pdf) == "pdf")
        except cda.NotWellFormed:
            return
    elif kind_of(file) == "pdf":
        yield file


def _codes(pdfs: list[bytes]) -> tuple[set[Code], bool]:
    """Our codes on their pages, and whether some PDF could not be read."""
    found: set[Code] = set()
    unread = False
    for pdf in pdfs:
        reading = read_file(pdf)
        found |= {code for text in reading.texts if (code := parse(text))}
        unread = unread or reading.problem not in ("", "no_code")
    return found, unread
