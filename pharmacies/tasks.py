"""What the pharmacies' part does by itself: papers meet the prescriptions that were regularised since."""

from django.utils import timezone

from eprescription.celery import app
from pharmacies import on_paper, reminding


@app.task
def settle_papers() -> None:
    """Each paper whose prescription is there now; then those that wait too long."""
    at = timezone.now()
    on_paper.settle_all(at=at)
    reminding.tell_late(at=at)
