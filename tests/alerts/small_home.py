"""A small home for tests of the alarm path: a zone with detectors, a band, people on duty."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from alerts import answers, clock, engine
from alerts.classes import Limits
from alerts.engine import Handled
from model.alerts import Alert, Answer, Outcome
from model.devices import Device, DeviceKind
from model.events import Event, Kind, State
from model.people import Actor, Role
from model.places import PlaceKind
from model.registers import (
    DeviceEntry,
    DutyEntry,
    HomeEntry,
    PersonEntry,
    PlaceEntry,
    Registers,
    ResidentEntry,
)
from store import devices, locks, pool, registers

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
LIMITS = Limits()
BUILDING, FLOOR, ZONE = "主楼", "二层", "东区"
ROOMS = ("201", "202", "203")


@dataclass
class SmallHome:
    """A home in a database, the connection that acts on it, and the time that it is there."""

    url: str
    code: str
    home_id: int
    conn: Connection[Any]
    devices: dict[str, Device]
    people: dict[str, int]
    now: datetime = NOW
    sent: list[tuple[Event, str]] = field(default_factory=list[tuple[Event, str]])

    def __enter__(self) -> SmallHome:
        return self

    def __exit__(self, *_: object) -> None:
        self.conn.close()

    def say(
        self, name: str, kind: Kind, state: State | None = State.ACTIVE, *, ago: timedelta = timedelta(0)
    ) -> Handled:
        """Let a device say something, `ago` before now, and let it arrive now."""
        device = self.devices[name]
        event = Event(device.source, device.address, kind, state, self.now - ago, f"{len(self.sent)}")
        self.sent.append((event, name))
        return self.receive(event, name)

    def receive(self, event: Event, name: str) -> Handled:
        """Let an event arrive, perhaps again."""
        with self.conn.transaction():
            locks.lock_home(self.conn, self.home_id)
            return engine.on_event(self.conn, event, self.devices[name], self.now, event.key or "", LIMITS)

    def answer(
        self,
        answer: Answer,
        *,
        by: str = "carer",
        outcome: Outcome | None = None,
        incident_id: int | None = None,
        alert_id: int | None = None,
    ) -> list[Alert]:
        """Let a person answer an incident or one alert."""
        with self.conn.transaction():
            return answers.answer(
                self.conn,
                answer=answer,
                actor=Actor(self.people[by], by, "board"),
                now=self.now,
                outcome=outcome,
                incident_id=incident_id,
                alert_id=alert_id,
            )

    def tick(self, later: timedelta = timedelta(0)) -> int:
        """Let time pass and the clock tick once."""
        self.now += later
        return clock.tick(self.conn, self.now)

    def restart(self) -> None:
        """End the process, as far as the database can tell: a new connection that knows nothing."""
        self.conn.close()
        self.conn = pool.connect(self.url, name="test")

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        """Return rows of this home by names; `%(home_id)s` is given."""
        with self.conn.transaction(), self.conn.cursor(row_factory=dict_row) as cur:
            return cur.execute(query, {"home_id": self.home_id, **values}).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]

    def open_incident(self) -> int:
        """Return the one open incident."""
        [row] = self.rows(
            "SELECT incident_id FROM incidents WHERE home_id = %(home_id)s AND closed_at IS NULL"
        )
        return row["incident_id"]

    def told(self) -> list[tuple[str, str]]:
        """Return (role, stage) of each message, in order."""
        rows = self.rows(
            "SELECT p.role, n.stage FROM notifications n JOIN people p USING (person_id)"
            " WHERE n.home_id = %(home_id)s ORDER BY n.notification_id"
        )
        return [(row["role"], row["stage"]) for row in rows]


def build(
    url: str,
    code: str = "small",
    *,
    on_duty: bool = True,
    without: frozenset[Role] = frozenset(),
    silent: frozenset[Role] = frozenset(),
) -> SmallHome:
    """Enter the home; nobody has the roles `without`, and those of `silent` have no channel."""
    place = (BUILDING, FLOOR, ZONE)
    resident = ResidentEntry(code, "王桂兰", date(2024, 3, 1), (*place, "203"), can_walk=False)
    roles = [
        ("carer", Role.CARER),
        ("leader", Role.SHIFT_LEADER),
        ("head", Role.HEAD),
        ("repair", Role.MAINTENANCE),
        ("town", Role.TOWNSHIP),
        ("bureau", Role.BUREAU),
    ]
    of_home = {Role.CARER, Role.SHIFT_LEADER, Role.HEAD, Role.MAINTENANCE}
    people = tuple(
        PersonEntry(
            login if role is Role.BUREAU else f"{code}-{login}",  # one bureau for all homes
            login,
            role,
            home=code if role in of_home else None,
            township=f"{code}镇" if role is Role.TOWNSHIP else None,
            channels=() if role in silent else (f"json://{code}/{login}",),
        )
        for login, role in roles
        if role not in without
    )
    duties = tuple(
        DutyEntry(one.login, one.role, NOW - timedelta(days=2), NOW + timedelta(days=60))
        for one in people
        if on_duty and one.home is not None
    )

    def device(name: str, kind: DeviceKind, room: str | None, parent: str | None = None) -> DeviceEntry:
        return DeviceEntry(
            "yian",
            f"{code}-{name}",
            name,
            kind,
            code,
            place=(*place, room) if room else None,
            resident=resident if kind is DeviceKind.WRISTBAND else None,
            parent=f"{code}-{parent}" if parent else None,
        )

    numbers_of = Registers(
        homes=(HomeEntry(code, "小院", "敬老院", township=f"{code}镇"),),
        places=(
            PlaceEntry(code, place[:1], PlaceKind.BUILDING),
            PlaceEntry(code, place[:2], PlaceKind.FLOOR),
            PlaceEntry(code, place, PlaceKind.ZONE),
            *(PlaceEntry(code, (*place, room), PlaceKind.ROOM, needs_detector=True) for room in ROOMS),
        ),
        residents=(resident,),
        people=people,
        duties=duties,
        devices=(
            device("d1", DeviceKind.DETECTOR, "201"),
            device("d2", DeviceKind.DETECTOR, "202"),
            device("d3", DeviceKind.DETECTOR, "203"),
            device("point", DeviceKind.CALL_POINT, "201"),
            device("band", DeviceKind.WRISTBAND, None),
        ),
    )
    conn = pool.connect(url, name="test")
    with conn.transaction():
        numbers = registers.save(conn, numbers_of)
        registered = {
            address.removeprefix(f"{code}-"): devices.device_by_id(conn, device_id)
            for (_, address), device_id in numbers.devices.items()
        }
    return SmallHome(
        url,
        code,
        numbers.homes[code],
        conn,
        {name: one for name, one in registered.items() if one is not None},
        {login.removeprefix(f"{code}-"): person_id for login, person_id in numbers.people.items()},
    )
