"""PostgreSQL's own pg_dump and pg_restore: they know every kind of object, and one moment of the whole base."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection


class ProgramError(Exception):
    """The program is missing, or ended badly; its text is that of the program and names no row."""


def run(name: str, *arguments: str) -> None:
    """Runs a program on the base of the settings. Raises ProgramError.

    Where it is says the environment (environment and not a command line, which every account of the machine reads).
    """
    program = shutil.which(name, path=os.environ.get("POSTGRES_PROGRAMS") or None)
    if program is None:
        raise ProgramError(f"{name} is not on the PATH, nor in POSTGRES_PROGRAMS.")
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own, by its full path
        [program, *arguments],
        env=os.environ | _where(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProgramError(f"{name}: {_first_line(done.stderr)}")


def _where() -> dict[str, str]:
    """The connection of the settings in the variables that PostgreSQL's programs read."""
    given: dict[str, Any] = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}  # fmt: skip
    found = {variable: str(given[name]) for name, variable in names.items() if given.get(name)}
    return found | {"PGCONNECT_TIMEOUT": "5"}


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "no reason was given")


def folder_of(path: Path) -> Path:
    """Where the file stands, which must exist: a backup does not make a folder that nobody mounted."""
    folder = path if path.is_dir() else path.parent
    if not folder.is_dir():
        raise ProgramError(f"{folder} is not a folder.")
    return folder
