"""The facts that a printed ordonnance shows, as words ready to print (R. 5132-3 CSP)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class PrintedPrescriber:
    """Who prescribes, and where (R. 5132-3, 1°).

    ``address`` ends with the country and ``phone`` begins with +33, as the article asks.
    """

    name: str
    title: str
    speciality: str
    identifier: str
    place_name: str
    place_identifier: str
    address: tuple[str, ...]
    phone: str
    email: str


@dataclass(frozen=True)
class PrintedPatient:
    """Who is treated (R. 5132-3, 6°): ``age`` in words ("34 ans"), ``sex`` M, F or I.

    Weight and height stand there when the prescriber said them.
    """

    birth_name: str
    used_name: str
    first_names: str
    birth_date: date
    sex: str
    ins: str | None
    age: str
    weight_kg: Decimal | float | None
    height_cm: int | None = None


@dataclass(frozen=True)
class PrintedLine:
    """One line; what does not apply is empty.

    ``kind`` is a code of ``LineKind``. ``by_inn`` sets substance, strength and form alike and no brand.
    ``quantity_words`` are those of narcotics (R. 5132-29): units a dose, doses and strength.
    ``total`` is the duration with its renewals; ``mentions`` are what else the law asks to say.
    """

    inn: str
    name: str
    strength: str
    form: str
    posology: str
    duration: str
    quantity: str
    quantity_words: str | None
    renewals: str
    ald: bool
    non_substitutable: str
    kind: str = "medicine"
    by_inn: bool = False
    lpp: str = ""
    total: str = ""
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ordonnance:
    """What the page says.

    ``patient`` is none when she asked for anonymity; then ``withdrawal_code`` stands beside the code.
    ``code`` is the whole text of the QR, none on a copy that opens nothing; ``attestation`` that of the
    second one, which is verified offline and never stands alone. ``paper`` says whether the
    patient is handed the page (false: he asked to receive it electronically only). ``exception`` gives
    the page the title that exception drugs ask for (R. 163-2 CSS). ``mentions`` hold for all lines.
    """

    number: str
    code: str | None
    issued_at: datetime
    prescriber: PrintedPrescriber
    patient: PrintedPatient | None
    lines: tuple[PrintedLine, ...]
    opposition: bool
    secured: bool
    paper: bool
    cancelled_at: datetime | None
    mentions: tuple[str, ...] = ()
    withdrawal_code: str | None = None
    attestation: str | None = None
    exception: bool = False
