"""An MQTT broker on loopback: `mosquitto` where it is installed, else rumqttd from the wheel `iotcore`.

What the two really do, tried with paho 2.2 (tests/embedded/test_broker.py holds what we rely on):

                                    mosquitto 2.0.11             rumqttd 0.20 (iotcore 0.4)
    protocols on one port           3.1, 3.1.1, 5                3.1.1; MQTT 5 is cut off unanswered
    QoS 1 unacknowledged, killed    delivered again, dup set     delivered again, dup not set
    20,000 messages while away      all, in order                all, in order
    window of unacknowledged ones   as set, or receive maximum   100, whatever is set or asked for
    while the window is full        all else is answered         nothing is, pings neither: the client
                                                                 connects anew and gets them again
    retained, cleared by nothing    yes                          yes
    last will, also on silence      yes                          yes
    one client id twice             the old one is cut off       the old one is cut off
    shared subscriptions            yes, kept over a kill        NO: what was in flight is lost, and the
                                                                 router dies when the last member leaves
    the broker itself is killed     its last second is lost      sessions, queues, retained are lost
    QoS 1 publishes a second        about 13,000                 about 15,000

So rumqttd is for one machine, one ingest and no `$share`; a service that must survive the broker needs
mosquitto. amqtt 0.12 was tried for its place and does not do: nothing was delivered again after a kill, it
has no window, and no last will on silence. Figures from a machine with two cores.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import socket
import sys
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path

from model.errors import Unavailable
from yian.embedded import child
from yian.embedded.claim import Claim, claim

HOST = "127.0.0.1"
USUAL_PORT = 1883
MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
_WINDOW = 4000
_CONNECT = b"\x10\x10\x00\x04MQTT\x04\x02\x00\x05\x00\x04yian"
"""CONNECT, protocol level 4, clean session, keep alive 5 s. Source: MQTT 3.1.1 section 3.1."""
_CONNACK = b"\x20\x02\x00\x00"
"""CONNACK, accepted. Source: MQTT 3.1.1 section 3.2."""


class Kind(Enum):
    """Which broker runs."""

    MOSQUITTO = "mosquitto"
    RUMQTTD = "rumqttd"


@dataclass(frozen=True)
class Broker:
    """A running broker that takes anybody on this machine and nobody else."""

    host: str
    port: int
    kind: Kind
    child: child.Child
    claim: Claim

    def stop(self) -> None:
        """End the broker; mosquitto keeps sessions, queues and retained messages in its folder."""
        self.child.stop()
        with contextlib.suppress(OSError):
            self.claim.release()


def start(
    folder: Path,
    *,
    port: int | None = None,
    kind: Kind | None = None,
    within: timedelta = timedelta(seconds=20),
) -> Broker:
    """Run a broker that keeps its state in `folder`.

    `port` None takes 1883 if it is free and any free one if not. `kind` None takes mosquitto if there is one.
    Raises Refused where the folder is in use; Unavailable where no broker is there, or it does not come up.
    """
    mosquitto = find_mosquitto()
    kind = kind or (Kind.MOSQUITTO if mosquitto else Kind.RUMQTTD)
    held = claim(folder)
    try:
        port = port or free_port(USUAL_PORT)
        command = _mosquitto(mosquitto, folder, port) if kind is Kind.MOSQUITTO else _rumqttd(folder, port)
        server = child.start(kind.value, command, log=folder / f"{kind.value}.log", claim=held)
        server.wait_until(lambda: answers(HOST, port), within=within)
    except BaseException:
        held.release()
        raise
    return Broker(HOST, port, kind, server, held)


def find_mosquitto() -> Path | None:
    """Return the mosquitto program; many systems keep it off an ordinary user's PATH."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


def answers(host: str, port: int, *, timeout: timedelta = timedelta(seconds=2)) -> bool:
    """Say whether a broker accepts an MQTT connection there; an open port alone proves nothing."""
    try:
        with socket.create_connection((host, port), timeout.total_seconds()) as link:
            link.sendall(_CONNECT)
            said = b""
            while len(said) < len(_CONNACK) and (more := link.recv(len(_CONNACK) - len(said))):
                said += more
    except OSError:
        return False
    return said == _CONNACK


def free_port(wanted: int = 0) -> int:
    """Return `wanted` if nobody listens there on loopback, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise Unavailable("no free port on this machine")


def _mosquitto(program: Path | None, folder: Path, port: int) -> list[str]:
    if program is None:
        raise Unavailable("mosquitto is not installed")
    config = folder / "mosquitto.conf"
    config.write_text(
        f"""\
listener {port} {HOST}
allow_anonymous true
# As root it would become the user `mosquitto`, who may not write here; an ordinary user stays himself.
user root
persistence true
persistence_location {folder.resolve()}/
autosave_interval 1
persistent_client_expiration 14d
max_queued_messages 0
max_queued_bytes {512 * 1024 * 1024}
max_inflight_messages {_WINDOW}
max_packet_size {MAX_PAYLOAD_BYTES}
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
log_timestamp_format %Y-%m-%dT%H:%M:%S
""",
        encoding="utf-8",
    )
    return [str(program), "-c", str(config)]


def _rumqttd(folder: Path, port: int) -> list[str]:
    """Write rumqttd's settings, and return its command.

    It holds 16 x 8 MiB of messages for each subscribed filter; the oldest are dropped first.
    """
    if importlib.util.find_spec("iotcore") is None:
        raise Unavailable("there is neither mosquitto nor the package iotcore")
    config = folder / "rumqttd.toml"
    config.write_text(
        f"""\
id = 0

[router]
id = 0
max_connections = 10010
max_outgoing_packet_count = 200
max_segment_size = {8 * 1024 * 1024}
max_segment_count = 16

[v4.1]
name = "v4-1"
listen = "{HOST}:{port}"
next_connection_delay_ms = 1

[v4.1.connections]
connection_timeout_ms = 60000
max_payload_size = {MAX_PAYLOAD_BYTES}
max_inflight_count = {_WINDOW}
dynamic_filters = true
""",
        encoding="utf-8",
    )
    # Not iotcore.Broker: that one starts a process of its own, which would be out of our guard's reach.
    run = "import sys; from iotcore.iotcore import IotCoreBroker; IotCoreBroker(sys.argv[1]).run_forever()"
    return [sys.executable, "-c", run, str(config)]
