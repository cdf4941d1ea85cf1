"""The evidence: an append-only log, each row chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from model.people import Actor
from store import alert_log
from store.alert_log import Head
from store.sql import Conn

SYSTEM = Actor(None, "颐安", "clock")


def hash_of(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """Return SHA-256 over the previous hash and the row in canonical JSON (keys sorted, UTC times)."""
    canonical = json.dumps(
        {
            "incident_id": row["incident_id"],
            "number": row["number"],
            "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds"),
            "alert_id": row["alert_id"],
            "person_id": row["person_id"],
            "actor": row["actor"],
            "via": row["via"],
            "action": row["action"],
            "details": row["details"],
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(previous + canonical.encode()).digest()


def append(
    conn: Conn,
    *,
    incident_id: int,
    at: datetime,
    actor: Actor,
    action: str,
    alert_id: int | None = None,
    details: Mapping[str, Any] | None = None,
    after: Head | None = None,
) -> None:
    """Append one row; the caller holds the lock of the incident's home, so numbers do not collide.

    `after` is where its log ends, where the caller has just read it.
    """
    number, previous = after or alert_log.last_log(conn, incident_id)
    row: dict[str, Any] = {
        "incident_id": incident_id,
        "number": number + 1,
        "at": at,
        "alert_id": alert_id,
        "person_id": actor.person_id,
        "actor": actor.name,
        "via": actor.via,
        "action": action,
        "details": dict(details or {}),
    }
    alert_log.append_log(conn, {**row, "previous_hash": previous, "hash": hash_of(previous, row)})


def chained(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield rows of a whole log, in the order of writing, each numbered and chained as `append` does it."""
    last: dict[int, tuple[int, bytes]] = {}
    for row in rows:
        number, previous = last.get(row["incident_id"], (0, b""))
        made = {**row, "number": number + 1, "previous_hash": previous}
        last[row["incident_id"]] = number + 1, hash_of(previous, made)
        yield {**made, "hash": last[row["incident_id"]][1]}


def broken(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return, in words, every place where the chain does not hold; `rows` in the order of their chains."""
    found: list[str] = []
    previous: dict[int, tuple[int, bytes]] = {}
    for row in rows:
        incident, number = row["incident_id"], row["number"]
        last_number, last_hash = previous.get(incident, (0, b""))
        if number != last_number + 1:
            found.append(f"incident {incident}: row {last_number + 1} is missing before row {number}")
        elif bytes(row["previous_hash"]) != last_hash:
            found.append(f"incident {incident}: row {number} does not follow row {last_number}")
        if hash_of(bytes(row["previous_hash"]), row) != bytes(row["hash"]):
            found.append(f"incident {incident}: row {number} was changed")
        previous[incident] = (number, bytes(row["hash"]))
    return found
