"""What follows from one try to send a message: sent, again, by the next channel, or given up. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Delivered:
    """The channel has taken the message; `receipt` is what it said."""

    receipt: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The channel did not answer, or not well; the same try may work later."""

    error: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """This channel can never take a message: its address is wrong."""

    error: str


@dataclass(frozen=True, slots=True)
class Ended(Rejected):
    """This channel took messages and never will again: its other end has ended it."""


@dataclass(frozen=True, slots=True)
class Limited:
    """The message was not tried: the channel is as busy as it may be; says nothing about its health."""

    until: datetime


Result = Delivered | Failed | Rejected | Limited


@dataclass(frozen=True, slots=True)
class Try:
    """What one try was; `tries` counts it too."""

    channels: int
    channel_index: int
    tries: int
    urgent: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """Done."""

    receipt: str


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try again then, by this channel."""

    at: datetime
    channel_index: int
    error: str | None


@dataclass(frozen=True, slots=True)
class NextChannel:
    """Try the person's next channel then."""

    at: datetime
    channel_index: int
    error: str | None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Not tried any more; shown to people with this reason."""

    error: str


Outcome = Sent | RetryAt | NextChannel | GiveUp


@dataclass(frozen=True, slots=True)
class Policy:
    """How long, how often and how much; all are settings with these defaults.

    Source: fail-over within 10 s is the promise, to the third channel too: an urgent message has 3.5 s with
    each channel, the wait for a place there included, so that 3 s are left to find one with the third. The
    rest is our choice: as patient as a person would be, and never silent.
    at_once: places for what is with its first channel; what is with a later one has as many of its own.
    per_minute: messages by scheme and channel. Source: a WeCom or DingTalk robot takes 20 a minute, a Feishu
    one 100.
    """

    urgent_try_for: timedelta = timedelta(seconds=3.5)
    try_for: timedelta = timedelta(seconds=20)
    queue_for: timedelta = timedelta(seconds=4)
    urgent_first_wait: timedelta = timedelta(seconds=1)
    urgent_longest_wait: timedelta = timedelta(seconds=30)
    first_wait: timedelta = timedelta(seconds=10)
    longest_wait: timedelta = timedelta(minutes=15)
    give_up_after: timedelta = timedelta(hours=24)
    at_once: int = 64
    at_once_per_channel: int = 8
    report_after: int = 3
    per_minute: Mapping[str, int] = field(
        default_factory=lambda: {"wecombot": 18, "dingtalk": 18, "feishu": 90, "lark": 90}
    )

    def limit_of(self, *, urgent: bool) -> timedelta:
        """Return how long one try may take; of an urgent message together with the wait for a place."""
        return self.urgent_try_for if urgent else self.try_for

    def stay(self, one: Try, claimed_at: datetime) -> timedelta:
        """Return how long an urgent message may be with its channel from its claim on: waiting and tried.

        In its first round that counts from when the message was written: what the claim is late by is taken
        from the time with the channel, of which half is left in any case.
        """
        whole = self.urgent_try_for
        if one.tries > one.channels:
            return whole
        left = one.created_at + whole * (one.channel_index + 1) - claimed_at
        return min(whole, max(left, whole / 2))

    def lease_of(self, *, urgent: bool) -> timedelta:
        """Return how long a claimed message is ours: the wait for a place, the try, a second to write."""
        return self.queue_for + self.limit_of(urgent=urgent) + timedelta(seconds=1)


def after_try(one: Try, result: Result, now: datetime, *, jitter: float, policy: Policy) -> Outcome:
    """Decide what follows from one try; `jitter` from 0 to 1 spreads retries over half of their wait.

    An urgent message goes to the next channel at once, any other one after the wait; after the last channel
    the first follows.
    """
    if isinstance(result, Delivered):
        return Sent(result.receipt)
    more = one.channel_index + 1 < one.channels
    if isinstance(result, Limited):
        if one.urgent and more:
            return NextChannel(now, one.channel_index + 1, None)
        return RetryAt(max(result.until, now), one.channel_index, None)
    if now - one.created_at >= policy.give_up_after or (isinstance(result, Rejected) and one.channels <= 1):
        return GiveUp(result.error)
    at = now + wait(one, jitter, policy)
    if more:
        return NextChannel(
            now if one.urgent or isinstance(result, Rejected) else at, one.channel_index + 1, result.error
        )
    return RetryAt(at, 0, result.error)


def wait(one: Try, jitter: float, policy: Policy) -> timedelta:
    """Return the wait before the next round: doubled each time up to a longest, less up to half by jitter."""
    first = policy.urgent_first_wait if one.urgent else policy.first_wait
    longest = policy.urgent_longest_wait if one.urgent else policy.longest_wait
    rounds = min((one.tries - 1) // max(1, one.channels), 20)
    return min(longest, first * 2**rounds) * (1 - jitter / 2)


class Rate:
    """How many messages each channel has taken in the last minute."""

    def __init__(self) -> None:
        self._taken: dict[str, deque[datetime]] = {}

    def take(self, channel: str, most: int, now: datetime) -> datetime | None:
        """Count one message and return None, or return when there is room for it."""
        taken = self._taken.setdefault(channel, deque())
        while taken and now - taken[0] >= timedelta(minutes=1):
            taken.popleft()
        if len(taken) >= most:
            return taken[0] + timedelta(minutes=1)
        taken.append(now)
        return None
