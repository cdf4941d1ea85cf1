"""The three roles as processes: each runs until it is told to stop."""

from __future__ import annotations

import functools
import logging
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import psycopg
import uvicorn
from apscheduler.schedulers.background import BackgroundScheduler
from fastapi import FastAPI
from psycopg import Connection

from alerts import clock, links, outbox, overseers
from alerts.channels import Channels, siren
from alerts.messages import HeartbeatFacts
from alerts.sender import LinkOf
from api.app import create_app
from api.config import ApiConfig
from compliance import monthly_filing
from ingest.service import Ingest, IngestConfig
from ingest.subscriber import Broker
from model.clock import SHANGHAI, utc_now
from model.errors import BadInput, Unavailable
from store import figures, heartbeat, ledger, liveness, pool, readings
from store import outbox as outbox_rows
from yian.settings import Settings

_log = logging.getLogger(__name__)
TICK_EVERY_S = 1.0
READINGS_KEPT = timedelta(days=30)
"""Raw telemetry holds positions, sensitive personal data. Source: our choice, as short as serves."""
LINK_FOR = timedelta(hours=12)
"""How long the link in a message answers. Source: our choice, a shift."""
LATE_DAYS = 3
"""Source: our choice; terminals that cache records resend them within days."""
_LEADER_LOCK = 7149_0002


def database_url(settings: Settings) -> str:
    """Return the database's address, or raise BadInput that names the setting."""
    if settings.database_url is None:
        raise BadInput("YIAN_DATABASE_URL", "the address of a database, or use --embedded")
    return settings.database_url.get_secret_value()


def broker_of(settings: Settings) -> Broker:
    """Return where the broker is."""
    password = settings.mqtt_password
    return Broker(
        settings.mqtt_host,
        settings.mqtt_port,
        settings.mqtt_username,
        password.get_secret_value() if password else None,
        str(settings.mqtt_tls_ca) if settings.mqtt_tls_ca else None,
    )


def stop_signal() -> threading.Event:
    """Return an event that is set by SIGTERM or SIGINT."""
    stopping = threading.Event()

    def on_signal(_number: int, _frame: object) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stopping


def run_ingest(settings: Settings, stopping: threading.Event) -> None:
    """Receive and store until told to stop; a lane that died ends the process, so that it is started anew."""
    url = database_url(settings)
    ingest = Ingest(
        IngestConfig(
            broker=broker_of(settings),
            connect=functools.partial(pool.connect, url, name="ingest"),
            zigbee_bases=tuple(settings.zigbee_bases),
            foreign_topics=tuple(settings.foreign_topics),
            replica=settings.replica,
            shared=settings.mqtt_shared,
            window=settings.mqtt_window,
        )
    )
    ingest.start()
    while not stopping.wait(1.0):
        if not (ingest.alarm.alive() and ingest.telemetry.alive()):
            raise RuntimeError("a lane has stopped")
    ingest.stop()


class AlertClock:
    """Ticks while this replica leads; leading is an advisory lock that ends with its connection."""

    def __init__(self, connect: Callable[[], Connection[Any]], replica: str) -> None:
        self._connect = connect
        self._replica = replica
        self._conn: Connection[Any] | None = None
        self._leads = False

    def tick(self) -> None:
        """Act on what is due, if we lead; a database that is away is tried again at the next tick."""
        try:
            conn = self._leading()
            if conn is None:
                return
            now = utc_now()
            clock.tick(conn, now)
            with conn.transaction():
                liveness.beat(conn, "alerts", self._replica, now, {})
        except (psycopg.OperationalError, psycopg.InterfaceError, Unavailable) as exc:
            _log.warning("alert clock: the database does not answer: %s", exc)
            self.close()

    def nightly(self) -> None:
        """Roll up what is due, the last days again for reports that came late; then drop old readings."""
        with self._connect() as conn:
            now = utc_now()
            figures.rollup_due(conn, now)
            for back in range(1, LATE_DAYS + 1):
                figures.rollup_day(conn, (now.astimezone(SHANGHAI) - timedelta(days=back)).date())
            readings.drop_before(conn, now - READINGS_KEPT)
            liveness.forget_services(conn, now - timedelta(days=1))

    def monthly(self) -> None:
        """File the month that has closed, and corrections of those before where late data moved a figure."""
        with self._connect() as conn:
            for first_on, home, version in monthly_filing.file_due(conn, utc_now()):
                _log.info("filed %s of %s, version %s", first_on, home or "the county", version.version)

    def tests(self) -> None:
        """Write into the proof-test ledger what arrived, so that it learns within a minute."""
        with self._connect() as conn:
            ledger.learn(conn, utc_now())

    def morning(self) -> None:
        """Tell the overseers that the service watches, so that its silence would be noticed."""
        with self._connect() as conn:
            now = utc_now()
            facts = HeartbeatFacts(
                on=now.astimezone(SHANGHAI).date(),
                failing_channels=outbox_rows.failing_channels(conn),
                **asdict(heartbeat.counts(conn)),
            )
            overseers.tell_heartbeat(conn, facts, now)

    def close(self) -> None:
        """Give up leading."""
        self._leads = False
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _leading(self) -> Connection[Any] | None:
        if self._conn is None:
            self._conn = self._connect()
        if not self._leads:
            row = self._conn.execute("SELECT pg_try_advisory_lock(%s)", [_LEADER_LOCK]).fetchone()
            self._conn.commit()
            self._leads = bool(row and row[0])
        return self._conn if self._leads else None


