"""Write an edition of the medicines into the database.

One transaction: readers see the edition before or the edition after, never a mix. Nothing is ever
deleted but words and memberships, which are rebuilt: a signed prescription may name any medicine.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model

from eprescription.catalogue.models import (
    Edition,
    GenericGroup,
    Medicine,
    Membership,
    Pack,
    Token,
)
from eprescription.catalogue.records import STARTER, Record, read_starter
from eprescription.catalogue.words import index_words

STARTER_SOURCE = "BDPM (extrait)"
STARTER_DATE = date(2026, 5, 26)
BATCH = 2000

# The number of the advisory lock under which editions are written.
_LOCK = 2026_0526

M = TypeVar("M", bound=Model)


@transaction.atomic
def load_starter(at: datetime) -> Edition:
    """Make the starter file the active edition and return it; doing it again changes nothing.

    Where another source is active already (the whole base), it stays, and is returned.
    """
    _one_loader_at_a_time()
    digest = hashlib.sha256(STARTER.read_bytes()).hexdigest()
    active = Edition.objects.filter(kind=Edition.Kind.MEDICINES, active=True).first()
    if active and (active.source != STARTER_SOURCE or active.digest == digest):
        return active
    edition, _ = Edition.objects.update_or_create(
        source=STARTER_SOURCE,
        date=STARTER_DATE,
        defaults={"digest": digest, "loaded_at": at},
    )
    write(read_starter(edition), edition=edition)
    return edition


@transaction.atomic
def write(records: Iterable[Record], *, edition: Edition) -> None:
    """Write these records and make their edition the active one.

    What the same source told before and does not tell any more is marked as no longer marketed.
    """
    written = list(records)
    medicines = [record.medicine for record in written]
    packs = [pack for record in written for pack in record.packs]
    groups = {group.code: group.label for record in written for group in record.groups}
    _upsert(GenericGroup, [GenericGroup(code=c, label=label) for c, label in groups.items()])
    _upsert(Medicine, medicines)
    _upsert(Pack, packs)
    _rebuild(written)
    _withdraw({medicine.cis for medicine in medicines}, {pack.cip13 for pack in packs}, edition)
    _activate(edition)


def _one_loader_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _upsert(model: type[M], rows: list[M]) -> None:
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=[model._meta.pk.name],
        update_fields=fields,
    )


def _rebuild(records: list[Record]) -> None:
    """Write the words and the groups of these medicines anew."""
    codes = [record.medicine.cis for record in records]
    Token.objects.filter(medicine__in=codes).delete()
    Membership.objects.filter(medicine__in=codes).delete()
    tokens = [token for record in records for token in _tokens(record.medicine)]
    Token.objects.bulk_create(tokens, batch_size=BATCH)
    memberships = [row for record in records for row in record.memberships()]
    Membership.objects.bulk_create(memberships, batch_size=BATCH)


def _tokens(medicine: Medicine) -> list[Token]:
    """Return the words of a medicine. Each INN of a combination leads like the name does."""
    starts = [medicine.name, *medicine.inn.split(" + ")]
    leading = {word for start in starts for word in index_words(start)[:1]}
    texts = (medicine.name, medicine.inn, medicine.strength, medicine.form)
    words = dict.fromkeys(word for text in texts for word in index_words(text))
    return [Token(word=word, medicine_id=medicine.cis, leads=word in leading) for word in words]


def _withdraw(kept: set[str], kept_packs: set[str], edition: Edition) -> None:
    known = Medicine.objects.filter(edition__source=edition.source, marketed=True)
    gone = set(known.values_list("cis", flat=True)) - kept
    Medicine.objects.filter(cis__in=gone).update(marketed=False)
    packs = Pack.objects.filter(medicine__edition__source=edition.source, marketed=True)
    gone_packs = set(packs.values_list("cip13", flat=True)) - kept_packs
    Pack.objects.filter(cip13__in=gone_packs).update(marketed=False)


def _activate(edition: Edition) -> None:
    Edition.objects.filter(kind=Edition.Kind.MEDICINES, active=True).exclude(pk=edition.pk).update(
        active=False
    )
    Edition.objects.filter(pk=edition.pk).update(active=True)
    edition.active = True
