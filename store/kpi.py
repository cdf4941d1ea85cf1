"""Queries of the alarm system's quality figures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class AlertFactRow:
    """An alert's times and outcome as they are stored."""

    alert_id: int
    home_id: int | None
    device_id: int | None
    alert_class: str
    raised_at: datetime
    acknowledged_at: datetime | None
    on_scene_at: datetime | None
    resolved_at: datetime | None
    outcome: str | None


def alert_facts(conn: Conn, home_id: int | None, from_at: datetime, to_at: datetime) -> list[AlertFactRow]:
    """Return alerts raised in the period or standing when it began, of one home or of all."""
    with conn.cursor(row_factory=class_row(AlertFactRow)) as cur:
        return cur.execute(
            _Q["alert_facts"], {"home_id": home_id, "from_at": from_at, "to_at": to_at}
        ).fetchall()


@dataclass(frozen=True, slots=True)
class Begun:
    """When what a device reports began, three times or more."""

    device_id: int
    home_id: int | None
    begun: list[datetime]


def begun(conn: Conn, home_id: int | None, from_at: datetime, to_at: datetime) -> list[Begun]:
    """Return the devices of one home, or of all, that reported three beginnings or more."""
    with conn.cursor(row_factory=class_row(Begun)) as cur:
        return cur.execute(_Q["begun"], {"home_id": home_id, "from_at": from_at, "to_at": to_at}).fetchall()


def device_names(conn: Conn, device_ids: Collection[int], *, with_home: bool) -> dict[int, str]:
    """Return what devices are called and where they hang."""
    rows = conn.execute(
        _Q["device_names"], {"device_ids": list(device_ids), "with_home": with_home}
    ).fetchall()
    return {row[0]: row[1] for row in rows}
