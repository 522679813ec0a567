"""What is sealed stands in one registry, so that a change of keys forgets nothing."""

import ast

import pytest
from django.apps import apps
from django.db.models import BinaryField

from eprescription.identity.sealed import COLUMNS
from tests.test_architecture import CODE, imports, tree

SEALED = {(column.label, column.column) for column in COLUMNS}
# Under INDEX_KEY; rotated with the vault.
INDEXES = {
    ("identity.CivilIdentity", "ins_index"),
    ("identity.CivilIdentity", "birth_index"),
    ("identity.InsOwner", "ins_index"),
    ("pharmacies.Miss", "address"),  # of no use after an hour; looked for under each key
}
# Hashes of what is random by itself or of no person, signatures: under no key that rotates.
OTHERS = {
    ("eprescription.AccessCode", "digest"),
    ("eprescription.DoneOnce", "asked"),
    ("eprescription.ForgeryReport", "digest"),
    ("eprescription.JournalHead", "hash"),
    ("eprescription.JournalSeal", "before"),
    ("eprescription.JournalSeal", "digest"),
    ("eprescription.JournalSeal", "hash"),
    ("eprescription.Message", "message_id"),
    ("eprescription.Opening", "signature"),
    ("eprescription.PaperDispensing", "proof"),
    ("eprescription.PreparedCode", "digest"),
    ("eprescription.SoftwareToken", "digest"),
    ("eprescription.SpentAssertion", "digest"),
    ("pharmacies.Seat", "post"),
}
OURS = ("eprescription", "identity", "pharmacies", "prescribers", "patients")


def test_every_binary_column_says_whether_it_is_sealed() -> None:
    columns = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.local_fields
        if isinstance(field, BinaryField)
    }

    assert columns == SEALED | INDEXES | OTHERS


@pytest.mark.parametrize("path", CODE, ids=str)
def test_only_the_registry_seals(path) -> None:
    """Besides allauth's texts, which the rotation knows, and what lives no longer than a session does."""
    names = {"eprescription.identity.crypto.seal", "eprescription.identity.crypto.unseal"}
    if names & set(imports(path)):
        assert str(path) in (
            "eprescription/identity/sealed.py",
            "eprescription/identity/sign_in.py",
            "eprescription/national/flow.py",
            "pharmacies/locking.py",
        )


@pytest.mark.parametrize("path", CODE, ids=str)
def test_only_this_package_reads_the_keys(path) -> None:
    names = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    if names & {"FIELD_KEY", "INDEX_KEY", "FIELD_KEY_FORMER", "INDEX_KEY_FORMER"}:
        assert str(path) == "eprescription/identity/keys.py"
