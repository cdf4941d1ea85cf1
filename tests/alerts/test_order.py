"""Where a word of a device stands among what it said before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from alerts.order import Place, place
from model.events import Kind, KnownState, State

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MARK = 7
A, C = State.ACTIVE, State.CLEAR


def known(*, active: bool, doubted: bool = False, heard: tuple[int, ...] = ()) -> KnownState:
    """Return what the device said at noon, which arrived a minute later."""
    return KnownState(Kind.SMOKE, active, NOON, NOON, NOON + MINUTE, list(heard), doubted)


def where(
    before: KnownState | None,
    *,
    active: bool,
    told_at: datetime | None = NOON + MINUTE,
    arrived_at: datetime = NOON + 2 * MINUTE,
    around: tuple[State | None, State | None] | None = None,
) -> Place:
    """Return where a word stands; what is stored around it is asked for only where a test gives it."""

    def asked(_: datetime) -> tuple[State | None, State | None]:
        return _not_asked() if around is None else around

    return place(before, active=active, mark=MARK, told_at=told_at, arrived_at=arrived_at, around=asked)


def _not_asked() -> NoReturn:
    raise AssertionError("asked")


def test_the_first_word_is_news_if_something_is() -> None:
    assert where(None, active=True) is Place.NEWS
    assert where(None, active=False) is Place.NOTHING


@pytest.mark.parametrize("told_at", [NOON, NOON + MINUTE, None])
@pytest.mark.parametrize("active", [True, False])
def test_what_changes_nothing_is_a_repeat_and_what_changes_it_news(
    told_at: datetime | None, *, active: bool
) -> None:
    assert where(known(active=active), active=active, told_at=told_at) is Place.REPEATS
    assert where(known(active=not active), active=active, told_at=told_at) is Place.NEWS


def test_an_alarm_that_was_doubted_is_news_when_it_is_said_again() -> None:
    assert where(known(active=True, doubted=True), active=True) is Place.NEWS


def test_the_very_word_that_was_heard_is_no_repeat() -> None:
    assert where(known(active=True, heard=(MARK,)), active=True) is Place.HEARD
    assert where(known(active=False, heard=(MARK,)), active=True, told_at=NOON - MINUTE) is Place.HEARD


def test_an_all_clear_dated_before_the_last_word_is_late() -> None:
    for active in (True, False):
        assert where(known(active=active), active=False, told_at=NOON - MINUTE) is Place.LATE


@pytest.mark.parametrize(
    ("active", "doubted", "around", "arrived_at", "expected"),
    [
        (True, False, (None, A), NOON + 2 * MINUTE, Place.OVERTAKEN),
        (True, False, (A, None), NOON + 2 * MINUTE, Place.REPEATS),
        (True, False, (None, None), NOON + 2 * MINUTE, Place.LATE),
        (True, True, (None, A), NOON + 2 * MINUTE, Place.NEWS),
        (False, False, (None, None), NOON + 2 * MINUTE, Place.LATE),
        (False, False, (A, None), NOON + 2 * MINUTE, Place.NEWS),
        (False, False, (None, C), NOON + 2 * MINUTE, Place.NEWS),
        (False, False, (None, C), NOON + MINUTE, Place.LATE),
        (False, False, (None, A), NOON + MINUTE, Place.OVERTAKEN),
        (False, False, (A, C), NOON + MINUTE, Place.REPEATS),
    ],
)
def test_an_alarm_dated_before_the_last_word_is_judged_by_what_is_stored_around_it(
    *,
    active: bool,
    doubted: bool,
    around: tuple[State | None, State | None],
    arrived_at: datetime,
    expected: Place,
) -> None:
    """News where the clock went back, a repeat where it was on already; else late or overtaken."""
    word = where(
        known(active=active, doubted=doubted),
        active=True,
        told_at=NOON - MINUTE,
        arrived_at=arrived_at,
        around=around,
    )
    assert word is expected
