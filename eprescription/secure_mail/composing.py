"""A letter as a mail, by the conventions of MSSanté: the printed page to read, and IHE_XDM.zip for the software.

Whatever it is about, all but the attachments reads the same: subject, text and file names are constant, nothing of a
prescription or of a person stands outside. So the subject leaves out the name that the convention would put there.
"""

import uuid
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from eprescription.cda import prescription as cda
from eprescription.cda.archive import NAME, archive_of
from eprescription.documents.paper import page_of
from eprescription.identity import vault
from eprescription.models import Letter, Prescription

SUBJECT = "Message sécurisé"
OF_ARCHIVE = "XDM/1.0/DDM+"  # tells the software that receives it to look for the archive
FILE_NAME = "document.pdf"
TEXT = (
    "Bonjour,\n\nVous trouverez un document en pièce jointe.\n\n"
    "Message envoyé par le portail Ordonnance numérique. Ne répondez pas à cette adresse.\n"
)

NOTE = (
    "Bonjour,\n\nUne pharmacie vous pose une question sur le portail Ordonnance numérique : connectez-vous pour la lire.\n\n"
    "Ce message ne dit rien de plus. Ne répondez pas à cette adresse.\n"
)


def message_id(letter_id: uuid.UUID) -> str:
    """The same for the same letter, however often it is sent or comes back."""
    return f"<{letter_id}@{urlsplit(settings.BASE_URL).hostname}>"


def compose(letter: Letter, prescription: Prescription, *, to: str) -> EmailMessage:
    """The mail with the printed page attached; the page is the one that was signed. A note has neither page nor INS."""
    note = letter.kind == Letter.Kind.NOTE
    mail = EmailMessage(policy=SMTP)
    mail["From"] = settings.MAIL_SENDER
    mail["To"] = to
    mail["Subject"] = SUBJECT
    mail["Date"] = format_datetime(timezone.localtime(letter.created_at))
    mail["Message-ID"] = message_id(letter.pk)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-MSS-INS"] = "O" if not note and vault.qualified(prescription.subject_id) else "N"
    if settings.MAIL_SOFTWARE_ID:
        mail["X-MSS-NIL"] = settings.MAIL_SOFTWARE_ID
    mail.set_content(NOTE if note else TEXT)
    if note:
        return mail
    traits = vault.read(prescription.subject_id, prescription.identity_version)
    page = page_of(prescription, traits)
    mail.add_attachment(page, maintype="application", subtype="pdf", filename=FILE_NAME)
    if cda.can_be_written(prescription):
        document = cda.document_of(prescription, traits)
        _attach_archive(mail, archive_of(document, sent_at=letter.created_at))
    return mail


def _attach_archive(mail: EmailMessage, archive: bytes) -> None:
    mail.replace_header("Subject", OF_ARCHIVE + SUBJECT)
    mail["X-MSS-CODECDA"] = cda.MODEL.code.code
    mail.add_attachment(archive, maintype="application", subtype="zip", filename=NAME)
