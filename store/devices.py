"""Devices by address, alias or id, and the quarantine of those that nobody registered."""

from __future__ import annotations

from typing import Any

from psycopg.rows import dict_row

from model.devices import Device, DeviceKind
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


def _device(row: dict[str, Any]) -> Device:
    return Device(kind=DeviceKind(row.pop("kind")), **row)


def find_device(conn: Conn, source: str, address: str) -> Device | None:
    """Return the device, registered or not, behind an address or alias; None if it was never heard of."""
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(_Q["find_device"], {"source": source, "address": address}).fetchone()
    return _device(row) if row else None


def device_by_id(conn: Conn, device_id: int) -> Device | None:
    """Return the device with this id."""
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(_Q["device_by_id"], {"device_id": device_id}).fetchone()
    return _device(row) if row else None


def quarantine(conn: Conn, source: str, address: str, home: str | None) -> Device:
    """Keep an unknown device as unregistered, in the home that its topic or source names."""
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(_Q["quarantine"], {"source": source, "address": address, "home": home}).fetchone()
    assert row is not None  # noqa: S101 - the upsert always returns its row
    return _device(row)


def set_alias(conn: Conn, source: str, address: str, alias: str) -> bool:
    """Let `alias` name the device that is registered at `address`; say whether there is one."""
    return conn.execute(_Q["set_alias"], {"source": source, "address": address, "alias": alias}).rowcount > 0
