"""Hand-made rows for the annual report: a county whose every figure can be counted on one's fingers.

2025 is over, so that nothing depends on today. Three homes: 青河 (敬老院), 柳溪 (民办, no sprinkler), 南山 (民办,
without a licence, closed down in June).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

from model.clock import SHANGHAI

YEAR = 2025
NOW = datetime(2026, 1, 15, 2, 30, tzinfo=UTC)


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Return a time of 2025 in Shanghai."""
    return datetime(YEAR, month, day, hour, minute, second, tzinfo=SHANGHAI)


class Hand:
    """Writes rows as the owner of the tables, one statement at a time."""

    def __init__(self, url: str) -> None:
        self.conn: Connection[Any] = psycopg.connect(url, autocommit=True)
        self.homes: dict[str, int] = {}
        self._number = 0

    def one(self, query: str, *values: object) -> Any:
        """Run a statement and return the first column of its row."""
        row = self.conn.execute(query, values).fetchone()  # pyright: ignore[reportArgumentType, reportCallIssue]
        assert row is not None
        return row[0]

    def home(self, code: str, name: str, kind: str, **more: object) -> int:
        """Add a home."""
        columns = {"code": code, "name": name, "kind": kind, **more}
        found = self.one(
            f"INSERT INTO homes ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608
            " RETURNING home_id",
            *columns.values(),
        )
        self.homes[code] = found
        return found

    def device(
        self,
        home: str,
        kind: str = "detector",
        installed_on: date | None = date(2025, 1, 1),
        *,
        every: timedelta = timedelta(hours=24),
        place: int | None = None,
        resident: int | None = None,
        retired_on: date | None = None,
    ) -> int:
        """Add a registered device."""
        self._number += 1
        return self.one(
            "INSERT INTO devices (source, address, name, kind, home_id, place_id, resident_id, report_every,"
            " installed_on, retired_on, created_at) VALUES ('yian', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " RETURNING device_id",
            f"{home}-{self._number}",
            f"设备 {self._number}",
            kind,
            self.homes[home],
            place,
            resident,
            every,
            installed_on,
            retired_on,
            at(1, 1),
        )

    def room(self, home: str, name: str) -> int:
        """Add a room that needs a detector."""
        return self.one(
            "INSERT INTO places (home_id, kind, name, needs_detector) VALUES (%s, 'room', %s, true)"
            " RETURNING place_id",
            self.homes[home],
            name,
        )

    def resident(self, home: str, name: str, *, wanders: bool = True) -> int:
        """Add a resident who lives there all year."""
        return self.one(
            "INSERT INTO residents (home_id, name, wanders, moved_in_on) VALUES (%s, %s, %s, '2024-03-01')"
            " RETURNING resident_id",
            self.homes[home],
            name,
            wanders,
        )

    def online(self, device: int, start: datetime, end: datetime | None) -> None:
        """Say that a device was online."""
        self.conn.execute(
            "INSERT INTO liveness_intervals (device_id, online_from, online_to) VALUES (%s, %s, %s)",
            [device, start, end],
        )

    def reading(
        self, device: int, when: datetime, *, battery: float | None = None, worn: bool | None = None
    ) -> None:
        """Add a report."""
        self.conn.execute(
            "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, battery_pct, worn)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [device, when, when.isoformat(), when, battery, worn],
        )

    def days(
        self, device: int, home: str, first: date, last: date, reports: int, worn: timedelta | None = None
    ) -> None:
        """Add days that are rolled up, each with `reports` of 100 that were due."""
        self.conn.execute(
            "INSERT INTO device_days (device_id, day, home_id, reports, reports_due, online_for, worn_for)"
            " SELECT %s, d, %s, %s, 100, '24 hours', %s FROM generate_series(%s::date, %s::date, '1 day') d",
            [device, self.homes[home], reports, worn, first, last],
        )

    def incident(
        self,
        home: str,
        alerts: list[tuple[str, str | None, float | None, float | None, float | None]],
        when: datetime,
        *,
        family: str = "fire",
        device: int | None = None,
        drill: bool = False,
    ) -> int:
        """Add an incident; an alert is (class, outcome, acknowledged, on scene, resolved after seconds)."""
        self._number += 1
        ended = [one[4] for one in alerts]
        closed = None if None in ended else when + timedelta(seconds=max(one or 0 for one in ended))
        incident = self.one(
            "INSERT INTO incidents (home_id, family, scope, class, drill, ladder, opened_at, closed_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING incident_id",
            self.homes[home],
            family,
            f"scope:{self._number}",
            alerts[0][0],
            drill,
            Jsonb({}),
            when,
            closed,
        )
        for alert_class, outcome, acked, there, resolved in alerts:
            self._number += 1
            times = [None if s is None else when + timedelta(seconds=s) for s in (acked, there, resolved)]
            self.one(
                "INSERT INTO alerts (incident_id, home_id, device_id, subject, class, kind, state, happened_at,"
                " raised_at, acknowledged_at, on_scene_at, resolved_at, outcome, drill, reason)"
                " VALUES (%s, %s, %s, %s, %s, 'smoke', %s, %s, %s, %s, %s, %s, %s, %s, '') RETURNING alert_id",
                incident,
                self.homes[home],
                device,
                f"subject:{self._number}",
                alert_class,
                "raised" if resolved is None else "resolved",
                when,
                when,
                *times,
                outcome,
                drill,
            )
        return incident

    def insert(self, table: str, **columns: object) -> None:
        """Add a row to a register."""
        self.conn.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})",  # noqa: S608 # pyright: ignore[reportArgumentType, reportCallIssue]
            list(columns.values()),
        )

    def close(self) -> None:
        """Close the connection."""
        self.conn.close()


