"""The web server of the rig, on a clock of its own."""

from eprescription.wsgi import application
from tests.chaos import skew  # before the portal reads the time

skew.be("web")

__all__ = ["application"]
