"""Whether the evidence is whole: the chains, where each ends, and the seals that a person keeps outside."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts import log
from model.clock import SHANGHAI
from model.errors import BadInput
from store import alert_log
from store.alert_log import Seal
from store.sql import Conn

_NOTHING = b""
HEAD_SHORT = 16
"""Hex digits of a head that stand in a message: 64 bits, which nobody can aim at. Source: our choice."""


def seal_hash(previous: bytes, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return SHA-256 over the seal before and the rows since, in the order of writing. Pure."""
    digest = hashlib.sha256(previous)
    for row in rows:
        digest.update(f"{row['log_id']}:{row['incident_id']}:{row['number']}:".encode())
        digest.update(bytes(row["hash"]))
    return digest.digest()


def seal(conn: Conn, now: datetime) -> Seal | None:
    """Seal what was written since the last seal and return the newest seal, None where there is no log.

    `conn` is idle and stays so: writers wait for a moment only, and the hash is made after it.
    """
    with conn.transaction():
        up_to = alert_log.log_end(conn)
    with conn.transaction():
        last = newest(conn)
        if up_to == 0 or (last is not None and last.up_to >= up_to):
            return last
        rows = alert_log.log_between(conn, last.up_to if last else 0, up_to)
        before = last.hash if last else _NOTHING
        made = Seal(now, up_to, (last.rows if last else 0) + len(rows), before, seal_hash(before, rows))
        alert_log.insert_seal(conn, made)
        return newest(conn)


def newest(conn: Conn) -> Seal | None:
    """Return the newest seal, None where nothing is sealed yet."""
    return next(reversed(alert_log.seals(conn)), None)


def faults(conn: Conn, head: str | None = None) -> tuple[int, list[str]]:
    """Return how many rows the log has and, in words, everything that is not as it was written.

    `head` is one that was kept outside, or its first digits. The caller's transaction sees one state
    (`alert_log.one_view`). Raises BadInput where the head is too short to mean one seal.
    """
    if head is not None and len(head.strip()) < HEAD_SHORT:
        raise BadInput("--head", f"至少 {HEAD_SHORT} 位的链首值 at least {HEAD_SHORT} digits of a head", head)
    rows, seals = alert_log.whole_log(conn), alert_log.seals(conn)
    found = log.broken(rows)
    found += cut(rows, alert_log.heads(conn))
    found += [
        f"incident {incident}: of {alerts} alerts the log does not say how they came"
        for incident, alerts in alert_log.unspoken(conn).items()
    ]
    found += unsealed(sorted(rows, key=lambda row: row["log_id"]), seals)
    if head is not None and not any(one.hash.hex().startswith(head.strip().lower()) for one in seals):
        found.append(f"the head {head} is not among the {len(seals)} seals: what it sealed was replaced")
    return len(rows), found


def cut(rows: Iterable[Mapping[str, Any]], heads: Mapping[int, tuple[int, bytes]]) -> list[str]:
    """Return, in words, every chain that does not end where it was noted to end. Pure."""
    last = {row["incident_id"]: (row["number"], bytes(row["hash"])) for row in rows}
    found: list[str] = []
    for incident in sorted(last.keys() | heads.keys()):
        number, told = last.get(incident, (0, _NOTHING)), heads.get(incident)
        if told is None:
            found.append(f"incident {incident}: where its log ends is not noted any more")
        elif number[0] < told[0]:
            found.append(f"incident {incident}: rows {number[0] + 1} to {told[0]} are missing at its end")
        elif number != told:
            found.append(f"incident {incident}: its log does not end as it was noted at row {told[0]}")
    return found


def unsealed(rows: Sequence[Mapping[str, Any]], seals: Sequence[Seal]) -> list[str]:
    """Return, in words, every seal that does not hold; `rows` in the order of writing. Pure."""
    found: list[str] = []
    ids = [row["log_id"] for row in rows]
    before, start = _NOTHING, 0
    for one in seals:
        end = bisect_right(ids, one.up_to)
        what = f"the seal of {one.sealed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        if one.previous_hash != before:
            found.append(f"{what} does not follow the one before")
        elif one.rows != end:
            found.append(f"{what} is over {one.rows} rows, {end} are there")
        elif seal_hash(before, rows[start:end]) != one.hash:
            found.append(f"{what} does not hold: a row of it was replaced")
        before, start = one.hash, end
    return found
