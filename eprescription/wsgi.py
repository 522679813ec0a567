"""The door of the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eprescription.settings")

application = get_wsgi_application()

# What was imported lives for ever: the collector need not walk through it at each round.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
