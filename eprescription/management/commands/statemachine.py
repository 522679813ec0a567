"""Prints the state diagrams of the README from the machines themselves."""

from typing import Any

from django.core.management.base import BaseCommand

from eprescription.lifecycle import MACHINES, diagram


def diagrams() -> str:
    """All machines as Mermaid diagrams, each under its name."""
    parts = [f"### {m.name}\n\n```mermaid\n{diagram(m)}\n```" for m in MACHINES.values()]
    return "\n\n".join(parts)


class Command(BaseCommand):
    help = "Print the lifecycle diagrams as Mermaid."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(diagrams())
