"""Logs that say what failed and where, never whom it concerned."""

import logging
import traceback

SHOWN = ("eprescription", "prescribers", "pharmacies", "patients")


class Discreet(logging.Filter):
    """Keeps the kind of an exception and its frames; drops messages, values, queries and arguments of others.

    A database error quotes the row, a form error quotes what was typed: only the class and the lines remain.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)[-12:]
            trail = " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames))
            record.msg = f"{type(error).__name__} {trail}"
            record.args, record.exc_info, record.exc_text = (), None, None
        elif record.name.startswith("django.request"):
            # Paths hold random ids only; the query string is never in the path.
            record.msg, record.args = f"{record.getMessage().split('?')[0]}", ()
        elif record.name.startswith("django.db") or record.name.startswith("django.security"):
            record.msg, record.args = f"{record.name} {record.levelname.lower()}", ()
        return True


# Event names, ids and durations; never a body, a query string or a local variable.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "eprescription.logs.Discreet"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["discreet"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": False},
        "httpx": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
