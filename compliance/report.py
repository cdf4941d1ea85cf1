"""From the database to a finished section: read in one moment, count, put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from compliance.document import Section, Style
from compliance.indicators import figures
from compliance.section import section
from compliance.words import Words
from model.counted import Counted
from model.periods import Period
from store import figures as rows
from store.homes import home_id_of
from store.sql import Conn


@dataclass(frozen=True, slots=True)
class Report:
    """A section with the rows that its figures count."""

    counted: Counted
    section: Section


def read(conn: Conn, period: Period, home: str | None, now: datetime) -> Counted:
    """Return what is counted of a period, of one home by its code or of all that the connection sees.

    `conn` must be idle: all is read in one REPEATABLE READ transaction, so that figures agree.
    Raises Missing where there is no such home.
    """
    with conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        home_id = None if home is None else home_id_of(conn, home)
        return rows.counted(conn, period, home_id, now)


def make(conn: Conn, period: Period, home: str | None, words: Words, style: Style, now: datetime) -> Report:
    """Return the report of a period, from what is read of it as by `read`."""
    return _of(read(conn, period, home, now), words, style)


def seen(
    conn: Conn, period: Period, home_id: int | None, words: Words, style: Style, now: datetime
) -> Report:
    """Return the report of a period in the caller's transaction, which should see one moment."""
    return _of(rows.counted(conn, period, home_id, now), words, style)


def _of(counted: Counted, words: Words, style: Style) -> Report:
    return Report(counted, section(counted, figures(counted), words, style))
