"""What a simulated run left behind: the rows that its score and its summary are counted from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row, dict_row

from model.alerts import AlertClass
from store import sql

_QUERIES = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert with what a scenario knows it by; `place` is a path."""

    alert_id: int
    incident_id: int
    alert_class: AlertClass
    kind: str
    raised_at: datetime
    happened_at: datetime
    unregistered: bool
    source: str | None
    address: str | None
    home: str | None
    place: list[str]


@dataclass(frozen=True, slots=True)
class Stored:
    """How many rows there are of one kind that one device said at one time; readings have the kind report."""

    source: str
    address: str
    said_at: datetime
    kind: str
    rows: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Dead letters, messages that were sent, and messages that still wait."""

    dead_letters: int
    sent: int
    unsent: int


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that nobody has resolved."""

    alert_id: int
    incident_id: int
    alert_class: AlertClass
    home_id: int
    device_id: int | None
    address: str | None


def alerts_since(conn: Connection[Any], homes: Sequence[str], since: datetime) -> list[AlertRow]:
    """Return the alerts of these homes (codes) that were raised since."""
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_QUERIES["alerts_since"], {"homes": list(homes), "since": since}).fetchall()
    return [AlertRow(alert_class=AlertClass(row.pop("class")), **row) for row in rows]


def stored_since(conn: Connection[Any], homes: Sequence[str], since: datetime) -> list[Stored]:
    """Return what the devices of these homes (codes) said and what is stored of it."""
    found: list[Stored] = []
    with conn.cursor(row_factory=class_row(Stored)) as cursor:
        for query in ("events_since", "readings_since"):
            found += cursor.execute(_QUERIES[query], {"homes": list(homes), "since": since}).fetchall()
    return found


def counts_since(conn: Connection[Any], homes: Sequence[str], since: datetime) -> Counts:
    """Return the counts since; dead letters are counted over all homes, for they belong to none."""
    with conn.cursor(row_factory=class_row(Counts)) as cursor:
        row = cursor.execute(_QUERIES["counts_since"], {"homes": list(homes), "since": since}).fetchone()
    return row if row is not None else Counts(0, 0, 0)


def open_alerts(conn: Connection[Any], homes: Sequence[str]) -> list[OpenAlert]:
    """Return the unresolved alerts of these homes (codes)."""
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_QUERIES["open_alerts"], {"homes": list(homes)}).fetchall()
    return [OpenAlert(alert_class=AlertClass(row.pop("class")), **row) for row in rows]


def active_states(conn: Connection[Any], homes: Sequence[str]) -> list[tuple[str, str]]:
    """Return (address, kind) of what devices of these homes, strangers too, last said to be so."""
    return conn.execute(_QUERIES["active_states"], {"homes": list(homes)}).fetchall()


def recent_fires(conn: Connection[Any], homes: Sequence[str], since: datetime) -> list[str]:
    """Return the addresses whose fire alarm would confirm another one of the same zone."""
    rows = conn.execute(_QUERIES["recent_fires"], {"homes": list(homes), "since": since}).fetchall()
    return [row[0] for row in rows]
