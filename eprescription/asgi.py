"""The door of an asynchronous web server, for those who run one."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eprescription.settings")

application = get_asgi_application()
