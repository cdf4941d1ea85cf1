"""Telemetry: COPY into a staging table, then one INSERT that passes over duplicates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from model.events import Kind, Value
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)
KEPT = timedelta(days=30)
"""Raw telemetry holds positions, sensitive personal data. Source: our choice, as short as serves."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device measured, and the key by which a redelivery is known."""

    device_id: int
    happened_at: datetime
    key: str
    arrived_at: datetime
    battery_pct: float | None = None
    rssi_dbm: float | None = None
    temperature_c: float | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    worn: bool | None = None
    details: dict[str, Value] | None = None


def prepare(conn: Conn) -> None:
    """Make the staging table of a fresh connection."""
    with conn.transaction():
        conn.execute(_Q["make_staging"])


def insert(conn: Conn, readings: Sequence[Reading]) -> int:
    """Write a batch and return how many rows are new."""
    with conn.cursor() as cur:
        with cur.copy(_Q["copy_in"]) as copy:
            copy.write("".join([_line(reading) for reading in readings]).encode())
        return cur.execute(_Q["take_over"]).rowcount


_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _line(r: Reading) -> str:
    """Return a reading as a line of COPY's text format, in a quarter of the time of a row of values.

    Source: the PostgreSQL manual, COPY, "Text Format".
    """
    return (
        f"{r.device_id}\t{r.happened_at.isoformat()}\t{r.key.translate(_ESCAPES)}\t{r.arrived_at.isoformat()}\t"
        f"{_text(r.battery_pct)}\t{_text(r.rssi_dbm)}\t{_text(r.temperature_c)}\t{_text(r.lat)}\t{_text(r.lon)}\t"
        f"{_text(r.accuracy_m)}\t{_text(r.worn)}\t"
        f"{json.dumps(r.details, ensure_ascii=False).translate(_ESCAPES) if r.details else _NULL}\n"
    )


def _text(value: float | None) -> str:
    return _NULL if value is None else repr(value)


def low_batteries(conn: Conn, device_ids: Sequence[int]) -> set[int]:
    """Return those of the devices whose battery is known to be low."""
    rows = conn.execute(_Q["low_batteries"], {"device_ids": list(device_ids)}).fetchall()
    return {row[0] for row in rows}


def known_clear(conn: Conn, pairs: Sequence[tuple[int, Kind]]) -> set[tuple[int, Kind]]:
    """Return those of the (device, kind) pairs that are known to be clear already."""
    rows = conn.execute(
        _Q["known_clear"],
        {"device_ids": [pair[0] for pair in pairs], "kinds": [str(pair[1]) for pair in pairs]},
    ).fetchall()
    return {(row[0], Kind(row[1])) for row in rows}


def drop_before(conn: Conn, before: datetime) -> None:
    """Let readings from before an instant go (retention); the connection must see all homes."""
    conn.execute(_Q["drop_before"], {"before": before})
