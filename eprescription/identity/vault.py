"""The only reader and writer of civil identities.

The vault knows no permission: whoever calls it has asked `permissions` before. It takes and returns
`Traits`; keys, indexes and sealed bytes do not leave this module.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from eprescription.identity.lookup import (
    beginnings,
    birth_indexes,
    ins_indexes,
    letters,
    unfindable,
)
from eprescription.identity.models import CivilIdentity, InsOwner
from eprescription.identity.numbers import normalise_ins
from eprescription.identity.sealed import CIVIL_IDENTITY
from eprescription.identity.traits import IdentityStatus, Traits, from_json, to_json


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
    if current and open_row(current) == traits:
        return current.version
    _take_ins(subject_id, traits)
    row = CivilIdentity(
        id=uuid4(),
        subject_id=subject_id,
        version=current.version + 1 if current else 1,
        ins_index=ins_indexes(traits.ins)[0] if traits.ins else None,
        birth_index=birth_indexes(traits.birth_name, traits.birth_date)[0],
        status=traits.status,
    )
    row.sealed = CIVIL_IDENTITY.seal(to_json(traits), row=row)
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
    return open_row(row)


def read_current(subject_id: UUID) -> tuple[Traits, int]:
    """Return the current traits with their version, in one query; UnknownIdentity when there are none."""
    row = _current([subject_id]).first()
    if row is None:
        raise UnknownIdentity("No identity is kept for this subject.")
    return open_row(row), row.version


def read_many(pairs: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], Traits]:
    """Return the traits of many (subject, version) pairs in one query; unknown pairs are absent."""
    wanted = set(pairs)
    rows = CivilIdentity.objects.filter(
        subject_id__in={subject for subject, _ in wanted},
        version__in={version for _, version in wanted},
    )
    # The two filters are wider than the pairs: only what was asked for is opened.
    found = {(row.subject_id, row.version): row for row in rows}
    return {pair: open_row(found[pair]) for pair in wanted & found.keys()}


def current_versions(subject_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the current version of each subject that has an identity, in one query."""
    rows = CivilIdentity.objects.filter(subject_id__in=set(subject_ids))
    return dict(rows.values_list("subject_id").annotate(Max("version")))


def find_by_ins(ins: str) -> UUID | None:
    """Return the subject who holds this INS now, however it was typed, or None."""
    owner = InsOwner.objects.filter(ins_index__in=ins_indexes(normalise_ins(ins)))
    return owner.values_list("subject_id", flat=True).first()


def find(*, birth_name: str, birth_date: date, first_name: str = "") -> list[UUID]:
    """Return the subjects whose current identity has this birth name, date and first name.

    The name must be whole; capitals, accents, hyphens, apostrophes and spaces do not count. Sorted,
    so that the order says nothing about when somebody was registered.
    """
    candidates = CivilIdentity.objects.filter(
        birth_index__in=birth_indexes(birth_name, birth_date), version=_latest_version()
    )
    wanted = letters(first_name)
    return sorted(
        row.subject_id
        for row in candidates
        if not wanted or wanted in beginnings(open_row(row).first_names)
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


def _wait_for_turn(*names: object) -> None:
    """Let one writer at a time through, so that two corrections get two versions, in order."""
    with connection.cursor() as cursor:
        for name in sorted(map(str, names)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _take_ins(subject_id: UUID, traits: Traits) -> None:
    """Make the subject the owner of the INS of these traits, and of no other."""
    known = ins_indexes(traits.ins) if traits.ins else []
    InsOwner.objects.filter(subject_id=subject_id).exclude(ins_index__in=known).delete()
    if not known:
        return
    # During a rotation one INS may stand under two keys: the database alone does not see it twice.
    _wait_for_turn(*(index.hex() for index in known))
    if not InsOwner.objects.filter(ins_index__in=known).exists():
        InsOwner.objects.create(ins_index=known[0], subject_id=subject_id)
    owner_id = InsOwner.objects.values_list("subject_id", flat=True).get(ins_index__in=known)
    if owner_id != subject_id:
        raise InsTaken(owner_id)


def open_row(row: CivilIdentity) -> Traits:
    """Return the traits of one row; for this package alone."""
    return from_json(CIVIL_IDENTITY.open(row))


def forget(subject_id: UUID, *, but: Collection[int] = ()) -> None:
    """Destroy the identity of a subject, within a warrant of erasure.

    Versions in `but` stay readable by who knows subject and version, and are found by nobody.
    """
    InsOwner.objects.filter(subject_id=subject_id).delete()
    rows = CivilIdentity.objects.filter(subject_id=subject_id)
    rows.exclude(version__in=but)._raw_delete("default")
    for row in rows.filter(version__in=but):
        index = unfindable() if row.ins_index else None
        rows.filter(pk=row.pk).update(ins_index=index, birth_index=unfindable())
