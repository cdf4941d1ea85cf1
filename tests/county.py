"""A small county for tests of the board: two homes with all that is in them, and alerts by hand."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRoute
from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts import ladder, log
from alerts.classes import CLASSES
from api.app import ROUTERS, create_app
from api.config import ApiConfig
from api.hub import Hub
from api.passwords import hash_password
from model.alerts import AlertClass
from model.people import Actor

PASSWORD = "correct horse 7"
_HASH = hash_password(PASSWORD)
SECRET = "a secret for tests only"


@dataclass(frozen=True)
class County:
    """Ids by the names that the tests use."""

    url: str
    homes: dict[str, int]
    places: dict[str, int]
    devices: dict[str, int]
    people: dict[str, int]

    def connect(self) -> Connection[Any]:
        """Return an owner's connection that commits each statement."""
        return psycopg.connect(self.url, autocommit=True)


def routes() -> list[APIRoute]:
    """Return every way into the API and the board."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def _one(conn: Connection[Any], query: str, values: list[Any]) -> int:
    row = conn.execute(query, values).fetchone()  # pyright: ignore[reportArgumentType, reportCallIssue]
    assert row is not None
    return row[0]


def fill(url: str) -> County:
    """Write the county into an empty, migrated database."""
    homes: dict[str, int] = {}
    places: dict[str, int] = {}
    devices: dict[str, int] = {}
    people: dict[str, int] = {}
    with psycopg.connect(url, autocommit=True) as conn:
        for code, name, township, address, phone in (
            ("sunny", "阳光敬老院", "青河镇", "青河镇人民路18号", "0555-6000001"),
            ("willow", "柳溪福利院", "柳溪镇", "柳溪镇柳堤路6号", "0555-6000002"),
        ):
            home = homes[code] = _one(
                conn,
                "INSERT INTO homes (code, name, kind, township, address, phone, beds)"
                " VALUES (%s, %s, '敬老院', %s, %s, %s, 80) RETURNING home_id",
                [code, name, township, address, phone],
            )
            above: int | None = None
            for kind, place in (
                ("building", "主楼"),
                ("floor", "二层"),
                ("zone", "东区"),
                ("room", "203室"),
                ("room", "204室"),
            ):
                parent = places.get(f"{code}/东区") if kind == "room" else above
                above = places[f"{code}/{place}"] = _one(
                    conn,
                    "INSERT INTO places (home_id, parent_id, kind, name) VALUES (%s, %s, %s, %s)"
                    " RETURNING place_id",
                    [home, parent, kind, place],
                )
            for name, room, can_walk in (
                ("王桂兰", "203室", False),
                ("李建国", "203室", True),
                ("赵秀英", "204室", False),
            ):
                resident = _one(
                    conn,
                    "INSERT INTO residents (home_id, place_id, name, can_walk, wanders, moved_in_on)"
                    " VALUES (%s, %s, %s, %s, %s, '2024-03-01') RETURNING resident_id",
                    [home, places[f"{code}/{room}"], name, can_walk, can_walk],
                )
                if can_walk:
                    devices[f"{code}/band"] = _one(
                        conn,
                        "INSERT INTO devices"
                        " (source, address, name, kind, home_id, resident_id, report_every)"
                        " VALUES ('yian', %s, '手环 07', 'wristband', %s, %s, '15 min')"
                        " RETURNING device_id",
                        [f"{code}-band", home, resident],
                    )
            for room in ("203室", "204室"):
                devices[f"{code}/{room}"] = _one(
                    conn,
                    "INSERT INTO devices (source, address, name, kind, home_id, place_id)"
                    " VALUES ('yian', %s, %s, 'detector', %s, %s) RETURNING device_id",
                    [f"{code}-{room[:3]}", f"烟感 {room[:3]}", home, places[f"{code}/{room}"]],
                )
            for role, name in (("carer", "张敏"), ("head", "陈院长")):
                login = f"{code}-{role}"
                people[login] = _one(
                    conn,
                    "INSERT INTO people (login, name, role, home_id, phone, password_hash)"
                    " VALUES (%s, %s, %s, %s, '13800000001', %s) RETURNING person_id",
                    [login, name, role, home, _HASH],
                )
        for login, name, role, township in (
            ("bureau", "民政局 刘科长", "bureau", None),
            ("qinghe", "青河镇 孙主任", "township", "青河镇"),
        ):
            people[login] = _one(
                conn,
                "INSERT INTO people (login, name, role, township, password_hash)"
                " VALUES (%s, %s, %s, %s, %s) RETURNING person_id",
                [login, name, role, township, _HASH],
            )
        for name, device in devices.items():
            conn.execute(
                "INSERT INTO liveness (device_id, last_seen_at, online, since, silent_at, battery_pct)"
                " VALUES (%s, now() - interval '3 minutes', %s, now() - interval '2 days',"
                " now() + interval '1 day', %s)",
                [device, name != "sunny/204室", 12 if name == "willow/204室" else 88],
            )
    return County(url, homes, places, devices, people)


def raise_alert(
    county: County,
    device: str,
    alert_class: AlertClass = AlertClass.F1,
    *,
    ago: timedelta = timedelta(seconds=20),
    drill: bool = False,
    late: bool = False,
    unregistered: bool = False,
    scope: str | None = None,
) -> tuple[int, int]:
    """Raise an alert, a fire in its building's incident, and return (incident, alert)."""
    now = datetime.now(UTC)  # noqa: TID251
    at = now - ago
    rule = CLASSES[alert_class]
    device_id = county.devices[device]
    kind = {"fire": "smoke", "wristband": "sos", "fault": "battery_low"}[rule.family]
    with psycopg.connect(county.url) as conn:
        row = conn.execute(
            "SELECT home_id, place_id, resident_id, building_id FROM devices WHERE device_id = %s",
            [device_id],
        ).fetchone()
        assert row is not None
        home_id, place_id, resident_id, building_id = row
        own = f"building:{building_id}" if rule.family == "fire" else f"device:{device_id}"
        scope = scope or own
        found = conn.execute(
            "SELECT incident_id FROM incidents WHERE family = %s AND scope = %s AND drill = %s"
            " AND closed_at IS NULL",
            [rule.family, scope, drill],
        ).fetchone()
        incident = (
            found[0]
            if found
            else _one(
                conn,
                "INSERT INTO incidents (home_id, family, scope, class, drill, ladder, opened_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING incident_id",
                [
                    home_id,
                    rule.family,
                    scope,
                    alert_class,
                    drill,
                    Jsonb(ladder.ladder_of(rule).to_json()),
                    at,
                ],
            )
        )
        alert = _one(
            conn,
            "INSERT INTO alerts"
            " (incident_id, home_id, device_id, place_id, resident_id, subject, class, kind,"
            " happened_at, raised_at, late, unregistered, drill, reason)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'smoke') RETURNING alert_id",
            [
                incident,
                home_id,
                device_id,
                place_id,
                resident_id,
                f"device:{device_id}",
                alert_class,
                kind,
                at - timedelta(hours=2) if late else at,
                at,
                late,
                unregistered,
                drill,
            ],
        )
        if rule.rungs:
            conn.execute(
                "INSERT INTO timers (kind, subject, incident_id, due_at)"
                " VALUES ('escalate', %s, %s, %s) ON CONFLICT DO NOTHING",
                [f"incident:{incident}", incident, at + rule.rungs[0].wait],
            )
        log.append(
            conn,
            incident_id=incident,
            at=at,
            actor=Actor(None, "烟感", "device"),
            action="raise",
            alert_id=alert,
        )
    return incident, alert


@dataclass(frozen=True)
class Board:
    """A running API process."""

    address: str
    app: FastAPI

    @property
    def hub(self) -> Hub:
        """The live streams of this process."""
        return self.app.state.service.hub


@contextmanager
def served(config: ApiConfig) -> Generator[Board]:
    """Serve the API on a free port until the block ends."""
    app = create_app(config)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, name="board")
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.02)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Board(f"http://127.0.0.1:{port}", app)
    finally:
        server.should_exit = True
        thread.join(10)


def config_for(county: County, **changes: Any) -> ApiConfig:
    """Return settings for a test server; beats are quick so that nothing waits."""
    values: dict[str, Any] = {"beat_every": timedelta(seconds=1), **changes}
    return ApiConfig(county.url, SECRET, **values)
