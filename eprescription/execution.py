"""Reads the execution of one prescription from its own tables, with its trace; nobody else joins them."""

from django.db import transaction

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Balance, Deed, DispensedLine, DispensingCase, Prescription
from eprescription.permissions import check_read_execution
from eprescription.presenters import Execution, execution
from eprescription.versions import amendments


def read_execution(prescription: Prescription, *, by: Actor) -> Execution:
    """What was dispensed, for who may read it; raises Refusal otherwise. Four queries and a trace."""
    with transaction.atomic():
        check_read_execution(by, prescription)
        case = DispensingCase.objects.get(prescription=prescription)
        balances = Balance.objects.filter(case=case).select_related("line")
        deliveries = (
            DispensedLine.objects.filter(dispensing__case=case, dispensing__correction=None)
            .select_related("dispensing__pharmacy", "dispensing__by")
            .order_by("dispensing__at")
        )
        record(Deed.READ_EXECUTION, by=by, prescription=prescription)
        changes = amendments(prescription)
        return execution(prescription, case.state, balances, deliveries, changes)
