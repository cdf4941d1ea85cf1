"""Single edits of the device registry, as the command line makes them."""

from __future__ import annotations

from datetime import date, timedelta

from model.devices import DeviceKind
from model.errors import Missing
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


def register(
    conn: Conn,
    *,
    source: str,
    address: str,
    name: str,
    kind: DeviceKind,
    home: str,
    place: str | None,
    report_every: timedelta,
    sleeps: bool,
    installed_on: date,
) -> None:
    """Register a device, one from quarantine too; raises Missing where its home or place is not there."""
    home_row = conn.execute(_Q["home_id"], {"home": home}).fetchone()
    if home_row is None:
        raise Missing(f"没有此代码的机构 no home with code {home}")
    place_row = None
    if place is not None:
        path = [part.strip() for part in place.split("/")]
        place_row = conn.execute(_Q["place_by_path"], {"home": home, "path": path}).fetchone()
        if place_row is None:
            raise Missing(f"机构 {home} 没有场所 {place} home {home} has no place {place}")
    conn.execute(
        _Q["register"],
        {
            "source": source,
            "address": address,
            "name": name,
            "kind": kind,
            "home_id": home_row[0],
            "place_id": place_row[0] if place_row else None,
            "report_every": report_every,
            "sleeps": sleeps,
            "installed_on": installed_on,
        },
    )


def retire(conn: Conn, source: str, address: str, on: date) -> None:
    """Retire a device; raises Missing where there is none in service."""
    if conn.execute(_Q["retire"], {"source": source, "address": address, "on": on}).fetchone() is None:
        raise Missing(f"没有这台在用设备 no device {source} {address} in service")
