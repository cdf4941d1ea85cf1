"""What we rely on in a broker, tried on both that we may start."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

import pytest

from model.errors import Refused
from tests.embedded.holding import gone, holding
from tests.embedded.mqtt import V5, V311, client
from yian.embedded import broker as brokers
from yian.embedded.broker import Broker, Kind

both = pytest.mark.parametrize("broker", list(Kind), indirect=True, ids=lambda kind: kind.value)
mosquitto = pytest.mark.parametrize("broker", [Kind.MOSQUITTO], indirect=True, ids=["mosquitto"])


@both
def test_what_was_not_acknowledged_comes_again_after_a_kill_and_nothing_else_does(broker: Broker) -> None:
    with client(broker.port, "device") as device:
        with client(broker.port, "ingest", keep=True, by_hand=True) as first:
            first.subscribe("alarms/#")
            device.publish("alarms/1", "a", "b", "c")
            assert first.wait_for(3) == ["a", "b", "c"]
            first.acknowledge(first.got[0])
            # An exchange of its own proves that the broker has read the acknowledgement before it.
            first.subscribe("other")
            first.kill()
        device.publish("alarms/1", "d")
        with client(broker.port, "ingest", keep=True, by_hand=True) as second:
            assert second.session_present
            assert second.wait_for(3) == ["b", "c", "d"]
            second.acknowledge(*second.got)
            device.publish("alarms/1", "e")
            assert second.wait_for(4) == ["b", "c", "d", "e"]


@both
def test_a_long_absence_loses_nothing_and_keeps_the_order(broker: Broker) -> None:
    sent = [str(number) for number in range(5000)]
    with client(broker.port, "ingest", keep=True) as away:
        away.subscribe("t")
    with client(broker.port, "device") as device:
        device.publish("t", *sent)
    with client(broker.port, "ingest", keep=True) as back:
        assert back.wait_for(len(sent), within_s=30) == sent


@both
def test_retained_messages_are_kept_and_an_empty_one_clears_them(broker: Broker) -> None:
    with client(broker.port, "device") as device:
        device.publish("status", "online", retain=True)
        with client(broker.port, "late") as late:
            late.subscribe("status")
            assert late.wait_for(1) == ["online"]
            assert late.got[0].retain
        device.publish("status", "", retain=True)
        with client(broker.port, "later") as later:
            later.subscribe("status")
            later.subscribe("mark")
            device.publish("mark", "end")
            assert later.wait_for(1) == ["end"]


@both
def test_a_last_will_is_sent_for_a_client_that_is_killed_or_silent_and_not_for_one_that_leaves(
    broker: Broker,
) -> None:
    with client(broker.port, "watcher") as watcher:
        watcher.subscribe("will")
        with client(broker.port, "leaves", will=("will", "left")):
            pass
        with client(broker.port, "crashes", will=("will", "crashed")) as crashing:
            crashing.kill()
        assert watcher.wait_for(1) == ["crashed"]
        with client(broker.port, "hangs", will=("will", "hung"), keepalive_s=2) as hanging:
            hanging.fall_silent()
            assert watcher.wait_for(2) == ["crashed", "hung"]


@mosquitto
def test_receive_maximum_is_a_window(broker: Broker) -> None:
    with (
        client(broker.port, "device") as device,
        client(broker.port, "ingest", version=V5, by_hand=True, receive_maximum=3) as ingest,
    ):
        ingest.subscribe("t")
        device.publish("t", *"abcdef")
        assert ingest.wait_for(3) == ["a", "b", "c"]
        ingest.subscribe("other")
        assert len(ingest.got) == 3
        ingest.acknowledge(*ingest.got)
        assert ingest.wait_for(6) == list("abcdef")


@both
def test_without_an_acknowledgement_the_window_ends_somewhere(broker: Broker) -> None:
    with (
        client(broker.port, "device") as device,
        client(broker.port, "watcher") as watcher,
        client(broker.port, "ingest", keep=True, by_hand=True) as ingest,
    ):
        ingest.subscribe("t")
        watcher.subscribe("t")
        sent = [str(number) for number in range(4200)]
        device.publish("t", *sent)
        window = 4000 if broker.kind is Kind.MOSQUITTO else 100
        assert ingest.wait_for(window) == sent[:window]
        assert watcher.wait_for(len(sent)) == sent
        assert len(ingest.got) == window


@mosquitto
def test_shared_subscriptions_lose_nothing_when_one_member_is_killed(broker: Broker) -> None:
    with (
        client(broker.port, "device") as device,
        client(broker.port, "one", version=V5, keep=True, by_hand=True) as one,
        client(broker.port, "two", version=V5, keep=True, by_hand=True) as two,
    ):
        one.subscribe("$share/yian/t")
        two.subscribe("$share/yian/t")
        device.publish("t", *"abcdefgh")
        one.wait_for(4)
        two.wait_for(4)
        two.acknowledge(*two.got)
        one.kill()
        with client(broker.port, "one", version=V5, keep=True, by_hand=True) as again:
            assert sorted(again.wait_for(4) + two.wait_for(4)) == list("abcdefgh")


@mosquitto
def test_mosquitto_keeps_sessions_and_queues_over_a_restart(broker: Broker, tmp_path: Path) -> None:
    with client(broker.port, "ingest", keep=True) as ingest:
        ingest.subscribe("t")
    with client(broker.port, "device") as device:
        device.publish("t", "while away")
        device.publish("status", "online", retain=True)
    broker.stop()

    again = brokers.start(tmp_path / "broker", port=broker.port, kind=Kind.MOSQUITTO)
    try:
        with client(again.port, "ingest", keep=True) as ingest:
            assert ingest.wait_for(1) == ["while away"]
            ingest.subscribe("status")
            assert ingest.wait_for(2) == ["while away", "online"]
    finally:
        again.stop()


@both
def test_a_large_payload_passes_and_a_huge_one_does_not_stop_the_others(broker: Broker) -> None:
    with client(broker.port, "watcher") as watcher, client(broker.port, "device") as device:
        watcher.subscribe("t")
        device.publish("t", "x" * 500_000)
        assert len(watcher.wait_for(1)[0]) == 500_000
        with socket.create_connection((broker.host, broker.port)) as raw:
            raw.sendall(
                b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04huge" + b"\x30\xff\xff\xff\x7f\x00\x01t"
            )
            raw.settimeout(10)
            # Both brokers may cut it off in the middle of what it sends.
            with contextlib.suppress(ConnectionError):
                while raw.recv(1024):
                    pass
        device.publish("t", "next")
        assert watcher.wait_for(2)[1] == "next"


@both
def test_only_this_machine_can_connect(broker: Broker) -> None:
    assert broker.host == "127.0.0.1"
    own = _address_of_this_machine()
    if own is not None:
        assert not brokers.answers(own, broker.port)


def _address_of_this_machine() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return None
        return str(probe.getsockname()[0])


@both
def test_a_second_broker_on_the_folder_is_refused(broker: Broker, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=f"process {os.getpid()}"):
        brokers.start(tmp_path / "broker")


@pytest.mark.parametrize("guarded", [False, True], ids=["by the kernel", "by a guard"])
def test_a_broker_ends_with_a_parent_that_is_killed(tmp_path: Path, guarded: bool) -> None:
    with holding("broker", tmp_path, guarded=guarded) as holder:
        port = int(holder.said)
        assert brokers.answers("127.0.0.1", port)
        assert gone(holder.kill())
        assert not brokers.answers("127.0.0.1", port)
        again = brokers.start(tmp_path, port=port)
        again.stop()


def test_a_port_that_is_taken_is_not_chosen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        assert brokers.free_port(number) != number


def test_an_open_port_that_is_no_broker_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert not brokers.answers("127.0.0.1", mute.getsockname()[1])


@both
def test_every_broker_speaks_3_1_1_and_mosquitto_5_too(broker: Broker) -> None:
    with client(broker.port, "old", version=V311):
        pass
    if broker.kind is Kind.MOSQUITTO:
        with client(broker.port, "new", version=V5):
            pass
