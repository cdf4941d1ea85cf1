"""The database's limit: bare COPY of the same rows into the same table, a commit per 2,000."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from benchmarks.wire import Said

BATCH = 2000


def run(url: str, messages: Sequence[Said]) -> dict[str, Any]:
    """Copy rows that were read beforehand and return the rate."""
    with psycopg.connect(url) as conn:
        ids = dict(conn.execute("SELECT address, device_id FROM devices").fetchall())
        rows = [_row(said, ids) for said in messages]
        conn.commit()
        began = time.perf_counter()
        for first in range(0, len(rows), BATCH):
            with (
                conn.cursor() as cur,
                cur.copy(
                    "COPY readings (device_id, happened_at, reading_key, arrived_at, battery_pct, rssi_dbm,"
                    " temperature_c, lat, lon, accuracy_m, worn) FROM STDIN"
                ) as copy,
            ):
                for row in rows[first : first + BATCH]:
                    copy.write_row(row)
            conn.commit()
        return {"rate": len(rows) / (time.perf_counter() - began)}


def _row(said: Said, ids: dict[str, int]) -> tuple[Any, ...]:
    body = json.loads(said.payload)
    at = datetime.fromisoformat(body["at"])
    return (ids[said.topic.split("/")[3]], at, str(body["seq"]), at, *body["values"].values())
