#!/usr/bin/env python
"""The one door of the command line."""

import os
import sys


def main() -> None:
    """Runs the command named on the command line."""
    if sys.argv[1:2] == ["demo"]:
        # The demo makes the environment that the settings need, so it starts before Django does.
        from eprescription.demo.run import main as demo

        sys.exit(demo(sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eprescription.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
