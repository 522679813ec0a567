"""The project package and the shared prescription: what it is, who may touch it, and the law."""

from eprescription.celery import app as celery_app

__all__ = ["celery_app"]
