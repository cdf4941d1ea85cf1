"""A storm: 1,000 detectors alarm while 10,000 devices come back, all within one second.

The reconnections are what they leave on the wire (an `online` and the first telemetry of each device), sent
over a few connections: what 10,000 sockets cost is the broker's affair.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from benchmarks.alarm import CLIENTS
from benchmarks.hearing import listening
from benchmarks.ingest import end_sessions
from benchmarks.stand import Stand, machine, stand, subject
from benchmarks.wire import CHUNK, Publisher, Said, address_of, alarm, home_of, telemetry
from model.clock import utc_now
from model.errors import Unavailable

WITHIN_S = 120.0


def run(
    *, detectors: int = 1000, devices: int = 10_000, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Raise the storm and return the figures; times in seconds from the first publish."""
    with stand() as on, on.fresh_database(devices) as url:
        _all_offline(url)
        role = subject("role", on.host, str(on.port), url)
        assert role.stdout is not None
        assert role.stdout.readline()
        at = utc_now()
        alarms = [alarm(number * (devices // detectors), at, number) for number in range(detectors)]
        clears = [
            alarm(number * (devices // detectors), utc_now(), detectors + number, active=False)
            for number in range(detectors)
        ]
        back = [
            Said(f"yian/v1/{home_of(one)}/{address_of(one)}/status", b'{"state":"online"}')
            for one in range(devices)
        ]
        reports = [telemetry(one, devices, at) for one in range(devices)]
        with listening(url) as ear:
            began = time.perf_counter()
            senders = [
                threading.Thread(target=_send, args=(on, f"bench-storm-{number}", messages))
                for number, messages in enumerate((alarms + clears, back, reports))
            ]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
            published_s = time.perf_counter() - began
            all_heard = ear.wait_for(detectors, WITHIN_S)
            heard = sorted(when - began for when in ear.heard.values())
            if not heard:
                raise Unavailable(
                    f"storm: no alert was heard within {WITHIN_S:.0f} s of {detectors} alarms;"
                    " see whether ingest runs and its queue at the broker is long enough"
                )
            say(f"{len(heard)} devices alerted, published in {published_s:.2f} s")
            settled_s = _wait_online(url, devices) - began
        took = json.loads(role.communicate(timeout=60)[0])
        end_sessions(on, CLIENTS)
        found = _found(url)
    return {
        "alerts_expected": detectors,
        "alerts_missed": detectors - len(heard),
        "first_alert_s": round(heard[0], 3),
        "all_alerts_s": round(heard[-1], 2) if all_heard else None,
        "published_s": round(published_s, 2),
        "all_online_s": round(settled_s, 2),
        "out_of_order": found["out_of_order"],
        "rss_most_mb": round(took["rss_most_mb"]),
        "machine": machine(),
    }


def _send(on: Stand, name: str, messages: Sequence[Said]) -> None:
    publisher = Publisher(on.host, on.port, name)
    for first in range(0, len(messages), CHUNK):
        publisher.send(messages[first : first + CHUNK])
    publisher.finish()
    publisher.close()


def _all_offline(url: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute("UPDATE liveness SET online = false, since = last_seen_at")
        conn.execute("UPDATE liveness_intervals SET online_to = online_from")
        conn.execute(
            "INSERT INTO device_states (device_id, kind, active, since, changed_at)"
            " SELECT device_id, 'offline', true, now(), now() FROM devices"
        )


def _wait_online(url: str, devices: int) -> float:
    deadline = time.perf_counter() + WITHIN_S
    with psycopg.connect(url, autocommit=True) as conn:
        while time.perf_counter() < deadline:
            row = conn.execute("SELECT count(*) FROM liveness WHERE online").fetchone()
            if row is not None and row[0] >= devices:
                break
            time.sleep(0.1)
    return time.perf_counter()


def _found(url: str) -> dict[str, int]:
    """Return in how many devices the end of the alarm was stored before the alarm."""
    with psycopg.connect(url) as conn:
        row = conn.execute(
            "SELECT count(*) FROM events a JOIN events c USING (device_id)"
            " WHERE a.kind = 'smoke' AND c.kind = 'smoke' AND a.state = 'active' AND c.state = 'clear'"
            " AND c.event_id < a.event_id"
        ).fetchone()
        assert row is not None
        return {"out_of_order": row[0]}
