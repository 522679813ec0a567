"""The worker and the beat of the rig, on a clock of their own."""

from eprescription.celery import app
from tests.chaos import skew  # before the portal reads the time

skew.be("tasks")

__all__ = ["app"]