def fill(url: str) -> None:
    """Write the whole county."""
    hand = Hand(url)
    hand.home(
        "qinghe",
        "青河镇敬老院",
        "敬老院",
        registration_no="R1",
        registered_on=date(2020, 5, 1),
        sprinkler=True,
        micro_station_on=date(2025, 4, 8),
        opened_on=date(2019, 1, 1),
        licensed=True,
    )
    hand.home(
        "liuxi",
        "柳溪颐养院",
        "民办",
        registration_no="R2",
        registered_on=date(2025, 3, 1),
        sprinkler=False,
        micro_station_on=date(2024, 4, 8),
        opened_on=date(2025, 1, 1),
        licensed=True,
    )
    hand.home(
        "nanshan",
        "南山老年公寓",
        "民办",
        opened_on=date(2022, 1, 1),
        closed_on=date(2025, 6, 30),
        licensed=False,
    )
    rooms = [hand.room("qinghe", f"10{number}室") for number in range(1, 5)]
    whole = (at(1, 1), datetime(2026, 1, 1, tzinfo=SHANGHAI))
    old = hand.device("qinghe", installed_on=date(2024, 6, 1), place=rooms[0])
    new = [hand.device("qinghe", installed_on=date(2025, 1, 1), place=room) for room in rooms[1:3]]
    private = hand.device("liuxi", installed_on=date(2025, 7, 1))
    for device in (old, new[0]):
        hand.online(device, *whole)
    # 300 of 365 days, in two pieces that overlap by ten
    hand.online(new[1], at(1, 1), at(5, 31))
    hand.online(new[1], at(5, 21), at(10, 28))
    hand.online(private, at(7, 1), whole[1])
    wanderer, other = hand.resident("qinghe", "王桂兰"), hand.resident("qinghe", "李建国", wanders=False)
    band = hand.device(
        "qinghe", "wristband", date(2025, 1, 1), resident=wanderer, every=timedelta(minutes=15)
    )
    hand.device("qinghe", "wristband", date(2025, 2, 1), resident=other, every=timedelta(minutes=15))
    hand.online(band, at(1, 1), at(7, 2, 12))
    for number, device in enumerate((old, *new)):
        hand.days(device, "qinghe", date(2025, 1, 1), date(2025, 12, 31), 100 - number)
    hand.days(private, "liuxi", date(2025, 7, 1), date(2025, 12, 31), 97)
    hand.days(band, "qinghe", date(2025, 1, 1), date(2025, 7, 1), 96, timedelta(hours=18))
    _fires(hand, new[0])
    _registers(hand)
    hand.close()


