"""When each message arrived: an instant of its own, since that tells messages without a time apart."""

from __future__ import annotations

from datetime import datetime, timedelta

_STEP = timedelta(microseconds=1)
_CLOCK_SET_BACK = timedelta(seconds=1)


class Arrivals:
    """Gives the messages of one subscriber rising instants, 1 us apart at least."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    def take(self, now: datetime, count: int) -> list[datetime]:
        """Return `count` rising instants from `now` on, after all given; follow a clock set back."""
        first = now
        if self._next is not None and now < self._next < now + _CLOCK_SET_BACK:
            first = self._next
        self._next = first + count * _STEP
        return [first + number * _STEP for number in range(count)]
