"""Finds the one person whom a national provider certifies by five traits, without the database showing them."""

from uuid import UUID

from eprescription.identity.lookup import birth_indexes, letters
from eprescription.identity.models import CivilIdentity
from eprescription.identity.traits import UNKNOWN_PLACE, IdentityStatus, Traits
from eprescription.identity.vault import current_versions, open_row

# What somebody declared at a desk (PROV), or fetched without looking at a document (RECUP), proves nothing about who
# may read what is written under that name.
CHECKED = (IdentityStatus.VALI, IdentityStatus.QUAL)


def recognise(certified: Traits) -> list[tuple[UUID, bool]]:
    """The subjects whose current identity has these five traits, and for each whether a professional checked it.

    Stricter than `vault.find` and `traits.matches`, which propose: this one opens a door. Birth name, birth date, sex,
    the whole list of first names and the place of birth are the same; a place that is not known matches nothing.
    Capitals, accents, hyphens, apostrophes and spaces do not count (RNIV).
    """
    rows = CivilIdentity.objects.filter(
        birth_index__in=birth_indexes(certified.birth_name, certified.birth_date)
    )
    newest = current_versions({row.subject_id for row in rows})
    current = [row for row in rows if row.version == newest[row.subject_id]]
    opened = sorted(((row.subject_id, open_row(row)) for row in current), key=lambda pair: pair[0])
    return [(pk, kept.status in CHECKED) for pk, kept in opened if _same(kept, certified)]


def _same(kept: Traits, certified: Traits) -> bool:
    return (
        UNKNOWN_PLACE not in (kept.birth_place, certified.birth_place)
        and kept.birth_place == certified.birth_place
        and kept.birth_date == certified.birth_date
        and kept.sex == certified.sex
        and letters(kept.birth_name) == letters(certified.birth_name)
        and letters(kept.first_names) == letters(certified.first_names)
    )
