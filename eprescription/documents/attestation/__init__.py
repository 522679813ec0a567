"""The second code of an ordonnance: signed by the portal, verified without it (product.md 5; security.md 2.7, variant 2).

Anybody verifies it with the public keys alone, in a browser that kept the page or with `manage.py verify_code`. It
proves who wrote what when; it opens nothing, and it cannot tell whether the medicines were already handed over.
"""

from eprescription.documents.attestation.book import Book, published
from eprescription.documents.attestation.code import Attested, Kind
from eprescription.documents.attestation.making import attest_pad, attest_prescription
from eprescription.documents.attestation.verifying import Problem, Verdict, verify

__all__ = [
    "Attested",
    "Book",
    "Kind",
    "Problem",
    "Verdict",
    "attest_pad",
    "attest_prescription",
    "published",
    "verify",
]
