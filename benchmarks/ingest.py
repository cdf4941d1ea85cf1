"""Ingest beside its baselines, in turns on one stand: A B A B, medians.

The queue of a persistent session is filled while its subscriber is away, and what is measured is how fast the
subscriber empties it: so the load generator takes no part and can be no bottleneck.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from benchmarks import copying, node_red
from benchmarks.stand import Stand, machine, stand, subject
from benchmarks.wire import Said, blast, telemetry
from model.clock import utc_now

DEVICES = 10_000
CLIENTS = {
    "yian": ("yian-alarm-bench", "yian-telemetry-bench", "yian-foreign-bench"),
    "bare_paho": ("bench-paho",),
    "one_insert": ("bench-insert",),
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: messages of a turn, turns, and messages of the slow baselines."""

    messages: int = 30_000
    turns: int = 3
    slow_messages: int = 4_000
    node_red: bool = True


def run(size: Size = Size(), *, say: Callable[[str], None] = print) -> dict[str, Any]:
    """Measure and return the figures; rates are messages a second."""
    turns: dict[str, list[dict[str, Any]]] = {}
    ceilings: list[float] = []
    with stand() as on:
        for _ in range(size.turns):
            for name in ("bare_paho", "yian", "one_insert", "copy", "node_red"):
                result = _turn(on, name, size, ceilings)
                if result is not None:
                    turns.setdefault(name, []).append(result)
                    say(f"{name}: {json.dumps(result)}")
    return _summary(turns, ceilings)


def _turn(on: Stand, name: str, size: Size, ceilings: list[float]) -> dict[str, Any] | None:
    slow = name in ("one_insert", "node_red")
    count = size.slow_messages if slow else size.messages
    began = utc_now() - timedelta(seconds=count / 1000 + 60)
    messages = [telemetry(number, DEVICES, began) for number in range(count)]
    with on.fresh_database(DEVICES) as url:
        if name == "copy":
            return copying.run(url, messages)
        if name == "node_red":
            return node_red.run(on, url, messages) if size.node_red else None
        return drain(on, name, url, messages, ceilings)


def drain(
    on: Stand, name: str, url: str, messages: Sequence[Said], ceilings: list[float] | None = None
) -> dict[str, Any]:
    """Fill the queue of a subject, let it empty it, and return what it told and what the others spent."""
    where = (on.host, str(on.port), url)
    _finish(subject(name, *where, "0"))
    ceiling = blast(on.host, on.port, messages)
    if ceilings is not None:
        ceilings.append(ceiling)
    before = on.cpu_s()
    process = subject(name, *where, str(len(messages)))
    assert process.stdout is not None
    result: dict[str, Any] = json.loads(process.stdout.readline())
    after = on.cpu_s()
    _finish(process)
    end_sessions(on, CLIENTS[name])
    for part, used in after.items():
        result[f"{part}_cpu_us_per_message"] = (used - before[part]) / len(messages) * 1e6
    if name == "yian":
        with psycopg.connect(url) as conn:
            row = conn.execute("SELECT count(*), count(DISTINCT reading_key) FROM readings").fetchone()
        assert row is not None
        result["lost"], result["doubled"] = len(messages) - row[1], row[0] - row[1]
    return result


def drained_rate(on: Stand, messages: int) -> float:
    """Return how many messages a second ours takes on this stand."""
    result = _turn(on, "yian", Size(messages), [])
    assert result is not None
    return float(result["rate"])


def _finish(process: Any) -> None:
    process.communicate(timeout=60)
    assert process.returncode == 0, process.returncode


def end_sessions(on: Stand, client_ids: Sequence[str]) -> None:
    """Let the broker forget persistent sessions, so that they gather nothing in later turns."""
    for client_id in client_ids:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv311)
        client.connect(on.host, on.port)
        while not client.is_connected():
            client.loop(0.1)
        client.disconnect()


def _median(turns: Sequence[dict[str, Any]], key: str) -> float:
    return statistics.median(turn[key] for turn in turns)


def _summary(turns: dict[str, list[dict[str, Any]]], ceilings: Sequence[float]) -> dict[str, Any]:
    ours, names = turns["yian"], ("yian", "bare_paho", "one_insert", "copy", "node_red")
    rates = {name: round(_median(turns[name], "rate")) if name in turns else None for name in names}
    of_all = [
        turn["cpu_us_per_message"] + turn["broker_cpu_us_per_message"] + turn["database_cpu_us_per_message"]
        for turn in ours
    ]
    yian = rates["yian"] or 0

    def ratio(name: str) -> float | None:
        other = rates[name]
        return round(yian / other, 2) if other else None

    return {
        "rates": rates,
        "ratio_to_bare_paho": ratio("bare_paho"),
        "ratio_to_one_insert": ratio("one_insert"),
        "ratio_to_copy": ratio("copy"),
        "ratio_to_node_red": ratio("node_red"),
        "cpu_us_per_message": round(_median(ours, "cpu_us_per_message"), 1),
        "broker_cpu_us_per_message": round(_median(ours, "broker_cpu_us_per_message"), 1),
        "database_cpu_us_per_message": round(_median(ours, "database_cpu_us_per_message"), 1),
        "messages_per_core_second": round(1e6 / statistics.median(of_all)),
        "rss_mb": round(max(turn["rss_mb"] for turn in ours)),
        "lost": sum(turn["lost"] for turn in ours),
        "doubled": sum(turn["doubled"] for turn in ours),
        "generator_ceiling": round(statistics.median(ceilings)),
        "turns": {name: [round(turn["rate"]) for turn in found] for name, found in turns.items()},
        "devices": DEVICES,
        "machine": machine(),
    }
