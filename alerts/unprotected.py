"""Unprotected resident-hours: residents times hours without a working detector, band or duty person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Resident:
    """A resident of the home in the period.

    `detector_online` are the times in which a detector of their room was online, `band_online` those of their
    band; None where none is needed (a band: only who wanders), so that nothing is missing there.
    """

    resident_id: int
    lived: Span
    detector_online: tuple[Span, ...]
    band_online: tuple[Span, ...] | None


@dataclass(frozen=True, slots=True)
class Unprotected:
    """Resident-hours without protection, of all observed ones; who lacks two things counts once.

    `unobserved_hours` are those before `observed_from`, when a device of the home was first heard, None
    where none ever was: nobody knows of them, so they are in none of the others.
    """

    resident_hours: float
    unprotected_hours: float
    without_detector_hours: float
    without_band_hours: float
    without_duty_hours: float
    unobserved_hours: float
    observed_from: datetime | None

    @property
    def never_observed(self) -> bool:
        """Say whether people lived there, and all of it before a device was heard."""
        return not self.resident_hours and self.unobserved_hours > 0


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the same time as spans that neither touch nor overlap, in order."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def missing(within: Span, covered: Iterable[Span]) -> list[Span]:
    """Return the parts of `within` that nothing covers."""
    found: list[Span] = []
    at = within[0]
    for start, end in union(covered):
        if start >= within[1]:
            break
        if start > at:
            found.append((at, start))
        at = max(at, end)
    if at < within[1]:
        found.append((at, within[1]))
    return found


def count(
    residents: Sequence[Resident], on_duty: Sequence[Span], observed_from: datetime | None
) -> Unprotected:
    """Return the figure of one home, of what lies after a device was first heard there.

    Before that nothing is known, as in the report. Source: our choice; the one number that a head is shown
    first.
    """
    total = either = detector = band = duty = unobserved = timedelta(0)
    for resident in residents:
        lived_from, lived_to = resident.lived
        began_at = lived_to if observed_from is None else min(lived_to, max(lived_from, observed_from))
        seen = (began_at, lived_to)
        no_detector = missing(seen, resident.detector_online)
        no_band = [] if resident.band_online is None else missing(seen, resident.band_online)
        no_duty = missing(seen, on_duty)
        unobserved += max(timedelta(0), began_at - lived_from)
        total += lived_to - began_at
        detector += _length(no_detector)
        band += _length(no_band)
        duty += _length(no_duty)
        either += _length(union([*no_detector, *no_band, *no_duty]))
    return Unprotected(
        resident_hours=_hours(total),
        unprotected_hours=_hours(either),
        without_detector_hours=_hours(detector),
        without_band_hours=_hours(band),
        without_duty_hours=_hours(duty),
        unobserved_hours=_hours(unobserved),
        observed_from=observed_from,
    )


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((end - start for start, end in spans), timedelta(0))


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 2)
