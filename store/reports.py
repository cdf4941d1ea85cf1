"""Signed reports, append-only; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Key:
    """What a report is about; each has its versions."""

    kind: str
    start_on: date
    end_on: date
    home_id: int | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A report as it was signed; `content` is what its hash is over."""

    report_id: int
    kind: str
    start_on: date
    end_on: date
    ends_at: datetime
    home_id: int | None
    home: str | None
    version: int
    frozen_at: datetime
    frozen_by: str
    content: str
    previous_hash: bytes
    hash: bytes
    hash_before: bytes | None
    """Of the report that was signed before it; None for the first."""


@dataclass(frozen=True, slots=True)
class Signing:
    """That a report was signed: what, which version, when, by whom; `home` is a name, None the county."""

    report_id: int
    start_on: date
    end_on: date
    home_id: int | None
    home: str | None
    version: int
    frozen_at: datetime
    frozen_by: str


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain of signed reports."""

    report_id: int
    content: str
    previous_hash: bytes
    hash: bytes


def last(conn: Conn, key: Key) -> tuple[bytes | None, int]:
    """Return the hash at the end of the chain and the next version; others wait until the commit."""
    conn.execute(_Q["lock"])
    row = conn.execute(_Q["last"], asdict(key)).fetchone()
    assert row is not None  # noqa: S101 - a SELECT of scalars always returns its row
    return row[0], row[1]


def insert(
    conn: Conn,
    key: Key,
    *,
    ends_at: datetime,
    version: int,
    frozen_at: datetime,
    frozen_by: str,
    content: str,
    previous_hash: bytes,
    digest: bytes,
) -> int:
    """Keep a signed report and return its number."""
    row = conn.execute(
        _Q["insert"],
        {
            **asdict(key),
            "ends_at": ends_at,
            "version": version,
            "frozen_at": frozen_at,
            "frozen_by": frozen_by,
            "content": content,
            "previous_hash": previous_hash,
            "hash": digest,
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - INSERT RETURNING always returns its row
    return row[0]


def by_hash(conn: Conn, digest: bytes) -> Signed | None:
    """Return the signed report with this hash."""
    with conn.cursor(row_factory=class_row(Signed)) as cur:
        return cur.execute(_Q["by_hash"], {"hash": digest}).fetchone()


def by_id(conn: Conn, report_id: int) -> Signed | None:
    """Return the signed report with this number."""
    with conn.cursor(row_factory=class_row(Signed)) as cur:
        return cur.execute(_Q["by_id"], {"report_id": report_id}).fetchone()


def newest(conn: Conn, kind: str, most: int) -> list[Signing]:
    """Return the last reports that were signed, the newest first."""
    with conn.cursor(row_factory=class_row(Signing)) as cur:
        return cur.execute(_Q["newest"], {"kind": kind, "most": most}).fetchall()


def newest_version(conn: Conn, report_id: int) -> Signing | None:
    """Return the last version of what a signed report tells, itself where there is none after it."""
    with conn.cursor(row_factory=class_row(Signing)) as cur:
        return cur.execute(_Q["newest_version"], {"report_id": report_id}).fetchone()


def how_many(conn: Conn) -> int:
    """Return how many signed reports there are."""
    row = conn.execute(_Q["how_many"]).fetchone()
    return row[0] if row else 0


def chain(conn: Conn) -> Generator[Link]:
    """Yield every signed report in the order of signing, one at a time: each holds all of its rows."""
    with conn.cursor("chain", row_factory=class_row(Link)) as cur:
        cur.itersize = 1
        yield from cur.execute(_Q["chain"])
