"""Celery: carries ids only; the state of every push lives in rows of the outbox."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eprescription.settings")

app = Celery("eprescription")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["eprescription", "pharmacies"])
