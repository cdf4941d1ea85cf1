"""The one place that reads the clock: every decision takes `now` instead. And the day of it in Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""What people are shown by default; storage is UTC."""


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251


def local_day(at: datetime) -> date:
    """Return the day of an instant in Shanghai, as people and registers write it."""
    return at.astimezone(SHANGHAI).date()
