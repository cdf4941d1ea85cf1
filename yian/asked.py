"""What commands are asked for, as it was typed: an instant, a home."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from model.clock import SHANGHAI
from model.errors import BadInput, Missing
from store import rosters
from store.rosters import HomeName
from store.sql import Conn


def instant(text: str | None, default: datetime, option: str) -> datetime:
    """Return an instant as it was typed; without a zone it is local time in China. Raises BadInput."""
    if text is None:
        return default
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise BadInput(option, "a date or time in ISO 8601", text) from exc
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def text_of(file: Path, option: str) -> str:
    """Return what a file holds as text. Raises BadInput where it is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as exc:
        raise BadInput(option, "a text file in UTF-8", str(file)) from exc


def homes(conn: Conn, code: str | None) -> list[HomeName]:
    """Return the open homes, or the one of a code. Raises Missing where there is none of it."""
    found = rosters.homes(conn, code)
    if code is not None and not found:
        raise Missing(f"no such home: {code}")
    return found


def day_named(option: str, text: str) -> date:
    """Return a day as it was typed. Raises BadInput."""
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise BadInput(option, "a day, YYYY-MM-DD", text) from exc
