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
    """Resident-hours without protection, of all resident-hours; a resident without two things counts once."""

    resident_hours: float
    unprotected_hours: float
    without_detector_hours: float
    without_band_hours: float
    without_duty_hours: float


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


def count(residents: Sequence[Resident], on_duty: Sequence[Span]) -> Unprotected:
    """Return the figure of one home. Source: our choice; the one number that a head is shown first."""
    total = either = detector = band = duty = timedelta(0)
    for resident in residents:
        no_detector = missing(resident.lived, resident.detector_online)
        no_band = [] if resident.band_online is None else missing(resident.lived, resident.band_online)
        no_duty = missing(resident.lived, on_duty)
        total += max(timedelta(0), resident.lived[1] - resident.lived[0])
        detector += _length(no_detector)
        band += _length(no_band)
        duty += _length(no_duty)
        either += _length(union([*no_detector, *no_band, *no_duty]))
    return Unprotected(*(round(one / timedelta(hours=1), 2) for one in (total, either, detector, band, duty)))


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((end - start for start, end in spans), timedelta(0))
