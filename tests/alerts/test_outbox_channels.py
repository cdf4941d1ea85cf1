"""Each kind of channel against a real server."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.header import decode_header, make_header
from urllib.parse import parse_qs, urlsplit

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from alerts.channels.delivery import Channels
from alerts.channels.names import name_of
from alerts.channels.outgoing import Outgoing
from model.broker import BrokerLogin
from model.errors import BadInput, Unavailable
from tests.faults.receiver import MailServer, Receiver
from yian.embedded import broker as brokers

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
WITHIN = timedelta(seconds=2)
MESSAGE = Outgoing(7, "F1", "【火警】长宁敬老院 203", "立即到场。\nFIRE ALARM", urgent=True, incident_id=3)


def send(channel: str, broker: BrokerLogin | None = None) -> str:
    return Channels(broker).deliver(channel, MESSAGE, WITHIN, NOW)


def test_a_webhook_takes_title_and_body() -> None:
    with Receiver() as receiver:
        send(receiver.channel("ok/carer"))
        [(path, body)] = receiver.taken
    assert path.startswith("/ok/carer")
    assert body["title"] == MESSAGE.title
    assert body["message"] == MESSAGE.body


def test_a_mail_arrives_with_its_subject() -> None:
    with MailServer() as server:
        send(server.channel)
        [mail] = server.mails
    assert str(make_header(decode_header(message_from_string(mail)["Subject"]))) == MESSAGE.title


@pytest.mark.parametrize(("path", "said"), [("broken", "500"), ("reset", None), ("hang", None)])
def test_a_webhook_that_fails_says_how(path: str, said: str | None) -> None:
    with Receiver() as receiver, pytest.raises(Unavailable, match=said):
        Channels().deliver(receiver.channel(path), MESSAGE, timedelta(seconds=0.3), NOW)


def test_no_one_listening_is_a_failure() -> None:
    with pytest.raises(Unavailable):
        send(f"json://127.0.0.1:{brokers.free_port()}/x")


@pytest.mark.parametrize(
    "channel",
    ["", "no address", "nosuch://x", "json://", "sms+https://gw/send?to=1", "siren://x", "siren://h/d"],
)
def test_a_wrong_address_is_bad_input(channel: str) -> None:
    with pytest.raises(BadInput):
        send(channel)


def test_an_sms_gateway_is_called_by_its_template() -> None:
    with Receiver() as receiver:
        receipt = send(
            f'sms+http://{receiver.host}/ok?key=K&to=13900000000&text=[Yi]{{text}}#expect="code":0'
        )
        [(path, _)] = receiver.taken
    asked = parse_qs(urlsplit(path).query)
    assert asked["to"] == ["13900000000"]
    assert asked["text"] == [f"[Yi]{MESSAGE.title}\n{MESSAGE.body}"]
    assert receipt == '{"code":0}'


def test_an_sms_gateway_can_be_posted_to() -> None:
    with Receiver() as receiver:
        send(f"sms+http://{receiver.host}/ok?to=1&text={{text}}#method=json")
        [(path, body)] = receiver.taken
    assert path == "/ok"
    assert body == {"to": "1", "text": f"{MESSAGE.title}\n{MESSAGE.body}"}


def test_a_gateway_that_answers_200_and_refuses_is_a_failure() -> None:
    with Receiver() as receiver, pytest.raises(Unavailable, match="code"):
        send(f'sms+http://{receiver.host}/refuses?text={{text}}#expect="code":0')


def test_a_receiver_of_alertmanager_understands_it() -> None:
    with Receiver() as receiver:
        send(f"alertmanager://{receiver.host}/ok")
        [(_, body)] = receiver.taken
    assert body["version"] == "4"
    [alert] = body["alerts"]
    assert alert["status"] == "firing"
    assert alert["labels"] == {"alertname": "F1", "severity": "critical", "incident": "3"}
    assert alert["annotations"]["summary"] == MESSAGE.title
    assert alert["fingerprint"] == f"{7:016x}"


def test_a_siren_hears_its_command(broker: brokers.Broker) -> None:
    heard = list[tuple[str, bytes]]()
    subscribed, came = threading.Event(), threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2)

    def on_message(_client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        heard.append((message.topic, bytes(message.payload)))
        came.set()

    def on_subscribe(*_: object) -> None:
        subscribed.set()

    client.on_message = on_message
    client.on_subscribe = on_subscribe
    client.connect(broker.host, broker.port)
    client.loop_start()
    client.subscribe("yian/v1/+/+/cmd", qos=1)
    assert subscribed.wait(10)
    send("siren://h1/siren-2", BrokerLogin(broker.host, broker.port))
    assert came.wait(10)
    client.disconnect()
    client.loop_stop()
    [(topic, payload)] = heard
    assert topic == "yian/v1/h1/siren-2/cmd"
    command = json.loads(payload)
    assert (command["id"], command["cmd"], command["stage"]) == ("n7", "alert", "F1")


def test_a_siren_without_a_broker_that_answers_is_a_failure() -> None:
    with pytest.raises(Unavailable):
        send("siren://h1/siren-2", BrokerLogin("127.0.0.1", brokers.free_port()))


def test_the_name_of_a_channel_shows_no_secret_and_is_one_per_robot() -> None:
    robot = "wecombot://3f1c9a52-key/"
    assert "3f1c" not in name_of(robot)
    assert name_of(robot) == name_of("wecombot://3f1c9a52-key?cto=1")
    assert name_of(robot) != name_of("wecombot://other-key/")
    assert name_of(robot).startswith("wecombot#")


def test_what_a_channel_says_of_its_failure_holds_no_secret() -> None:
    with Receiver() as receiver, pytest.raises(Unavailable) as failed:
        send(f"json://user:a-long-password@{receiver.host}/broken/very-secret-token")
    assert "a-long-password" not in str(failed.value)
    assert "very-secret-token" not in str(failed.value)
