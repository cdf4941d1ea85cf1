"""`yian simulate`: one scenario against a service, scored by its own truth."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from model.broker import BrokerLogin
from model.clock import local_day, utc_now
from model.errors import Refused
from simulators import county as counties
from simulators.scenarios import SCENARIOS
from simulators.script import Scenario, Script
from simulators.staff import BRISK
from store import pool
from yian import roles
from yian.performance import Performance, Result
from yian.seed import easy_password, withdraw
from yian.settings import Settings
from yian.stack import Stack, embedded_stack

_REPORT_EVERY = timedelta(seconds=20)
_HELLO_FOR = timedelta(seconds=3)


def simulate(
    settings: Settings, scenario: str, *, embedded: bool, seed: int, speed: float, quiet: bool
) -> dict[str, Any]:
    """Play a scenario against the configured service, or one started for it; return its score.

    `scenario` is one of `SCENARIOS`. Raises Unavailable where the service does not answer.
    """
    console = Console(stderr=True, quiet=quiet)
    script = SCENARIOS[scenario]
    if embedded:
        # A folder of its own: the devices of a demo that ran in the usual one would be silent, and alert.
        with tempfile.TemporaryDirectory(prefix="yian-simulate-") as folder:
            own = settings.model_copy(update={"data": Path(folder)})
            with embedded_stack(own.environment(), console.print) as started:
                broker = BrokerLogin(started.mqtt_host, started.mqtt_port)
                return run_scenario(script, started, broker, seed=seed, speed=speed)
    board_url = settings.public_url or f"http://{settings.http_host}:{settings.http_port}"
    there = Stack(roles.database_url(settings), settings.mqtt_host, settings.mqtt_port, board_url)
    # A real bridge keeps its place in the registers: against a configured service all devices are native.
    alone = replace(script, size=replace(script.size, zigbee=0))
    return run_scenario(alone, there, settings.broker(), seed=seed, speed=speed)


def run_scenario(
    script: Script, stack: Stack, broker: BrokerLogin, *, seed: int, speed: float
) -> dict[str, Any]:
    """Play a scenario against a running service in a county of its own, which is closed afterwards.

    The result has what was expected, missed and unexpected, and how many messages people got for it.
    """
    county = counties.build(seed, script.size, local_day(utc_now()), counties.TRIAL)
    performance = Performance(
        stack,
        county,
        password=easy_password(),
        broker=broker,
        report_every=_REPORT_EVERY,
        pace=BRISK if script.answered else None,
    )
    with performance:
        # The devices have said hello before it begins, as they have in a home.
        scenario = performance.play(script, after=_HELLO_FOR, speed=speed)
        if scenario is None:
            raise Refused(f"the county of seed {seed} has not what {script.name} needs")
        result = performance.finish()
        performance.resolve_all()
    with pool.connect(stack.database_url, name="simulation") as conn:
        withdraw(conn, county, utc_now())
    return {
        "scenario": script.name,
        "seed": seed,
        "speed": 1.0 if scenario.own_pace else speed,
        "true_causes": scenario.true_causes,
        "false_causes": scenario.false_causes,
        **outcome(result),
        **_details(result),
        "incidents_expected": scenario.incidents,
        "dead_letters_expected": scenario.dead_letters,
        **_messages(result, scenario),
        "passed": _passed(result, scenario),
    }


def _passed(result: Result, scenario: Scenario) -> bool:
    """Say whether nothing was missed, made up, lost, doubled, scattered over incidents or left unread."""
    incidents = len({one.incident_id for one in result.alerts})
    return not (
        result.score.missed
        or result.score.unexpected
        or result.balance.lost
        or result.balance.duplicates
        or result.counts.dead_letters != scenario.dead_letters
        or (scenario.incidents is not None and incidents != scenario.incidents)
    )


def outcome(result: Result) -> dict[str, Any]:
    """Return what a summary says of any performance."""
    matched, missed, unexpected = result.score.matched, result.score.missed, result.score.unexpected
    return {
        "events_published": result.balance.published,
        "events_stored": result.balance.stored,
        "events_lost": result.balance.lost,
        "duplicates": result.balance.duplicates,
        "dead_letters": result.counts.dead_letters,
        "alerts_raised": len(result.alerts),
        "alerts_expected": len(matched) + len(missed),
        "alerts_missed": len(missed),
        "alerts_unexpected": len(unexpected),
        "alarm_latency_ms": result.alarm_latency,
        "screen_latency_ms": result.screen_latency,
        "notifications_sent": result.counts.sent,
    }


def _details(result: Result) -> dict[str, Any]:
    """Return which alerts were missed or made up, and in how many incidents they all gathered."""
    return {
        "missed": [
            " ".join((one.alert_class, one.device or "/".join(one.zone or ()), f"{one.after:%H:%M:%S.%f}"))
            for one in result.score.missed
        ],
        "unexpected": [
            " ".join((one.alert_class, one.device or "/".join(one.place), f"{one.raised_at:%H:%M:%S.%f}"))
            for one in result.score.unexpected
        ],
        "incidents": len({one.incident_id for one in result.alerts}),
    }


def _messages(result: Result, scenario: Scenario) -> dict[str, Any]:
    """Return how many messages people got per true cause, beside a service that sends one for each event."""
    causes = max(1, scenario.true_causes)
    sent = result.counts.sent
    return {
        "messages_published": result.messages,
        "messages_per_true_cause": round(sent / causes, 1),
        "one_per_event_per_true_cause": round(result.alarm_messages / causes, 1),
        "times_fewer": round(result.alarm_messages / sent, 1) if sent else None,
    }
