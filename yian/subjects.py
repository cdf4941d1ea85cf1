"""The commands that have a module of their own, which is loaded when its command is asked for.

A role is a command too: if all modules were loaded, it would carry the libraries of every report and import.
"""

from __future__ import annotations

from importlib import import_module

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

SUBJECTS = {
    "user": "yian.commands_people:app",
    "device": "yian.commands_devices:app",
    "report": "yian.commands_report:app",
    "indicators": "yian.commands_indicators:indicators",
    "ledger": "yian.commands_ledger:app",
    "bench": "yian.commands_bench:app",
    "alarms": "yian.commands_alarms:app",
    "rosters": "yian.commands_rosters:app",
    "mute": "yian.commands_suppress:app",
    "drill": "yian.commands_drills:app",
    "rules": "yian.commands_rules:app",
    "events": "yian.commands_events:app",
    "registers": "yian.commands_registers:app",
    "import": "yian.commands_registers:import_command",
    "export": "yian.commands_registers:export_command",
    "backup": "yian.commands_backup:backup_command",
    "restore": "yian.commands_backup:restore_command",
    "settings": "yian.commands_settings:app",
    "dead-letters": "yian.commands_letters:app",
    "audit": "yian.commands_audit:app",
    "decode": "yian.commands_decode:decode",
    "doctor": "yian.commands_doctor:doctor",
}
"""Command -> module and name: a `Typer` of several commands, or the function of one."""


class Subjects(TyperGroup):
    """The commands of the program, and those of `SUBJECTS`."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return the names of all."""
        return [*super().list_commands(ctx), *SUBJECTS]

    def get_command(self, ctx: typer.Context, cmd_name: str):  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a command, loading its module; None where there is none of that name."""
        if cmd_name not in SUBJECTS:
            return super().get_command(ctx, cmd_name)
        module, _, name = SUBJECTS[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        if isinstance(found, typer.Typer):
            command = get_group(found)
        else:
            alone = typer.Typer(add_completion=False)
            alone.command()(found)
            command = get_command(alone)
        command.name = cmd_name
        return command
