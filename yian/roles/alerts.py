"""The alerts role: deadlines are kept and messages sent until we are told to stop."""

from __future__ import annotations

import functools
import threading
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from alerts import links, outbox
from alerts.channels import web_push
from alerts.channels.delivery import Channels
from alerts.channels.publishing import publish
from alerts.sender import LinkOf
from model.clock import SHANGHAI, utc_now
from store import pool
from yian.roles import database_url, public_url
from yian.roles.alert_clock import AlertClock
from yian.settings import Settings

TICK_EVERY_S = 1.0
CANARIES_EVERY_S = 5.0
"""Source: our choice; an answered canary is off the board so soon. No latency of a canary depends on it."""
PUBLISH_WITHIN = timedelta(seconds=5)
"""How long the broker may take with a canary before the next try. Source: our choice."""
LINK_FOR = timedelta(hours=12)
"""How long the link in a message answers. Source: our choice, a shift."""


def run(settings: Settings, stopping: threading.Event) -> None:
    """Keep the deadlines and send the messages until told to stop."""
    connect = functools.partial(pool.connect, database_url(settings), name="alerts")
    broker = settings.broker()
    alert_clock = AlertClock(
        connect,
        settings.replica,
        functools.partial(publish, broker, within=PUBLISH_WITHIN),
        timedelta(days=settings.dead_letter_days),
    )
    # The scheduler only ticks: each timer is a row, so a tick that is skipped or late loses nothing.
    scheduler = BackgroundScheduler(timezone=SHANGHAI)
    every_tick: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    # The first at once: what fell due while nothing ran has waited long enough, and a start waits for us.
    scheduler.add_job(
        alert_clock.tick, "interval", seconds=TICK_EVERY_S, next_run_time=utc_now(), **every_tick
    )
    scheduler.add_job(alert_clock.nightly, "cron", hour=0, minute=20, **every_tick)
    # Some minutes after the hour, when what was said in it has come.
    scheduler.add_job(alert_clock.hourly, "cron", minute=5, **every_tick)
    scheduler.add_job(alert_clock.monthly, "cron", hour=1, minute=30, **every_tick)
    scheduler.add_job(alert_clock.tests, "interval", seconds=60, **every_tick)
    scheduler.add_job(alert_clock.morning, "cron", hour=8, **every_tick)
    gaps_at = settings.gaps_at
    scheduler.add_job(alert_clock.gaps, "cron", hour=gaps_at.hour, minute=gaps_at.minute, **every_tick)
    scheduler.add_job(alert_clock.canaries, "interval", seconds=CANARIES_EVERY_S, **every_tick)
    scheduler.start()
    try:
        outbox.run(
            connect, stopping, Channels(broker, _pusher_of(settings)).deliver, link_of=answer_links(settings)
        )
        stopping.wait()
    finally:
        scheduler.shutdown(wait=True)
        alert_clock.close()


def answer_links(settings: Settings) -> LinkOf | None:
    """Return what makes the link in a message, None where there is no secret to sign it with."""
    if settings.secret_key is None:
        return None
    key, address = settings.secret_key.get_secret_value(), public_url(settings)

    def link_of(incident_id: int, person_id: int, now: datetime) -> str:
        return f"{address}/a/{links.make(incident_id, person_id, links.ANSWER, now + LINK_FOR, key)}"

    return link_of


def _pusher_of(settings: Settings) -> web_push.Sender | None:
    """Return who pushes to browsers, None where there is no secret to sign it with."""
    if settings.secret_key is None:
        return None
    return web_push.Sender(settings.secret_key.get_secret_value(), public_url(settings))
