"""Photos of hazards and the log of who added and removed them; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from model.errors import Missing
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo without its content; `removed_at` where it was marked as removed."""

    photo_id: int
    hazard_id: int
    home_id: int
    stage: str
    taken_at: datetime | None
    width_px: int
    height_px: int
    lat: float | None
    lon: float | None
    size_bytes: int
    sha256: str
    added_at: datetime
    added_by: str
    removed_at: datetime | None
    removed_by: str | None
    removed_why: str | None


def lock(conn: Conn, hazard_id: int) -> int:
    """Hold a hazard's log until the transaction ends and return its home; raises Missing."""
    row = conn.execute(_Q["lock"], {"hazard_id": hazard_id}).fetchone()
    if row is None:
        raise Missing(f"没有这条隐患 no such hazard: {hazard_id}")
    return row[0]


def same(conn: Conn, hazard_id: int, stage: str, given_sha256: bytes) -> int | None:
    """Return the photo of this hazard that came from the same file and is not removed."""
    row = conn.execute(
        _Q["same"], {"hazard_id": hazard_id, "stage": stage, "given_sha256": given_sha256}
    ).fetchone()
    return row[0] if row else None


def insert(conn: Conn, photo: Mapping[str, object]) -> int:
    """Keep a photo and return its number."""
    row = conn.execute(_Q["insert"], photo).fetchone()
    assert row is not None  # noqa: S101 - INSERT RETURNING always returns its row
    return row[0]


def last_entry(conn: Conn, hazard_id: int) -> tuple[int, bytes]:
    """Return number and hash at the end of a hazard's log, (0, b'') where it has none."""
    row = conn.execute(_Q["last_entry"], {"hazard_id": hazard_id}).fetchone()
    return (row[0], bytes(row[1])) if row else (0, b"")


def append(conn: Conn, home_id: int, entry: Mapping[str, Any]) -> None:
    """Append an entry, already chained."""
    conn.execute(_Q["append"], {**entry, "home_id": home_id, "details": Jsonb(entry["details"])})


def of_hazard(conn: Conn, hazard_id: int) -> list[Photo]:
    """Return the photos of a hazard, the first first; also those that are marked as removed."""
    with conn.cursor(row_factory=class_row(Photo)) as cur:
        return cur.execute(_Q["of_hazard"], {"hazard_id": hazard_id, "photo_id": None}).fetchall()


def by_number(conn: Conn, photo_id: int) -> Photo:
    """Return a photo; raises Missing where there is none, or none that may be seen."""
    with conn.cursor(row_factory=class_row(Photo)) as cur:
        found = cur.execute(_Q["of_hazard"], {"hazard_id": None, "photo_id": photo_id}).fetchone()
    if found is None:
        raise Missing(f"没有这张照片 no such photo: {photo_id}")
    return found


def content(conn: Conn, photo_id: int, *, small: bool) -> bytes:
    """Return a photo, or its thumbnail; raises Missing also for one that is marked as removed."""
    row = conn.execute(_Q["content"], {"photo_id": photo_id, "small": small}).fetchone()
    if row is None:
        raise Missing(f"没有这张照片 no such photo: {photo_id}")
    return bytes(row[0])


def whole_log(conn: Conn) -> list[dict[str, Any]]:
    """Return the whole log in the order of its chains, with the hash of what is stored of each photo."""
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(_Q["whole_log"]).fetchall()


def unlogged(conn: Conn) -> list[int]:
    """Return photos that no entry of the log speaks of."""
    return [row[0] for row in conn.execute(_Q["unlogged"]).fetchall()]
