"""Write an edition of the medicines into the database.

Rows are streamed by COPY into temporary tables beside the live ones, compared there by SQL, and only
what differs is written: readers see the edition before or the edition after, never a mix. Nothing is
ever deleted but words, memberships and the like: a signed prescription may name any medicine.
"""

# ruff: noqa: S608 - names of tables are those of our own models, never what came in

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Model

from eprescription.catalogue import records, tables
from eprescription.catalogue.editions import digest_of
from eprescription.catalogue.models import (
    Edition,
    GenericGroup,
    Ingredient,
    Medicine,
    Membership,
    Opinion,
    OpinionPage,
    Pack,
    Shortage,
    Substance,
    Token,
)
from eprescription.catalogue.sources.facts import Source
from eprescription.catalogue.sources.starter import STARTER_DATE, STARTER_SOURCE, Starter
from eprescription.catalogue.told import Told, gather

# The number of the advisory lock under which editions are written.
_LOCK = 2026_0526
# A whole edition takes longer than a page may.
_PATIENCE = "10min"

Progress = Callable[[str], None]
Change = tables.Change
Changes = dict[str, Change]

# What others point to goes first.
_IN_ORDER: tuple[type[Model], ...] = (Substance, GenericGroup, Medicine, Pack, OpinionPage)
# What has left the base keeps these; a medicine that nobody describes does not.
_STILL_TOLD = (
    "medicine_id IN (SELECT cis FROM new_catalogue_medicine)"
    " OR NOT EXISTS (SELECT FROM catalogue_medicine m WHERE m.cis = medicine_id)"
)
_MEMBERS = f"{_STILL_TOLD} OR medicine_id IN (SELECT medicine_id FROM new_catalogue_membership)"
_REBUILT: dict[type[Model], str] = {
    Ingredient: _STILL_TOLD,
    Membership: _MEMBERS,
    Token: _STILL_TOLD,
    Shortage: "true",
    Opinion: "true",
}
_STAMP = """
    UPDATE catalogue_medicine t SET edition_id = n.edition_id FROM new_catalogue_medicine n
    WHERE t.cis = n.cis AND t.edition_id <> n.edition_id
"""


@dataclass(slots=True)
class Staged:
    """An edition beside the live one: how many rows each table has, and what was learnt on the way.

    `keep` names the columns of medicines and boxes that these files do not tell: they stay.
    """

    told: Told
    counts: dict[str, int] = field(default_factory=dict)
    models: list[type[Model]] = field(default_factory=list)
    keep: frozenset[str] = frozenset()


def load_starter(at: datetime) -> Edition:
    """Make the starter file the active edition and return it; doing it again changes nothing.

    Where another source is active already (the whole base), it stays, and is returned.
    """
    with transaction.atomic():
        lock()
        source = Starter()
        digest = digest_of(source.files())
        active = Edition.objects.filter(kind=Edition.Kind.MEDICINES, active=True).first()
        if active and (active.source != STARTER_SOURCE or active.digest == digest):
            return active
        edition, _ = Edition.objects.update_or_create(
            kind=Edition.Kind.MEDICINES,
            source=STARTER_SOURCE,
            date=STARTER_DATE,
            defaults={"digest": digest, "loaded_at": at},
        )
        staged = stage(source, usage_of=source.usage)
        edition.counts = {"medicines": staged.counts["medicine"], "packs": staged.counts["pack"]}
        edition.save(update_fields=["counts"])
        swap(staged, edition=edition)
        return edition


def lock(*, wait: bool = True) -> bool:
    """Let one importer at a time write, until the end of the transaction. False: another one does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [_PATIENCE])
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def stage(
    source: Source, *, usage_of: records.UsageOf | None, progress: Progress = lambda table: None
) -> Staged:
    """Read a source into temporary tables; the live ones are not touched. In a transaction."""
    progress("composition")
    told = gather(source)
    staged = Staged(told, keep=_untold(source, usage_of))

    def put(model: type[Model], rows: Iterable[Model]) -> None:
        progress(_name(model))
        staged.counts[_name(model)] = tables.stage(model, rows)
        staged.models.append(model)

    put(Pack, records.packs(source, told, usage_of))
    put(Medicine, records.medicines(source, told))
    put(Substance, records.substances(told))
    put(Ingredient, records.ingredients(told))
    put(GenericGroup, records.groups(told))
    put(Membership, records.memberships(told))
    if "shortages" in source.tells:
        put(Shortage, records.shortages(source))
    if source.tells & {"benefits", "improvements"}:
        put(Opinion, records.opinions(source))
    if "pages" in source.tells:
        put(OpinionPage, records.pages(source))
    return staged


def _untold(source: Source, usage_of: records.UsageOf | None) -> frozenset[str]:
    usage = {"usage"} if usage_of is None else set()
    classes = set() if "classes" in source.tells else {"atc", "atc_inferred"}
    return frozenset(usage | classes)


def swap(staged: Staged, *, edition: Edition) -> Changes:
    """Make the staged rows the live ones and their edition the active one. In a transaction.

    What has left the base is not marketed any more and keeps its composition, its words, its groups
    (unless this edition tells them anew) and the edition that told of it last; shortages and opinions are those of this edition alone.
    """
    tables.stage(Token, records.tokens(staged.told))
    staged.models.append(Token)
    tables.run(f"UPDATE {tables.new(Medicine)} SET edition_id = %s", edition.pk)
    changes: Changes = {}
    for model in _IN_ORDER:
        if model in staged.models:
            keep = staged.keep | {"edition_id"} if model is Medicine else staged.keep
            changes[_name(model)] = tables.upsert(model, keep=keep)
    for model, where in _REBUILT.items():
        if model in staged.models:
            changes[_name(model)] = tables.replace(model, where=where)
    tables.run(_STAMP)
    for model in (Medicine, Pack):
        changes[_name(model)].left = _withdraw(model)
    _activate(edition)
    for model in staged.models:
        tables.run(f"DROP TABLE {tables.new(model)}")
    return changes


def vanished() -> int:
    """How many marketed medicines the staged edition does not tell at all."""
    return tables.count(
        f"SELECT count(*) FROM catalogue_medicine t WHERE t.marketed AND {tables.untold(Medicine)}"
    )


def _withdraw(model: type[Model]) -> int:
    """Mark as not marketed what this edition does not tell, whatever source told it before."""
    return tables.run(
        f"UPDATE {model._meta.db_table} t SET marketed = false"
        f" WHERE t.marketed AND {tables.untold(model)}"
    )


def _activate(edition: Edition) -> None:
    others = Edition.objects.filter(kind=edition.kind, active=True).exclude(pk=edition.pk)
    others.update(active=False)
    Edition.objects.filter(pk=edition.pk).update(active=True)
    edition.active = True


def _name(model: type[Model]) -> str:
    return str(model._meta.model_name)
