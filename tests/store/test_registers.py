"""Registers are entered by natural key: twice is once, and what is there already is brought up to date."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection, sql

from model.devices import DeviceKind
from model.errors import BadInput
from model.places import PlaceKind
from model.registers import DeviceEntry, HomeEntry, PlaceEntry, Registers
from simulators import county
from store import pool, registers
from yian.seed import close_other_demos, seed_county, withdraw

NOW = datetime(2026, 3, 20, 4, 0, tzinfo=UTC)
ON = date(2026, 3, 20)
TABLES = (
    "homes",
    "places",
    "residents",
    "people",
    "duties",
    "devices",
    "device_aliases",
    "sources",
)

SUNNY = HomeEntry("sunny", "阳光敬老院", "敬老院")
ROOM = ("主楼", "一层", "东区", "101")
PLACES = tuple(
    PlaceEntry("sunny", ROOM[: depth + 1], kind)
    for depth, kind in enumerate((PlaceKind.BUILDING, PlaceKind.FLOOR, PlaceKind.ZONE, PlaceKind.ROOM))
)
GATEWAY = DeviceEntry("yian", "gw", "网关", DeviceKind.GATEWAY, "sunny")
DETECTOR = DeviceEntry(
    "yian", "s1", "烟感", DeviceKind.DETECTOR, "sunny", ROOM, parent="gw", aliases=("one",)
)
SMALL = Registers(homes=(SUNNY,), places=PLACES, devices=(DETECTOR, GATEWAY))


def counts(conn: Connection[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in TABLES:
        row = conn.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        assert row is not None
        found[table] = row[0]
    return found


def test_seeding_a_county_twice_changes_nothing(database: str) -> None:
    built = county.build(7, county.Size(), ON)
    with pool.connect(database, name="test") as conn:
        first = seed_county(conn, built, password="bado-keti-11", now=NOW)
        before = counts(conn)
        hash_before = registers.password_hash(conn, "bureau")
        again = seed_county(conn, built, password="bado-keti-11", now=NOW)
        assert again == first
        assert counts(conn) == before
        assert registers.password_hash(conn, "bureau") == hash_before
        assert before["devices"] == len(built.registers.devices)


def test_another_password_replaces_the_old_one(database: str) -> None:
    built = county.build(7, county.Size(homes=1), ON)
    with pool.connect(database, name="test") as conn:
        seed_county(conn, built, password="bado-keti-11", now=NOW)
        before = registers.password_hash(conn, "bureau")
        seed_county(conn, built, password="other-word-12", now=NOW)
        assert registers.password_hash(conn, "bureau") not in (None, before)


def test_a_detector_stands_behind_its_gateway_in_its_zone(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        numbers = registers.save(conn, SMALL)
        found = {one.address: one for one in registers.devices(conn)}
    assert found["s1"].parent_id == found["gw"].device_id
    assert found["s1"].zone_id == numbers.places["sunny", ROOM[:3]]
    assert found["s1"].kind is DeviceKind.DETECTOR


def test_a_device_that_is_entered_again_is_brought_up_to_date(database: str) -> None:
    dated = replace(DETECTOR, installed_on=ON)
    changed = replace(dated, name="厨房烟感", report_every=timedelta(hours=1), installed_on=date(2026, 1, 1))
    with pool.connect(database, name="test") as conn:
        registers.save(conn, replace(SMALL, devices=(GATEWAY, dated)))
        registers.save(conn, replace(SMALL, devices=(GATEWAY, changed)))
        (found,) = [one for one in registers.devices(conn) if one.address == "s1"]
        installed = conn.execute("SELECT installed_on FROM devices WHERE address = 's1'").fetchone()
    assert (found.name, found.report_every) == ("厨房烟感", timedelta(hours=1))
    assert installed == (ON,), "the day of installation is a fact of the past"


def test_a_quarantined_device_becomes_a_registered_one(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        conn.execute(
            "INSERT INTO devices (source, address, name, kind, registered)"
            " VALUES ('yian', 's1', 's1', 'unknown', false)"
        )
        registers.save(conn, SMALL)
        (found,) = [one for one in registers.devices(conn) if one.address == "s1"]
    assert found.registered
    assert found.home_id is not None


def test_an_entry_that_names_no_known_home_or_place_is_refused(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        with pytest.raises(BadInput, match="home"):
            registers.save(conn, replace(SMALL, homes=()))
        conn.rollback()
        with pytest.raises(BadInput, match="place"):
            registers.save(conn, replace(SMALL, places=PLACES[:2]))


def test_a_demo_of_another_seed_closes_the_one_before(database: str) -> None:
    one, other = county.build(1, county.Size(homes=1), ON), county.build(2, county.Size(homes=1), ON)
    with pool.connect(database, name="test") as conn:
        seed_county(conn, one, password="bado-keti-11", now=NOW)
        close_other_demos(conn, other, NOW)
        seed_county(conn, other, password="bado-keti-11", now=NOW)
        assert [home.code for home in registers.homes(conn)] == ["sim2-1"]
        assert {found.address for found in registers.devices(conn)} == set(other.by_address)
        close_other_demos(conn, one, NOW)
        seed_county(conn, one, password="bado-keti-11", now=NOW)
        assert [home.code for home in registers.homes(conn)] == ["sim1-1"]


def test_a_demo_keeps_its_hands_off_a_real_county(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        registers.save(conn, SMALL)
        with pytest.raises(BadInput, match="--data"):
            close_other_demos(conn, county.build(1, county.Size(), ON), NOW)


def test_a_trial_is_gone_when_it_is_withdrawn(database: str) -> None:
    trial = county.build(1, county.Size(homes=1), ON, county.TRIAL)
    with pool.connect(database, name="test") as conn:
        registers.save(conn, SMALL)
        seed_county(conn, trial, password="bado-keti-11", now=NOW)
        withdraw(conn, trial, NOW)
        assert [home.code for home in registers.homes(conn)] == ["sunny"]
        assert {found.address for found in registers.devices(conn)} == {"gw", "s1"}
        assert not registers.people(conn)
