"""Any sequence of acts, by anybody, in any order: what must never be, is not.

A prescription goes through pharmacies while its author cancels it, its patient opposes, questions are answered and days
pass. Each act may be refused; a refused one changes nothing, and an act that was done left its row in the journal.
"""

import contextlib
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Max, Min, Sum
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from eprescription import upkeep
from eprescription.models import (
    Balance,
    CaseState,
    Claim,
    Deed,
    DispensedLine,
    Dispensing,
    DispensingCase,
    JournalEntry,
    Line,
    Outcome,
    Prescription,
    PrescriptionState,
    Reach,
    RegisterEntry,
)
from eprescription.permissions import check_read_execution
from eprescription.refusal import Refusal
from patients import actions as patient_acts
from pharmacies import actions
from pharmacies.claims import living_claim
from pharmacies.decisions import Decision
from prescribers import actions as prescriber_acts
from tests import factories

PHARMACIES = st.integers(0, 2)
MEDICINES = ("DOLIPRANE 1000", "AMOXICILLINE VIATRIS 1 g")


class Counter(RuleBasedStateMachine):
    """Two lines, renewed twice or never; three pharmacies; the clock only goes forward."""

    @initialize(renewals=st.sampled_from([0, 2]))
    def a_prescription_is_signed(self, renewals: int) -> None:
        self.rollback = contextlib.ExitStack()
        self.rollback.enter_context(transaction.atomic())
        self.now = timezone.now()
        self.doctor = factories.a_prescriber()
        subject, self.patient = factories.a_patient(self.doctor)
        self.prescription = factories.a_signed(self.doctor, subject, *MEDICINES, renewals=renewals)
        self.pharmacists = [factories.a_pharmacist() for _place in range(3)]
        self.code = factories.code_of(self.prescription)
        self.done: dict[str, int] = {}
        self.cancelled_at: datetime | None = None

    def teardown(self) -> None:
        if hasattr(self, "rollback"):
            transaction.set_rollback(True)
            self.rollback.close()

    # --- Acts

    @rule(who=PHARMACIES)
    def claim(self, who: int) -> None:
        pharmacist = self.pharmacists[who]
        held = self._held()
        ours = held and held.pharmacy_id == pharmacist.place_id
        opening = {"text": self.code, "by": pharmacist, "address": str(who), "at": self.now}
        self._try("" if ours else Deed.CLAIMED, lambda: actions.open_by_code(**opening))

    @rule(who=PHARMACIES, quantities=st.lists(st.integers(0, 3), min_size=2, max_size=2))
    def dispense(self, who: int, quantities: list[int]) -> None:
        decisions = [
            Decision(
                line_id=line.pk,
                quantity=quantity,
                cis=line.cis,
                refusal="" if quantity else "declined",
                reason="Départ en voyage",
            )
            for line, quantity in zip(self._lines(), quantities, strict=True)
        ]
        self._try(
            Deed.DISPENSED,
            lambda: factories.dispense(
                self.pharmacists[who], self.prescription, decisions, at=self.now
            ),
        )

    @rule(who=PHARMACIES)
    def dispense_all_that_is_due(self, who: int) -> None:
        self.claim(who)
        decisions = factories.decisions_for(self.prescription, self.now)
        decisions = [replace(decision, reason="Départ en voyage") for decision in decisions]
        self._try(
            Deed.DISPENSED,
            lambda: factories.dispense(
                self.pharmacists[who], self.prescription, decisions, at=self.now
            ),
        )

    @rule(who=PHARMACIES)
    def release(self, who: int) -> None:
        self._try(
            Deed.RELEASED,
            lambda: factories.release(self.pharmacists[who], self.prescription, self.now),
        )

    @rule(stranger=PHARMACIES, quantities=st.lists(st.integers(0, 3), min_size=2, max_size=2))
    @precondition(lambda self: Dispensing.objects.exists())
    def correct(self, stranger: int, quantities: list[int]) -> None:
        last = Dispensing.objects.filter(correction=None).order_by("-at")[0]
        author = next(p for p in self.pharmacists if p.activity_id == last.by_id)
        decisions = [
            Decision(
                line_id=line.pk,
                quantity=quantity,
                cis=line.cis,
                refusal="" if quantity else "declined",
                reason="Départ en voyage",
            )
            for line, quantity in zip(self._lines(), quantities, strict=True)
        ]
        self._try(
            Deed.CORRECTED,
            lambda: actions.correct(
                dispensing=last,
                decisions=decisions,
                reason="Erreur de saisie",
                key=uuid.uuid4(),
                by=self.pharmacists[0] if stranger == 2 else author,
                at=self.now,
            ),
        )

    @rule()
    def cancel(self) -> None:
        self.prescription.refresh_from_db()
        if self._try(
            Deed.CANCELLED,
            lambda: prescriber_acts.cancel(
                prescription=self.prescription, by=self.doctor, at=self.now
            ),
        ):
            self.cancelled_at = self.now

    @rule()
    def oppose(self) -> None:
        self._try(
            "",
            lambda: patient_acts.oppose(
                reach=Reach.PRESCRIPTION,
                prescription=self.prescription,
                by=self.patient,
                at=self.now,
            ),
        )
        with pytest.raises(Refusal):
            check_read_execution(self.doctor, self.prescription)

    @rule(days=st.sampled_from([1, 2, 4, 20, 40, 200]))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        upkeep.let_time_pass(at=self.now)

    # --- What must always hold

    @invariant()
    def never_more_than_prescribed(self) -> None:
        for balance in self._balances():
            assert 0 <= balance.remaining <= balance.total
            assert balance.dispensed == self._given(balance.line, exceptional="")

    @invariant()
    def never_both_cancelled_and_dispensed(self) -> None:
        if self.cancelled_at:
            later = Dispensing.objects.filter(at__gt=self.cancelled_at, corrects=None)
            assert not later.exists()
            assert self._case().state in (CaseState.STOPPED, CaseState.DISPENSED)

    @invariant()
    def at_most_one_living_claim(self) -> None:
        if hasattr(self, "now"):
            living = Claim.objects.filter(ended_at=None).count()
            assert living == (self._case().state == CaseState.CLAIMED)

    @invariant()
    def each_act_left_its_row(self) -> None:
        for deed, count in getattr(self, "done", {}).items():
            rows = JournalEntry.objects.filter(deed=deed, outcome=Outcome.DONE)
            assert rows.filter(prescription=self.prescription).count() == count, deed

    @invariant()
    def numbers_of_the_register_follow_each_other(self) -> None:
        for entry in RegisterEntry.objects.values("pharmacy").annotate(
            n=Count("pk"), first=Min("number"), last=Max("number")
        ):
            assert (entry["first"], entry["last"]) == (1, entry["n"])

    @invariant()
    def the_state_says_what_the_balances_say(self) -> None:
        if not hasattr(self, "now"):
            return
        prescription = Prescription.objects.get(pk=self.prescription.pk)
        if prescription.state == PrescriptionState.ISSUED and not self._held():
            left = any(b.remaining for b in self._balances())
            assert left == (self._case().state != CaseState.DISPENSED)

    # --- Hands and eyes

    def _try(self, deed: str, act: Any) -> bool:
        """Does an act; a refused one left everything as it was."""
        before = self._picture()
        try:
            with transaction.atomic():
                act()
        except Refusal:
            assert self._picture() == before
            return False
        if deed:
            self.done[deed] = self.done.get(deed, 0) + 1
        return True

    def _picture(self) -> Any:
        balances = [(b.line_id, b.dispensed, b.lost, b.extra) for b in self._balances()]
        acts = (Dispensing.objects.count(), RegisterEntry.objects.count())
        return balances, acts, self._case().state in (CaseState.DISPENSED, CaseState.STOPPED)

    def _balances(self) -> list[Balance]:
        if not hasattr(self, "prescription"):
            return []
        rows = Balance.objects.filter(case__prescription=self.prescription)
        return list(rows.select_related("line").order_by("line__position"))

    def _lines(self) -> list[Line]:
        return list(self.prescription.lines.all())

    def _case(self) -> DispensingCase:
        return DispensingCase.objects.get(prescription=self.prescription)

    def _held(self) -> Claim | None:
        return living_claim(self._case())

    def _given(self, line: Line, exceptional: str) -> int:
        standing = DispensedLine.objects.filter(line=line, dispensing__correction=None)
        found = standing.filter(exceptional=exceptional).aggregate(n=Sum("quantity"))
        return found["n"] or 0


@pytest.mark.django_db
def test_whatever_is_done_in_whatever_order_the_counter_keeps_its_promises(
    request: pytest.FixtureRequest,
) -> None:
    """100 lives of 30 acts each; `--hypothesis-profile` says otherwise."""
    run_state_machine_as_test(
        Counter,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
