"""Lists the demo among the commands; `manage.py` runs it before the settings load."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from eprescription.demo.environment import Place
from eprescription.demo.run import add_options, run


class Command(BaseCommand):
    """Runs the whole portal on this machine, with invented people."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The same options as the command line's."""
        add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs until Ctrl-C."""
        sys.exit(run(Place(options["dir"].resolve(), options["host"], options["port"])))
