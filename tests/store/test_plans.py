"""What people wait for reads raw readings by an index and only as many as it asks for, on both databases.

PostgreSQL itself says what it did (auto_explain), within functions too, while the board's own readers run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.errors import Diagnostic

from alerts import quality
from api.devices import load_devices
from api.incidents import load_card, load_cards
from benchmarks import rows
from benchmarks.stand import register
from compliance import score_card
from model.clock import local_day, utc_now
from store import board, device_history, homes
from store.pool import configure
from tests.services import databases

DEVICES = 300
EVERY = timedelta(hours=1)
KEPT = timedelta(days=10)
DAY_OF_ONE = 24
"""Readings of a device a day."""
DAY_OF_ALL = DEVICES * DAY_OF_ONE
RAW = re.compile(r"readings|_hyper_\d+_\d+_chunk")

Conn = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def stored(ground: str, template: str) -> Generator[str]:
    """The address of a database with days of readings, rollups up to yesterday, and incidents."""
    with databases.clone(ground, template) as url:
        with psycopg.connect(url) as conn:
            now = utc_now()
            register(conn, DEVICES)  # commits, and each statement from here on by itself
            rows.fill_readings(conn, now, KEPT, EVERY)
            rows.fill_rollups(conn, now, hours=KEPT, days=70)
            rows.fill_incidents(conn, now, days=60, closed=300, open_=20)
            conn.execute("VACUUM ANALYZE")
        yield url


@dataclass
class Read:
    """How raw readings were read: rows by each scan, and scans that no index led."""

    rows: int = 0
    without_index: list[str] = field(default_factory=list[str])
    statements: int = 0


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _note(read: Read, plan: dict[str, Any]) -> None:
    read.statements += 1
    for node in _nodes(plan):
        loops = node.get("Actual Loops", 0)
        if (
            not loops
            or node["Node Type"] == "Custom Scan"
            or not RAW.fullmatch(node.get("Relation Name", ""))
        ):
            continue
        per_loop = sum(
            node.get(name, 0)
            for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        )
        read.rows += round(per_loop * loops)
        if not ("Index Cond" in node or "Recheck Cond" in node):
            read.without_index.append(f"{node['Node Type']} on {node['Relation Name']}")


@contextmanager
def watched(url: str, homes: str, *, generic: bool = False) -> Generator[tuple[Conn, Read]]:
    """Yield a connection as the board has it, and what its statements read."""
    read = Read()

    def on_notice(diagnostic: Diagnostic) -> None:
        _, mark, plan = (diagnostic.message_primary or "").partition("plan:\n")
        if mark:
            _note(read, json.loads(plan)["Plan"])

    with psycopg.connect(url) as conn:
        conn.execute("LOAD 'auto_explain'")
        settings: tuple[tuple[LiteralString, LiteralString], ...] = (
            ("log_min_duration", "0"),
            ("log_analyze", "on"),
            ("log_timing", "off"),
            ("log_nested_statements", "on"),
            ("log_format", "json"),
            ("log_level", "notice"),
        )
        for name, value in settings:
            conn.execute("SET auto_explain." + name + " = " + value)
        conn.execute(
            "SELECT set_config('plan_cache_mode', %s, false)", ["force_generic_plan" if generic else "auto"]
        )
        configure(conn)
        conn.prepare_threshold = 0 if generic else None
        conn.execute("SELECT set_config('yian.homes', %s, false)", [homes])
        conn.add_notice_handler(on_notice)
        yield conn, read
        conn.rollback()


def _board(conn: Conn, now: datetime) -> None:
    assert load_cards(conn, now, is_open=True)
    load_cards(conn, now, is_open=False, closed_since=now - timedelta(minutes=10), limit=10)


def _story(conn: Conn, now: datetime) -> None:
    row = conn.execute("SELECT max(incident_id) FROM incidents WHERE closed_at IS NOT NULL").fetchone()
    assert row is not None
    load_card(conn, now, row[0])
    assert board.time_line(conn, row[0])
    assert board.messages_of(conn, row[0])


def _history(conn: Conn, now: datetime, span: timedelta) -> None:
    if span <= timedelta(days=2):
        found = device_history.minutes(conn, 7, now - span, now, timedelta(minutes=15))
    elif span <= KEPT:
        found = device_history.hours(conn, 7, now - span, now)
    else:
        found = device_history.days(conn, 7, now - span, now)
    assert len(found) > 10


def _card(conn: Conn, now: datetime, months_back: int) -> None:
    first_on = local_day(now).replace(day=1)
    for _ in range(months_back):
        first_on = (first_on - timedelta(days=1)).replace(day=1)
    assert score_card.read(conn, 1, first_on, now).rows


def _quality(conn: Conn, now: datetime) -> None:
    quality.read(conn, 1, now - timedelta(days=7), now)
    quality.read_unprotected(conn, 1, now - timedelta(days=7), now)


# How many rows of readings each may touch: those of the device or the days that it is about, and no more.
ASKED: dict[str, tuple[Callable[[Conn, datetime], None], int]] = {
    "board": (_board, 20 * 2 * DAY_OF_ONE),
    "homes": (lambda conn, now: void(homes.homes(conn, now.date())), 0),
    "devices": (lambda conn, _: void(load_devices(conn, battery_pct=20.0, home_id=1)), 0),
    "time line": (_story, 0),
    "history of 2 days": (lambda conn, now: _history(conn, now, timedelta(days=2)), 3 * DAY_OF_ONE),
    "history of 10 days": (lambda conn, now: _history(conn, now, KEPT), 2 * DAY_OF_ONE),
    "history of 60 days": (lambda conn, now: _history(conn, now, timedelta(days=60)), 0),
    "indicators of a month": (lambda conn, now: _card(conn, now, 1), 10),
    # Today is counted from its readings, of this home only.
    "indicators to date": (lambda conn, now: _card(conn, now, 0), 3 * 2 * DAY_OF_ALL // 2),
    "quality": (_quality, 0),
}


def void(_: object) -> None:
    """Take no notice of what was read."""


@pytest.mark.parametrize("homes", ["all", "{1}"])
@pytest.mark.parametrize("generic", [False, True], ids=["first", "generic"])
def test_what_people_wait_for_reads_few_readings_and_each_by_an_index(
    stored: str, homes: str, generic: bool
) -> None:
    found: list[str] = []
    for name, (ask, most) in ASKED.items():
        with watched(stored, homes, generic=generic) as (conn, read):
            ask(conn, utc_now())
        assert read.statements, name
        if read.rows > most or read.without_index:
            found.append(f"{name}: {read.rows} rows, at most {most}; {read.without_index}")
    assert found == []


def test_without_its_index_the_history_of_a_device_is_found_out(stored: str) -> None:
    with psycopg.connect(stored) as owner:
        owner.execute("ALTER TABLE readings DROP CONSTRAINT readings_device_id_happened_at_reading_key_key")
        owner.commit()
    ask, most = ASKED["history of 2 days"]
    with watched(stored, "all") as (conn, read):
        ask(conn, utc_now())
    assert read.rows > most
