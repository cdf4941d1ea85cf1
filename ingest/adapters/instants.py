"""Instants in every spelling that devices use, as aware UTC. Pure: it never compares them with the present.

Source: wire-format rule 6. Whether an instant is believed is decided later (model.events.credible).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from ingest.adapters import unpack

MILLISECONDS_FROM = 1e11
"""Numbers from here on count milliseconds: the year 1973, where seconds would give the year 5138."""

MICROSECONDS_FROM = 1e14

_SHORTEST = len("20200520T0211")
_DIGITS = re.compile(r"\d+(\.\d+)?", re.ASCII)


def instant(value: object, assume: tzinfo | None = None) -> datetime | None:
    """Return an instant from epoch seconds or milliseconds (also as text), or any ISO 8601 form.

    None for zero, for what cannot be read, and for local time without a zone unless `assume` gives the zone.
    """
    if isinstance(value, str):
        written = value.strip()[:48]
        if not _DIGITS.fullmatch(written):
            return _from_iso(written, assume)
    count = unpack.number(value)
    return None if count is None or count <= 0 else _from_epoch(count)


def _from_epoch(count: float) -> datetime | None:
    if count >= MICROSECONDS_FROM:
        seconds = count / 1e6
    elif count >= MILLISECONDS_FROM:
        seconds = count / 1e3
    else:
        seconds = count
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _from_iso(written: str, assume: tzinfo | None) -> datetime | None:
    if len(written) < _SHORTEST:
        return None
    try:
        read = datetime.fromisoformat(written)
        if read.tzinfo is None:
            if assume is None:
                return None
            read = read.replace(tzinfo=assume)
        return read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
