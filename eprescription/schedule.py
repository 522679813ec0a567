"""What Celery beat starts by itself, and how often."""

from datetime import timedelta

from celery.schedules import crontab

from eprescription.environment import env

CELERY_BEAT_SCHEDULE = {
    "sweep-pushes": {
        "task": "eprescription.tasks.sweep_pushes",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 10},
    },
    "sweep-letters": {
        "task": "eprescription.tasks.sweep_letters",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 10},
    },
    "sweep-notices": {
        "task": "eprescription.tasks.sweep_notices",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 25},
    },
    "fetch-mail": {
        "task": "eprescription.tasks.fetch_mail",
        "schedule": timedelta(seconds=env.int("FETCH_MAIL_SECONDS", default=60)),
        "options": {"expires": 50},
    },
    "let-time-pass": {
        "task": "eprescription.tasks.let_time_pass",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 240},
    },
    "measure-components": {
        "task": "eprescription.tasks.measure_components",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 25},
    },
    "settle-papers": {
        "task": "pharmacies.tasks.settle_papers",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 25},
    },
    "refresh-medicines": {
        "task": "eprescription.tasks.refresh_medicines",
        "schedule": crontab(hour=4, minute=20),
    },
    "seal-journal": {
        "task": "eprescription.tasks.seal_journal",
        "schedule": timedelta(seconds=1),
        "options": {"expires": 5},
    },
}