def public_url(settings: Settings) -> str:
    """Return the address under which people reach the board, without a slash at its end."""
    return (settings.public_url or f"http://{settings.http_host}:{settings.http_port}").rstrip("/")


def answer_links(settings: Settings) -> LinkOf | None:
    """Return what makes the link in a message, None where there is no secret to sign it with."""
    if settings.secret_key is None:
        return None
    key, address = settings.secret_key.get_secret_value(), public_url(settings)

    def link_of(incident_id: int, person_id: int, now: datetime) -> str:
        return f"{address}/a/{links.make(incident_id, person_id, links.ANSWER, now + LINK_FOR, key)}"

    return link_of


def siren_broker(settings: Settings) -> siren.Broker:
    """Return the broker that sirens and wristbands listen at: the one that devices speak to."""
    password = settings.mqtt_password
    return siren.Broker(
        settings.mqtt_host,
        settings.mqtt_port,
        settings.mqtt_username,
        password.get_secret_value() if password else None,
        str(settings.mqtt_tls_ca) if settings.mqtt_tls_ca else None,
    )


def run_alerts(settings: Settings, stopping: threading.Event) -> None:
    """Keep the deadlines and send the messages until told to stop."""
    connect = functools.partial(pool.connect, database_url(settings), name="alerts")
    alert_clock = AlertClock(connect, settings.replica)
    # The scheduler only ticks: each timer is a row, so a tick that is skipped or late loses nothing.
    scheduler = BackgroundScheduler(timezone=SHANGHAI)
    every_tick: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler.add_job(alert_clock.tick, "interval", seconds=TICK_EVERY_S, **every_tick)
    scheduler.add_job(alert_clock.nightly, "cron", hour=0, minute=20, **every_tick)
    scheduler.add_job(alert_clock.monthly, "cron", hour=1, minute=30, **every_tick)
    scheduler.add_job(alert_clock.tests, "interval", seconds=60, **every_tick)
    scheduler.add_job(alert_clock.morning, "cron", hour=8, **every_tick)
    scheduler.start()
    try:
        outbox.run(
            connect, stopping, Channels(siren_broker(settings)).deliver, link_of=answer_links(settings)
        )
        stopping.wait()
    finally:
        scheduler.shutdown(wait=True)
        alert_clock.close()


def http_config(settings: Settings, app: FastAPI) -> uvicorn.Config:
    """Return how `app` is served; a caller's address is believed from a trusted proxy only."""
    return uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
    )


def run_api(settings: Settings, stopping: threading.Event, listen: socket.socket | None = None) -> None:
    """Serve the API and the board until told to stop."""
    if settings.secret_key is None:
        raise BadInput("YIAN_SECRET_KEY", "a secret of at least 16 characters")
    address = public_url(settings)
    app = create_app(
        ApiConfig(
            database_url=database_url(settings),
            secret_key=settings.secret_key.get_secret_value(),
            public_url=address,
            secure_cookies=address.startswith("https://"),
        )
    )
    server = uvicorn.Server(http_config(settings, app))

    def stop_when_told() -> None:
        stopping.wait()
        server.should_exit = True

    threading.Thread(target=stop_when_told, daemon=True).start()
    server.run(sockets=[listen] if listen else None)
