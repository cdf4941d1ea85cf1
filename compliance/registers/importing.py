"""Importing and exporting: the file, the plan, one transaction."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection

from compliance.registers.looking import look
from compliance.registers.planning import plan
from compliance.registers.reading import Fault, read
from compliance.registers.writing import Format, write
from model.errors import BadInput
from model.sheets import BY_NAME, SHEETS
from model.sheets.shape import Sheet
from store import register_sheets


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did, or would do; with faults it did nothing."""

    file: str
    dry_run: bool
    import_id: int | None
    added: dict[str, int]
    changed: dict[str, int]
    same: int
    faults: tuple[Fault, ...]

    @property
    def changes(self) -> int:
        """How many rows are new or different."""
        return sum(self.added.values()) + sum(self.changed.values())


def sheets_of(name: str | None) -> list[Sheet]:
    """Return one register by its English or Chinese name, or all of them; raises BadInput for another."""
    if name in (None, "", "all"):
        return list(SHEETS)
    found = [sheet for sheet in SHEETS if name in (sheet.name, sheet.zh)]
    if not found:
        raise BadInput("register", f"其中之一 one of {', '.join(BY_NAME)}, all", name)
    return found


def import_file(
    conn: Connection[Any],
    data: bytes,
    file_name: str,
    *,
    register: str | None = None,
    dry_run: bool,
    actor: str,
    now: datetime,
    progress: Callable[[int, int], object] = lambda done, of: None,
) -> Outcome:
    """Check a whole file and, where nothing is wrong and it is no dry run, write it; the caller commits.

    Raises BadInput where the file cannot be read, Refused where the database knows better.
    """
    only = None if register in (None, "", "all") else sheets_of(register)[0]
    raws, faults = read(data, file_name, only)
    register_sheets.lock(conn)
    stored = {sheet.name: register_sheets.rows(conn, sheet) for sheet in SHEETS}
    planned = plan(raws, stored)
    faults += planned.faults
    added = Counter(change.sheet.name for change in planned.changes if change.number is None)
    changed = Counter(change.sheet.name for change in planned.changes if change.number is not None)
    number = None
    if planned.changes and not faults and not dry_run:
        done = 0

        def tell(more: int) -> None:
            nonlocal done
            done += more
            progress(done, len(planned.changes))

        number = register_sheets.write(
            conn,
            planned.changes,
            file_name=file_name,
            sha256=hashlib.sha256(data).digest(),
            actor=actor,
            now=now,
            progress=tell,
        )
    return Outcome(file_name, dry_run, number, dict(added), dict(changed), planned.same, tuple(faults))


def export(
    conn: Connection[Any],
    sheets: Sequence[Sheet],
    form: Format,
    *,
    as_of: date | None = None,
    as_known: date | None = None,
) -> bytes:
    """Return registers as they are stored, or what held on a day as known by the end of another."""
    return write(
        {sheet.name: look(conn, sheet, as_of=as_of, as_known=as_known) for sheet in sheets}, sheets, form
    )
