"""Reads the execution of one prescription from its own tables, with its trace; nobody else joins them."""

from django.db import transaction
from django.db.models import QuerySet

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
        record(Deed.READ_EXECUTION, by=by, prescription=prescription)
        changes = amendments(prescription)
        return execution(prescription, case.state, every_balance(case), delivered(case), changes)


def every_balance(case: DispensingCase) -> QuerySet[Balance]:
    """The balance of each version of each line, with the line, in their order."""
    rows = Balance.objects.filter(case=case).select_related("line")
    return rows.order_by("line__position", "line__version")


def delivered(case: DispensingCase) -> QuerySet[DispensedLine]:
    """What stands delivered, the oldest first, with where and by whom."""
    rows = DispensedLine.objects.filter(dispensing__case=case, dispensing__correction=None)
    return rows.select_related("dispensing__pharmacy", "dispensing__by").order_by("dispensing__at")