def _fires(hand: Hand, device: int) -> None:
    quick, slow = ("F1", "false", 30.0, 100.0, 300.0), ("F1", "false", 90.0, 200.0, 600.0)
    hand.incident("qinghe", [quick], at(2, 3, 12), device=device)
    hand.incident("qinghe", [slow], at(3, 3, 12), device=device)
    hand.incident(
        "qinghe", [("F1", "true", 20.0, 60.0, 900.0), ("F2", "true", 20.0, 60.0, 900.0)], at(4, 3, 3)
    )
    hand.incident("liuxi", [("F1", "test", 50.0, None, 100.0)], at(8, 3, 9))
    hand.incident("liuxi", [("F1", "fault", 61.0, 170.0, 500.0)], at(9, 3, 9))
    hand.incident("qinghe", [quick], at(5, 5, 5), drill=True)
    # Two of other years, at the very edges of this one.
    hand.incident("qinghe", [quick], at(1, 1) - timedelta(seconds=1))
    hand.incident("qinghe", [quick], datetime(2026, 1, 1, tzinfo=SHANGHAI))
    hand.incident("qinghe", [("T1", "fault", 60.0, None, 3600.0 * 10)], at(6, 1), family="fault")
    hand.incident("qinghe", [("T1", "fault", 60.0, None, 3600.0 * 30)], at(6, 3), family="fault")
    hand.incident("qinghe", [("W2", "true", 120.0, None, 600.0)], at(6, 5), family="wristband")
    hand.incident("qinghe", [("W5", "true", 0.0, None, 2400.0)], at(6, 5, 1), family="wristband")


def _registers(hand: Hand) -> None:
    fire = hand.one("SELECT incident_id FROM alerts WHERE class = 'F2'")
    hand.insert(
        "accidents",
        home_id=hand.homes["qinghe"],
        incident_id=fire,
        happened_on=date(2025, 4, 3),
        kind="fire",
        deaths=0,
        injured=0,
    )
    for code, day in (
        ("qinghe", date(2025, 5, 6)),
        ("liuxi", date(2025, 5, 6)),
        ("qinghe", date(2025, 11, 6)),
    ):
        hand.insert(
            "inspections", home_id=hand.homes[code], done_on=day, kind="joint", departments=["消防", "应急"]
        )
    hand.insert("inspections", home_id=hand.homes["qinghe"], done_on=date(2024, 12, 31), kind="joint")
    hand.insert(
        "hazards",
        home_id=hand.homes["nanshan"],
        found_on=date(2025, 3, 1),
        grade="major",
        kind="unlicensed",
        description="无证经营",
        deadline_on=date(2025, 6, 30),
        closed_on=date(2025, 6, 30),
        closed_how="closed_down",
    )
    hand.insert(
        "hazards",
        home_id=hand.homes["liuxi"],
        found_on=date(2025, 3, 2),
        grade="general",
        kind="no_sprinkler",
        description="未装喷淋",
        deadline_on=date(2025, 10, 31),
        closed_on=date(2025, 11, 2),
        closed_how="retrofitted",
    )
    hand.insert("trainings", held_on=date(2025, 4, 1), topic="灭火器使用", attendees=86)
    hand.insert(
        "trainings", home_id=hand.homes["qinghe"], held_on=date(2025, 9, 1), topic="疏散", attendees=40
    )
    hand.insert("targets", year=2025, name="training_attendees", value=120)
    hand.insert(
        "projects",
        home_id=hand.homes["liuxi"],
        kind="fire_system",
        name="消防改造",
        investment_yuan=853_000,
        started_on=date(2025, 2, 1),
        completed_on=date(2025, 6, 30),
        accepted_on=date(2025, 7, 20),
    )
    hand.conn.execute(
        "INSERT INTO home_days SELECT d.home_id, d.day, x.kind, count(*), sum(d.reports), sum(d.reports_due),"
        " sum(d.online_for), sum(d.worn_for) FILTER (WHERE r.wanders), 0, 0, now() FROM device_days d JOIN devices x USING (device_id)"
        " LEFT JOIN residents r USING (resident_id) GROUP BY 1, 2, 3"
    )
