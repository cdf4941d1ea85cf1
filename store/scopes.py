"""From the name of a scope to the rows that it means, as far as the connection may see them."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.rows import class_row

from model.devices import DeviceKind
from model.errors import BadInput, Missing
from model.scopes import COUNTY, Scope, ScopeKind
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Where:
    """A scope with its homes, None for all that the connection sees; `label` is empty for the county."""

    scope: Scope
    homes: tuple[int, ...] | None
    device_id: int | None = None
    device_kind: DeviceKind | None = None
    label: str = ""


EVERYWHERE = Where(COUNTY, None)


@dataclass(frozen=True, slots=True)
class HomeChoice:
    """A home that can be chosen as a scope."""

    code: str
    name: str
    township: str


def find(conn: Conn, scope: Scope) -> Where:
    """Return the rows that a scope means.

    Raises Missing where the connection sees no such thing, BadInput where several devices have the address.
    """
    if scope.kind is ScopeKind.COUNTY:
        return EVERYWHERE
    asked = {"name": scope.name}
    if scope.kind is ScopeKind.TOWNSHIP:
        homes = tuple(row[0] for row in conn.execute(_Q["homes_of_township"], asked).fetchall())
        if homes:
            return Where(scope, homes, label=scope.name)
    elif scope.kind is ScopeKind.HOME:
        home = conn.execute(_Q["home"], asked).fetchone()
        if home is not None:
            return Where(scope, (home[0],), label=home[1])
    else:
        devices = conn.execute(_Q["devices"], asked).fetchall()
        if len(devices) > 1:
            raise BadInput(
                "scope",
                "几台设备同一地址，请写全 device:SOURCE/ADDRESS, since several have this address",
                scope.name,
            )
        for device_id, home_id, kind, name, home_name in devices:
            return Where(scope, (home_id,), device_id, DeviceKind(kind), f"{home_name} {name}")
    raise Missing(f"没有这个范围 no such {scope.kind}: {scope.name}")


def townships(conn: Conn) -> list[str]:
    """Return the townships of the homes that the connection sees."""
    return [row[0] for row in conn.execute(_Q["townships"]).fetchall()]


def homes(conn: Conn) -> list[HomeChoice]:
    """Return the homes that the connection sees, by township."""
    with conn.cursor(row_factory=class_row(HomeChoice)) as cur:
        return cur.execute(_Q["homes"]).fetchall()
