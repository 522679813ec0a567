"""The only reader and writer of civil identities.

The vault knows no permission: whoever calls it has asked `permissions` before. It takes and returns
`Traits`; keys, indexes and sealed bytes do not leave this module.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import accumulate
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from eprescription.identity.crypto import blind_index, derive, seal, unseal
from eprescription.identity.models import CivilIdentity, InsOwner
from eprescription.identity.numbers import normalise_ins
from eprescription.identity.traits import IdentityStatus, Traits, clean_name, from_json, to_json


class InsTaken(Exception):
    """The INS belongs to somebody else already: `subject_id` says to whom."""

    def __init__(self, subject_id: UUID) -> None:
        super().__init__("This INS already belongs to a known person.")
        self.subject_id = subject_id


class UnknownIdentity(LookupError):
    """This subject has no identity, or not in this version."""


def register(*, traits: Traits, new_subject: Callable[[], UUID]) -> UUID:
    """Return the subject that these traits belong to, making one only when the INS is not known.

    Two desks may register the same patient at the same moment: both get the same subject, the
    loser's new subject is rolled back. A known subject is returned as it is; when the traits say
    something newer, `keep` them. Without INS each call makes a new subject: names prove nothing.
    """
    known = find_by_ins(traits.ins) if traits.ins else None
    if known:
        return known
    try:
        with transaction.atomic():
            subject_id = new_subject()
            keep(subject_id=subject_id, traits=traits)
            return subject_id
    except InsTaken as taken:
        return taken.subject_id


@transaction.atomic
def keep(*, subject_id: UUID, traits: Traits) -> int:
    """Seal these traits as the current identity of a subject and return their version.

    Traits that say nothing new keep the version they have. Raises InsTaken when the INS is another
    subject's, and the database refuses a subject that is not named.
    """
    _wait_for_turn(subject_id)
    current = _current([subject_id]).first()
    if current and _open(current) == traits:
        return current.version
    _take_ins(subject_id, traits)
    row = CivilIdentity(
        id=uuid4(),
        subject_id=subject_id,
        version=current.version + 1 if current else 1,
        ins_index=_ins_index(traits.ins) if traits.ins else None,
        birth_index=_birth_index(traits.birth_name, traits.birth_date),
        status=traits.status,
    )
    row.sealed = seal(to_json(traits), aad=_place(row), key=_field_key())
    row.save(force_insert=True)
    return row.version


def read(subject_id: UUID, version: int | None = None) -> Traits:
    """Return the traits of a version, or the current ones; UnknownIdentity when there are none."""
    rows = _current([subject_id])
    if version is not None:
        rows = CivilIdentity.objects.filter(subject_id=subject_id, version=version)
    row = rows.first()
    if row is None:
        raise UnknownIdentity("No identity is kept for this subject in this version.")
    return _open(row)


def read_current(subject_id: UUID) -> tuple[Traits, int]:
    """Return the current traits with their version, in one query; UnknownIdentity when there are none."""
    row = _current([subject_id]).first()
    if row is None:
        raise UnknownIdentity("No identity is kept for this subject.")
    return _open(row), row.version


def read_many(pairs: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], Traits]:
    """Return the traits of many (subject, version) pairs in one query; unknown pairs are absent."""
    wanted = set(pairs)
    rows = CivilIdentity.objects.filter(
        subject_id__in={subject for subject, _ in wanted},
        version__in={version for _, version in wanted},
    )
    # The two filters are wider than the pairs: only what was asked for is opened.
    found = {(row.subject_id, row.version): row for row in rows}
    return {pair: _open(found[pair]) for pair in wanted & found.keys()}


def current_versions(subject_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the current version of each subject that has an identity, in one query."""
    rows = CivilIdentity.objects.filter(subject_id__in=set(subject_ids))
    return dict(rows.values_list("subject_id").annotate(Max("version")))


def find_by_ins(ins: str) -> UUID | None:
    """Return the subject who holds this INS now, however it was typed, or None."""
    owner = InsOwner.objects.filter(ins_index=_ins_index(normalise_ins(ins)))
    return owner.values_list("subject_id", flat=True).first()


def find(*, birth_name: str, birth_date: date, first_name: str = "") -> list[UUID]:
    """Return the subjects whose current identity has this birth name, date and first name.

    The name must be whole; capitals, accents, hyphens, apostrophes and spaces do not count. Sorted,
    so that the order says nothing about when somebody was registered.
    """
    candidates = CivilIdentity.objects.filter(
        birth_index=_birth_index(birth_name, birth_date), version=_latest_version()
    )
    wanted = _letters(first_name)
    return sorted(
        row.subject_id
        for row in candidates
        if not wanted or wanted in _beginnings(_open(row).first_names)
    )


def qualified(subject_id: UUID) -> bool:
    """Tell whether the INS of a subject may go out (to the health space): identity QUAL only."""
    status = _current([subject_id]).values_list("status", flat=True).first()
    return status == IdentityStatus.QUAL


def _current(subject_ids: Iterable[UUID]) -> QuerySet[CivilIdentity]:
    return CivilIdentity.objects.filter(subject_id__in=subject_ids).filter(
        version=_latest_version()
    )


def _latest_version() -> Subquery:
    versions = CivilIdentity.objects.filter(subject_id=OuterRef("subject_id"))
    return Subquery(versions.order_by("-version").values("version")[:1])


def _wait_for_turn(subject_id: UUID) -> None:
    """Let one writer a subject through, so that two corrections get two versions, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(subject_id)])


def _take_ins(subject_id: UUID, traits: Traits) -> None:
    """Make the subject the owner of the INS of these traits, and of no other."""
    index = _ins_index(traits.ins) if traits.ins else None
    InsOwner.objects.filter(subject_id=subject_id).exclude(ins_index=index).delete()
    if index is None:
        return
    # ON CONFLICT DO NOTHING waits for a concurrent registration instead of failing on it.
    InsOwner.objects.bulk_create(
        [InsOwner(ins_index=index, subject_id=subject_id)], ignore_conflicts=True
    )
    owner_id = InsOwner.objects.values_list("subject_id", flat=True).get(ins_index=index)
    if owner_id != subject_id:
        raise InsTaken(owner_id)


def _open(row: CivilIdentity) -> Traits:
    return from_json(unseal(bytes(row.sealed), aad=_place(row), key=_field_key()))


def _place(row: CivilIdentity) -> str:
    """Name the place of a sealed value. Subject and version are in it: a row given to another
    person, or an old version passed off as the current one, does not open."""
    return f"identity_civilidentity|sealed|{row.id}|{row.subject_id}|{row.version}"


def _ins_index(ins: str) -> bytes:
    return blind_index(ins, key=_index_key(), purpose="identity.ins")


def _birth_index(birth_name: str, birth_date: date) -> bytes:
    value = f"{birth_date.isoformat()}|{_letters(birth_name)}"
    return blind_index(value, key=_index_key(), purpose="identity.birth")


def _beginnings(first_names: str) -> Iterator[str]:
    """Anne, AnneMarie, AnneMarieLise: people give one first name, or several, or all."""
    return accumulate(_letters(name) for name in first_names.split())


def _letters(name: str) -> str:
    return re.sub(r"[^A-Z]", "", clean_name(name))


def _field_key() -> bytes:
    return derive(settings.FIELD_KEY, purpose="identity.civilidentity.sealed")


def _index_key() -> bytes:
    return derive(settings.INDEX_KEY, purpose="identity.civilidentity.index")
