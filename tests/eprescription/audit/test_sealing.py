"""The chain never forks and has no gap, whoever writes and seals meanwhile; nobody changes a row or a seal."""

import os
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from eprescription.audit.chain import digest_of, link
from eprescription.audit.journal import NotInTransaction, record
from eprescription.audit.sealing import seal_batch
from eprescription.audit.verifying import verify
from eprescription.models import Deed, JournalEntry, JournalHead, JournalPending, JournalSeal
from eprescription.tasks import seal_journal

WRITERS = 16
EVENTS = 10_000 if os.environ.get("PORTAL_LONG") else 60  # of each writer
TEXTS = st.none() | st.text()


@given(st.lists(TEXTS), st.lists(TEXTS))
def test_two_rows_share_a_digest_only_when_they_are_the_same(one: Any, other: Any) -> None:
    assert (digest_of(one) == digest_of(other)) == (one == other)


def test_the_form_of_the_hashes_does_not_change_with_a_release() -> None:
    """Golden values: another form would condemn every chain that stands."""
    digest = digest_of(["1", None, "", "é"])
    assert digest.hex() == "80d72a87e11ea496dc878199a8be35a70c0651a4021e49d7ed7fb3e3230196c7"
    assert (
        link(1, 2, digest, bytes(32)).hex()
        == "634aa9e132bb2ba7131b8e2f2826b1f69d97d4a0c4824190d98d758c8a4cadbe"
    )


@pytest.mark.django_db
class TestInsertOnly:
    """The database refuses, whatever the program does."""

    @pytest.fixture(autouse=True)
    def sealed(self) -> None:
        record(Deed.READ, by=None)
        assert seal_batch() == 1

    @pytest.mark.parametrize("model", [JournalEntry, JournalSeal])
    def test_no_row_is_changed(self, model: Any) -> None:
        value = {"role": "other"} if model is JournalEntry else {"hash": bytes(32)}
        with pytest.raises(DatabaseError, match="Cannot update or delete"):
            model.objects.update(**value)

    @pytest.mark.parametrize("model", [JournalEntry, JournalSeal])
    def test_no_row_is_deleted(self, model: Any) -> None:
        with pytest.raises(DatabaseError, match="Cannot update or delete"):
            model.objects.all()._raw_delete("default")

    @pytest.mark.parametrize("model", [JournalEntry, JournalSeal])
    def test_no_table_is_emptied(self, model: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing else stands in the way
            with pytest.raises(DatabaseError, match="is insert-only"):
                cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")

    def test_no_row_is_sealed_twice(self) -> None:
        JournalPending.objects.create(entry=JournalEntry.objects.get())
        with pytest.raises(DatabaseError, match="duplicate key"):
            seal_batch()

    def test_the_chain_does_not_fork_even_by_hand(self) -> None:
        record(Deed.READ, by=None)
        first, other = JournalSeal.objects.get(), JournalEntry.objects.latest("pk")
        with pytest.raises(DatabaseError, match="before"):
            JournalSeal.objects.create(
                number=2, entry=other, digest=bytes(32), before=first.before, hash=bytes(32)
            )


@pytest.mark.django_db
def test_the_task_seals_all_that_waits() -> None:
    for _time in range(3):
        record(Deed.READ, by=None)
    seal_journal()

    assert not JournalPending.objects.exists()
    assert JournalHead.objects.get().count == 3


@pytest.mark.django_db(transaction=True)
def test_a_trace_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NotInTransaction):
        record(Deed.READ, by=None)


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_and_three_sealers_make_one_chain() -> None:
    """Given writers that commit and roll back, and sealers that race, then every row that stands has its one link."""
    writing = threading.Event()
    failed: list[BaseException] = []

    def write() -> None:
        for event in range(EVENTS):
            with transaction.atomic():
                record(Deed.READ, by=None, code=f"{event}")
                if event % 7 == 0:
                    transaction.set_rollback(True)

    def seal() -> None:
        while not writing.is_set():
            seal_batch(50)
            time.sleep(0.002)

    sealers = [_thread(seal, failed) for _sealer in range(3)]
    for thread in [_thread(write, failed) for _writer in range(WRITERS)]:
        thread.join()
    writing.set()
    for thread in sealers:
        thread.join()
    while seal_batch():
        pass

    kept = WRITERS * (EVENTS - len(range(0, EVENTS, 7)))
    assert failed == []
    assert JournalEntry.objects.count() == JournalHead.objects.get().count == kept
    report = verify()
    assert (report.links, report.waiting, report.damages) == (kept, 0, [])


def _thread(act: Callable[[], None], failed: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
