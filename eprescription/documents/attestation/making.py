"""The only two places where the portal signs a code: a prescription that is being issued, a sheet that is being printed.

A signing oracle would forge prescriptions (security.md, row 69): no preview and no draft comes here.
"""

from collections.abc import Iterable
from datetime import date

from eprescription.documents.attestation.code import Attested, Kind, content_of, text_of
from eprescription.documents.attestation.keys import sign
from eprescription.documents.attestation.lines import lines_digest, lines_text
from eprescription.documents.paper import printed_line
from eprescription.models import Line


def attest_prescription(
    *, number: str, issued_on: date, expires_on: date, prescriber: str, lines: Iterable[Line]
) -> str:
    """The code of a prescription, for the transaction that issues it: over the lines as its page prints them."""
    lines = list(lines)
    text = lines_text(printed_line(line) for line in lines)
    return _signed(
        Attested(
            kind=Kind.PRESCRIPTION,
            number=number,
            issued_on=issued_on,
            expires_on=expires_on,
            prescriber=_rpps(prescriber),
            lines=len(lines),
            boxes=sum(line.quantity or 0 for line in lines),
            digest=lines_digest(number, text),
        )
    )


def attest_pad(*, number: str, printed_on: date, expires_on: date, prescriber: str) -> str:
    """The code of a blank sheet with a reserved number: whose it is and until when it may be used."""
    blank = Attested(Kind.PAD, number, printed_on, expires_on, _rpps(prescriber))
    return _signed(blank)


def _signed(what: Attested) -> str:
    return text_of(*sign(lambda key: content_of(what, key=key)))


def _rpps(identifier: str) -> str:
    return identifier if identifier.isdecimal() and len(identifier) <= 11 else ""
