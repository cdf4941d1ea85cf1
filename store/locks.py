"""The lock of a home, which whoever changes its alarms holds; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)
NO_HOME = 0
"""Lock key of devices that belong to no home yet."""


def lock_home(conn: Conn, home_id: int | None) -> None:
    """Hold the home's alarm path until the transaction ends: two alarms at once see each other."""
    conn.execute(_Q["lock_home"], {"home_id": home_id or NO_HOME})


def lock_homes(conn: Conn, home_ids: Sequence[int]) -> None:
    """Hold several homes' alarm paths, taken in the order given: by their ids, as everybody does."""
    conn.execute(_Q["lock_homes"], {"home_ids": list(home_ids)})
