"""Whose addresses these are: the registry asked by the batch, not by the message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg.rows import dict_row

from model.devices import Device, DeviceKind
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


def find_devices(conn: Conn, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Device]:
    """Return the devices, registered or not, behind pairs of source and address (or alias), if known."""
    with conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(
            _Q["find_devices"], {"sources": [key[0] for key in keys], "addresses": [key[1] for key in keys]}
        ).fetchall()
    return {(row.pop("asked_source"), row.pop("asked_address")): _device(row) for row in rows}


def _device(row: dict[str, Any]) -> Device:
    return Device(kind=DeviceKind(row.pop("kind")), **row)
