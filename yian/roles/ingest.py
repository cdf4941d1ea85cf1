"""The ingest role: what devices say is received and stored until we are told to stop."""

from __future__ import annotations

import functools
import threading

from ingest.service import Ingest, IngestConfig
from store import pool
from yian.roles import database_url, settle
from yian.settings import Settings


def run(settings: Settings, stopping: threading.Event) -> None:
    """Receive and store until told to stop; a lane that died ends the process, so that it is started anew."""
    url = database_url(settings)
    ingest = Ingest(
        IngestConfig(
            broker=settings.broker(),
            connect=functools.partial(pool.connect, url, name="ingest"),
            zigbee_bases=settings.zigbee_bases,
            foreign_topics=settings.foreign_topics,
            replica=settings.replica,
            shared=settings.mqtt_shared,
            window=settings.mqtt_window,
        )
    )
    settle()
    ingest.start()
    while not stopping.wait(1.0):
        if not (ingest.alarm.alive() and ingest.telemetry.alive()):
            raise RuntimeError("a lane has stopped")
    ingest.stop()
