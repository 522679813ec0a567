"""What a professional who was struck off leaves behind in the queues.

A prescription that he signed while he had the right stays valid (it is dispensed, and the patient has it in his space):
striking off looks forward. But from that moment nothing more leaves in his name, were it signed a minute before: an
account that is closed because it was stolen must not go on sending. A cancellation leaves: it takes back.
"""

from uuid import UUID

from eprescription.models import Activity, Role

CODE = "author_struck_off"


def still_prescribes(activity_id: UUID) -> bool:
    """Whether who signed in this activity prescribes anywhere; who only left a practice still does."""
    user = Activity.objects.filter(pk=activity_id).values("user")
    acts = Activity.objects.filter(user__in=user, role=Role.PRESCRIBER)
    return acts.filter(is_active=True, user__is_active=True).exists()
