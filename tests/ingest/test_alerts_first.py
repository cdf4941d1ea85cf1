"""An alert is committed before the signs of life of its batch, for whose rows telemetry may make it wait."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from alerts.classes import Limits
from ingest import writer
from ingest.messages import Decoded, Message
from ingest.registry import Registry
from model.clock import utc_now
from model.events import Event, Kind, State
from store import pool, readings
from tests.small_ingest import enter_home

pytestmark = pytest.mark.ground("plain")
HOUR_AGO = utc_now() - timedelta(hours=1)


def _said(kind: Kind, state: State | None, minutes: int) -> Decoded:
    at = HOUR_AGO + timedelta(minutes=minutes)
    return Decoded(
        Message("yian/v1/h1/n1/alarm", b"{}", at), (Event("yian", "n1", kind, state, at, str(minutes)),)
    )


def test_an_alert_is_there_while_its_sign_of_life_waits_and_a_redelivery_does_the_rest(database: str) -> None:
    enter_home(database)
    with pool.connect(database, name="lane") as lane, psycopg.connect(database) as telemetry:
        telemetry.execute(
            "INSERT INTO devices (source, address, name, kind, home_id) VALUES ('yian', 'n1', 'n1', 'detector', 1)"
        )
        telemetry.commit()
        readings.prepare(lane)
        writer.save(lane, [_said(Kind.REPORT, None, 0)], Registry(), Limits())
        lane.execute("SET lock_timeout = '50ms'")
        lane.commit()
        alarm = [_said(Kind.SMOKE, State.ACTIVE, 10)]

        telemetry.execute("SELECT FROM liveness FOR UPDATE")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            writer.save(lane, alarm, Registry(), Limits())
        assert telemetry.execute("SELECT class, state, repeats FROM alerts").fetchall() == [
            ("F1", "raised", 0)
        ]
        telemetry.commit()

        counts = writer.save(lane, alarm, Registry(), Limits())
        assert (counts.events, counts.alerts, counts.repeats) == (0, 0, 1)
        assert telemetry.execute("SELECT class, state, repeats FROM alerts").fetchall() == [
            ("F1", "raised", 0)
        ]
        assert telemetry.execute("SELECT count(*) FROM events").fetchone() == (1,)
        assert telemetry.execute("SELECT last_seen_at FROM liveness").fetchone() == (
            HOUR_AGO + timedelta(minutes=10),
        )
