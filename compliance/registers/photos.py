"""Photos of hazards: added, marked as removed, found unchanged; each entry chained to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from model.errors import BadInput, Refused
from store import photos
from store.photos import Photo
from store.sql import Conn

if TYPE_CHECKING:
    from compliance.registers.pictures import Picture

Stage = Literal["before", "after"]
_REASON_MOST = 200


def add(conn: Conn, hazard_id: int, stage: Stage, picture: Picture, actor: str, now: datetime) -> Photo:
    """Keep a photo of a hazard and say so in its log; the caller commits.

    Raises Missing where there is no such hazard, Refused where the same file is there already.
    """
    home_id = photos.lock(conn, hazard_id)
    before = photos.same(conn, hazard_id, stage, picture.given_sha256)
    if before is not None:
        raise Refused(f"这张照片已在 this photo is there already: {before}")
    photo_id = photos.insert(
        conn,
        {
            "home_id": home_id,
            "hazard_id": hazard_id,
            "stage": stage,
            "taken_at": picture.taken_at,
            "width_px": picture.width_px,
            "height_px": picture.height_px,
            "lat": picture.lat,
            "lon": picture.lon,
            "content": picture.content,
            "thumbnail": picture.thumbnail,
            "sha256": picture.sha256,
            "given_sha256": picture.given_sha256,
        },
    )
    details: dict[str, Any] = {
        "stage": stage,
        "sha256": picture.sha256.hex(),
        "given_sha256": picture.given_sha256.hex(),
        "taken_at": picture.taken_at.astimezone(UTC).isoformat() if picture.taken_at else None,
        "place_kept": picture.lat is not None,
    }
    _append(conn, home_id, hazard_id, photo_id, "add", details, actor, now)
    return photos.by_number(conn, photo_id)


def remove(conn: Conn, photo_id: int, reason: str, actor: str, now: datetime) -> Photo:
    """Mark a photo as removed; it stays stored, and the log says who, when and why. The caller commits.

    Raises Missing, BadInput without a reason, Refused where it is removed already.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= _REASON_MOST:
        raise BadInput("reason", f"1 到 {_REASON_MOST} 字 1 to {_REASON_MOST} characters", reason)
    photo = photos.by_number(conn, photo_id)
    home_id = photos.lock(conn, photo.hazard_id)
    if photos.by_number(conn, photo_id).removed_at is not None:
        raise Refused(f"照片 {photo_id} 已移除 removed already")
    _append(conn, home_id, photo.hazard_id, photo_id, "remove", {"reason": reason}, actor, now)
    return photos.by_number(conn, photo_id)


def broken(conn: Conn) -> list[str]:
    """Return, in words, every photo or entry of the log that is not as it was written."""
    missing = [f"photo {number}: no entry of the log" for number in photos.unlogged(conn)]
    return missing + breaks(photos.whole_log(conn))


def breaks(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return, in words, every place where the chain does not hold; `rows` in the order of their chains."""
    found: list[str] = []
    ends: dict[int, tuple[int, bytes]] = {}
    for row in rows:
        hazard, number = row["hazard_id"], row["number"]
        last_number, last_hash = ends.get(hazard, (0, b""))
        if number != last_number + 1 or bytes(row["previous_hash"]) != last_hash:
            found.append(f"hazard {hazard}: entry {number} does not follow entry {last_number}")
        if hash_of(bytes(row["previous_hash"]), row) != bytes(row["hash"]):
            found.append(f"hazard {hazard}: entry {number} was changed")
        if row["action"] == "add" and row["details"].get("sha256") != row["content_sha256"]:
            found.append(f"photo {row['photo_id']}: its content was changed")
        ends[hazard] = (number, bytes(row["hash"]))
    return found


def hash_of(previous: bytes, entry: Mapping[str, Any]) -> bytes:
    """Return SHA-256 over the previous hash and the entry in canonical JSON (keys sorted, UTC times)."""
    names = ("hazard_id", "number", "photo_id", "actor", "action", "details")
    told = {name: entry[name] for name in names}
    told["at"] = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + canonical.encode()).digest()


def _append(
    conn: Conn,
    home_id: int,
    hazard_id: int,
    photo_id: int,
    action: str,
    details: Mapping[str, Any],
    actor: str,
    now: datetime,
) -> None:
    number, previous = photos.last_entry(conn, hazard_id)
    entry: dict[str, Any] = {
        "hazard_id": hazard_id,
        "number": number + 1,
        "photo_id": photo_id,
        "at": now,
        "actor": actor,
        "action": action,
        "details": dict(details),
    }
    photos.append(conn, home_id, {**entry, "previous_hash": previous, "hash": hash_of(previous, entry)})
