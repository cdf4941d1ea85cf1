"""Homes: by name, by code, and with the counts that say whether one is safe now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from model.errors import Missing
from store import sql
from store.sql import Conn

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A home with the counts that say whether it is safe now. Drills do not count."""

    home_id: int
    code: str
    name: str
    kind: str
    township: str
    address: str
    phone: str
    beds: int | None
    open_fire: int
    open_wristband: int
    open_fault: int
    unanswered: int
    escalated: int
    hazards_overdue: int
    detectors_online: int
    detectors_total: int
    wristbands_online: int
    wristbands_total: int

    @property
    def needs_attention(self) -> bool:
        """Whether somebody must act today."""
        return bool(self.open_fire or self.open_wristband or self.unanswered or self.escalated) or (
            self.hazards_overdue > 0 or self.detectors_online < self.detectors_total
        )


def homes(conn: Connection[Any], today: date) -> list[HomeRow]:
    """Return the homes with their counts, the least safe first."""
    with conn.cursor(row_factory=class_row(HomeRow)) as cursor:
        return cursor.execute(_SQL["homes"], {"today": today}).fetchall()


def home_names(conn: Connection[Any]) -> list[tuple[int, str]]:
    """Return id and name of the homes, by name."""
    return [(row[0], row[1]) for row in conn.execute(_SQL["home_names"]).fetchall()]


def home_id_of(conn: Conn, code: str) -> int:
    """Return the id of the home with this code; raises Missing where there is none."""
    row = conn.execute(_SQL["home_by_code"], {"code": code}).fetchone()
    if row is None:
        raise Missing(f"没有此代码的机构 no home {code!r}")
    return row[0]
