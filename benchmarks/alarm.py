"""An alarm while telemetry runs at 70 % of the maximum: device publish -> alert committed, beside the floor.

The floor is what no design can go below on this stand: a round trip through the broker and the commit of one
row, twice in the same run: idle and under the same load. It ends where the commit is answered.
An alarm ends where it is first known to be committed: by that answer, or by what a listener is told.
"""

from __future__ import annotations

import json
import select
import socket
import statistics
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from subprocess import Popen
from typing import Any

import psycopg

from benchmarks.hearing import listening
from benchmarks.ingest import DEVICES, drained_rate, end_sessions
from benchmarks.stand import DEVICES_OF_A_HOME, Stand, machine, stand, subject
from benchmarks.wire import Publisher, Said, address_of, alarm, connect, publish_packet
from model.clock import utc_now

LOAD_SHARE = 0.7
REST_S = 0.02
"""Between two alarms, and two of the floor: what rests is slower to wake, and both are to rest alike."""
CLIENTS = ("yian-alarm-bench", "yian-telemetry-bench", "yian-foreign-bench")


def run(
    *, alarms: int = 200, messages: int = 20_000, turns: int = 3, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Measure and return the figures, each the median of a few turns; times in milliseconds."""
    found: list[dict[str, Any]] = []
    with stand() as on:
        most = drained_rate(on, messages)
        say(f"telemetry maximum: {most:.0f}/s")
        for _ in range(turns):
            with on.fresh_database(DEVICES) as url:
                found.append(_turn(on, url, alarms, most * LOAD_SHARE))
            end_sessions(on, CLIENTS)
            say(f"alarm: {json.dumps(found[-1])}")
    medians = {
        f"{name}_ms": {of: statistics.median(one[name][of] for one in found) for of in ("p50", "p99")}
        for name in ("alarm", "alarm_idle", "told", "told_idle", "floor", "floor_idle")
    }
    ratios = {
        f"{of}_to_{floor}": round(statistics.median(one["alarm"][of] / one[floor]["p50"] for one in found), 2)
        for floor in ("floor", "floor_idle")
        for of in ("p50", "p99")
    }
    return {
        **medians,
        **ratios,
        "alarm_max_ms": max(one["alarm_max"] for one in found),
        "load_asked": round(most * LOAD_SHARE),
        "load_reached": round(statistics.median(one["load_reached"] for one in found)),
        "alarms": alarms * turns,
        "rss_mb": max(one["rss_mb"] for one in found),
        "machine": machine(),
    }


def _turn(on: Stand, url: str, alarms: int, rate: float) -> dict[str, Any]:
    idle = _floor(on, url, alarms)
    role = subject("noting", on.host, str(on.port), url)
    _line(role)
    calm = _alarms(on, url, alarms, first=1)
    seconds = alarms * 0.15 + 20
    load = subject("load", on.host, str(on.port), str(rate), str(seconds), str(DEVICES))
    time.sleep(2)  # the load is to be steady
    busy = _floor(on, url, alarms)
    under_load = _alarms(on, url, alarms, first=1 + alarms)
    reached = _line(load)["rate"]
    load.communicate(timeout=30)
    took = json.loads(role.communicate(timeout=60)[0])
    committed_at = {int(device): at for device, at in took["committed_at"].items()}

    def known(found: Sequence[_Alarm]) -> list[float]:
        return [min(committed_at[one.device_id], one.told_at) - one.published_at for one in found]

    measured = {
        "alarm": known(under_load),
        "alarm_idle": known(calm),
        "told": [one.told_at - one.published_at for one in under_load],
        "told_idle": [one.told_at - one.published_at for one in calm],
        "floor": busy,
        "floor_idle": idle,
    }
    return {
        **{name: dict(zip(("p50", "p99"), _spread(times), strict=True)) for name, times in measured.items()},
        "alarm_max": _ms(max(measured["alarm"])),
        "load_reached": reached,
        "rss_mb": round(took["rss_mb"]),
    }


def _line(process: Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline())
    return said


@dataclass(frozen=True, slots=True)
class _Alarm:
    """When an alarm was published and when a listener was told of its alert, by `time.perf_counter`."""

    device_id: int
    published_at: float
    told_at: float


def _alarms(on: Stand, url: str, count: int, first: int) -> list[_Alarm]:
    """Publish alarms one after another, no two of a zone."""
    publisher = Publisher(on.host, on.port, f"bench-alarm-{first}")
    with listening(url) as ear, psycopg.connect(url) as conn:
        ids = dict(conn.execute("SELECT address, device_id FROM devices").fetchall())
        conn.commit()
        found: list[_Alarm] = []
        for number in range(count):
            device = _far_apart(first + number)
            device_id = ids[address_of(device)]
            began = time.perf_counter()
            publisher.send([alarm(device, utc_now(), first + number)])
            assert ear.wait_for(number + 1, 30), "an alarm was not raised"
            found.append(_Alarm(device_id, began, ear.heard[device_id]))
            time.sleep(REST_S)
    publisher.close()
    return found


def _far_apart(number: int) -> int:
    """Return a detector: each home in its turn, in it no two of a zone, which would confirm a fire."""
    homes = DEVICES // DEVICES_OF_A_HOME
    return number % homes * DEVICES_OF_A_HOME + number // homes * 10


def _floor(on: Stand, url: str, count: int) -> list[float]:
    link = connect(on.host, on.port, "bench-floor")
    # SUBSCRIBE at QoS 0 to one topic. Source: MQTT 3.1.1 section 3.8.
    topic = b"bench/floor"
    link.sendall(b"\x82" + bytes([5 + len(topic)]) + struct.pack("!HH", 1, len(topic)) + topic + b"\x00")
    _until(link, b"\x90")
    took: list[float] = []
    with psycopg.connect(url) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS bench_floor (n int)")
        conn.commit()
        for number in range(count):
            began = time.perf_counter()
            mark = f"<{number}>".encode()
            link.sendall(publish_packet(Said(topic.decode(), b"x" * 100 + mark), number + 1))
            _until(link, mark)
            conn.execute("INSERT INTO bench_floor VALUES (1)")
            conn.commit()
            took.append(time.perf_counter() - began)
            time.sleep(REST_S)
    link.close()
    return took


def _until(link: socket.socket, wanted: bytes) -> None:
    read = b""
    while wanted not in read:
        assert select.select([link], [], [], 10)[0], "the broker does not answer"
        read += link.recv(65536)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _spread(took: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(took)
    return _ms(statistics.median(ordered)), _ms(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))])
