"""The compose files as they are read: services, those of ours, and the variables that they name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import typer.main
import yaml

from yian.cli import app

PROJECT = Path(__file__).parents[2]
PROGRAM = typer.main.get_group(app)
CONTEXT = typer.Context(PROGRAM)
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([?-])([^}]*))?\}")


@dataclass(frozen=True)
class Composed:
    """One compose file."""

    path: Path
    text: str
    content: dict[str, Any]

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        """Return every service by name."""
        return cast(dict[str, dict[str, Any]], self.content["services"])

    @property
    def ours(self) -> dict[str, dict[str, Any]]:
        """Return the services that run our image."""
        return {name: service for name, service in self.services.items() if "build" in service}


def read(path: str) -> Composed:
    """Return a compose file of the project."""
    text = (PROJECT / path).read_text(encoding="utf-8")
    return Composed(PROJECT / path, text, yaml.safe_load(text))


ONE_MACHINE = read("docker-compose.yml")
CLUSTER = read("deploy/cluster/compose.yml")
