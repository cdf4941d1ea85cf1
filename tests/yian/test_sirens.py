"""A siren as a person's channel, through the role that sends."""

from __future__ import annotations

import threading

import paho.mqtt.client as mqtt
import psycopg
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import SecretStr

from model.clock import utc_now
from store import outbox, pool
from tests.small_ingest import enter_home
from yian.embedded.broker import Broker
from yian.roles import alerts
from yian.settings import load

PATIENCE_S = 15


@pytest.mark.ground("plain")
def test_the_role_sends_to_a_siren_through_the_broker_of_the_settings(database: str, broker: Broker) -> None:
    enter_home(database)
    listening, heard, stopping = threading.Event(), threading.Event(), threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2)

    def on_subscribe(*_: object) -> None:
        listening.set()

    def on_message(*_: object) -> None:
        heard.set()

    client.on_subscribe, client.on_message = on_subscribe, on_message
    client.connect(broker.host, broker.port)
    client.loop_start()
    client.subscribe("yian/v1/h1/siren-2/cmd", qos=1)
    assert listening.wait(PATIENCE_S)
    settings = load(database_url=SecretStr(database), mqtt_host=broker.host, mqtt_port=broker.port)
    role = threading.Thread(target=alerts.run, args=(settings, stopping))
    role.start()
    try:
        with pool.connect(database, name="test") as conn:
            outbox.insert(
                conn,
                incident_id=None,
                home_id=1,
                person_id=1,
                stage="F1",
                channels=["siren://h1/siren-2"],
                title="【火警】",
                body="立即到场",
                urgent=True,
                now=utc_now(),
            )
        assert heard.wait(PATIENCE_S)
    finally:
        stopping.set()
        role.join(PATIENCE_S)
        client.disconnect()
        client.loop_stop()
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT receipt FROM notifications").fetchall() == [("at the broker",)]
