"""The policy: may this person touch this object? The only user of guardian; no rule means no.

Facts are columns (author, subject, dispensing pharmacy). Guardian holds what an event granted and another may take
back: reading of the execution, and access by presentation of the code. Superusers and inactive people get nothing.
"""

from eprescription.permissions.grants import forget_permissions
from eprescription.permissions.prescriptions import (
    can_see,
    check_care,
    check_repeat,
    check_write,
    patients_of,
    visible_to,
)
from eprescription.permissions.presented import (
    check_correct,
    check_dispense,
    check_validate,
    dispensed_at,
    grant_presented,
    may_be_opened,
    revoke_presented,
    was_presented,
)
from eprescription.permissions.reading import (
    check_oppose,
    check_read_execution,
    check_self,
    execution_readable,
    followed_by,
    journal_of,
    oppositions_of,
    settle_reading,
)
from eprescription.permissions.roles import ROLES, Action, can, check_role

__all__ = [
    "ROLES",
    "Action",
    "can",
    "can_see",
    "check_care",
    "check_correct",
    "check_dispense",
    "check_oppose",
    "check_read_execution",
    "check_repeat",
    "check_role",
    "check_self",
    "check_validate",
    "check_write",
    "dispensed_at",
    "execution_readable",
    "followed_by",
    "forget_permissions",
    "grant_presented",
    "journal_of",
    "may_be_opened",
    "oppositions_of",
    "patients_of",
    "revoke_presented",
    "settle_reading",
    "visible_to",
    "was_presented",
]
