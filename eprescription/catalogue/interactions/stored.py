"""The live edition of the thesaurus, read from the database once and kept while it is live."""

from eprescription.catalogue.interactions.facts import Entry, Member
from eprescription.catalogue.interactions.thesaurus import Thesaurus
from eprescription.catalogue.models import Edition

_kept = Thesaurus()


def current() -> Thesaurus:
    """Return the live edition; an empty one when none is loaded. One query while it stays the
    same, four when it has changed."""
    global _kept
    edition = Edition.objects.filter(kind=Edition.Kind.INTERACTIONS, active=True).first()
    stamp = (edition.pk, edition.loaded_at) if edition else None
    if stamp != _kept.stamp:
        # Built apart, then put in place at once: another thread sees the one or the other.
        _kept = _read(edition) if edition else Thesaurus()
    return _kept


def _read(edition: Edition) -> Thesaurus:
    rows = edition.interactions.all()
    return Thesaurus(
        [
            Entry(r.a, r.b, tuple(r.levels.split("|")), r.label, r.risk, r.action, r.page)
            for r in rows
        ],
        [Member(*row) for row in edition.grouped.values_list("group", "substance")],
        dict(edition.names.values_list("code", "name")),
        label=str(edition),
        stamp=(edition.pk, edition.loaded_at),
    )
