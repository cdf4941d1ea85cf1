"""Everything on one machine: embedded services where asked for, and the roles on top of them.

The process that holds a stack stays for as long as the service and has little to do, so nothing here loads a
database driver, a web client or the settings' library: what needs one is a process of its own.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import BadInput, Unavailable
from yian import embedded
from yian.supervisor import Supervisor

_UP_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.1
Say = Callable[[str], None]
Environment = Mapping[str, str]
"""Settings that somebody has read and checked, as `Settings.environment` writes them."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Where a running service is to be reached; `supervisor` is None where we did not start it."""

    database_url: str
    mqtt_host: str
    mqtt_port: int
    board_url: str
    supervisor: Supervisor | None = None


@contextmanager
def embedded_stack(given: Environment, say: Say) -> Generator[Stack]:
    """Yield a stack with its own database and broker in `YIAN_DATA`; all of it ends with the block."""
    data = Path(given["YIAN_DATA"])
    data.mkdir(parents=True, exist_ok=True)
    say("启动数据库与消息代理 · starting database and broker")
    with ExitStack() as up:
        with _in_turn():
            port = _port_or_free(int(given["YIAN_MQTT_PORT"]))
            services = up.enter_context(embedded.services(data, mqtt_port=port))
        whole = {
            **given,
            "YIAN_DATABASE_URL": services.database_url,
            "YIAN_MQTT_HOST": services.mqtt_host,
            "YIAN_MQTT_PORT": str(services.mqtt_port),
            "YIAN_SECRET_KEY": given.get("YIAN_SECRET_KEY") or _kept_secret(data / "secret.key"),
        }
        say("升级数据库结构 · bringing the schema up to date")
        _migrate(whole)
        with roles_of(whole, say) as stack:
            yield stack


@contextmanager
def roles_of(given: Environment, say: Say) -> Generator[Stack]:
    """Yield a stack of all roles on existing services, up and answering.

    Raises BadInput that names a setting which the roles need and nobody has made.
    """
    for name, expected in _NEEDED.items():
        if name not in given:
            raise BadInput(name, f"{expected}, or use --embedded")
    with ExitStack() as up:
        with _in_turn():
            host, port = given["YIAN_HTTP_HOST"], _port_or_free(int(given["YIAN_HTTP_PORT"]))
            supervisor = Supervisor({**given, "YIAN_HTTP_PORT": str(port)}, Path(given["YIAN_DATA"]) / "logs")
            say("启动接收、时限与页面 · starting ingest, alerts and api")
            supervisor.start()
            up.callback(supervisor.stop)
            up.callback(say, "停止 · stopping")
            _wait_until_up(host, port, supervisor)
        yield Stack(
            given["YIAN_DATABASE_URL"],
            given["YIAN_MQTT_HOST"],
            int(given["YIAN_MQTT_PORT"]),
            f"http://{host}:{port}",
            supervisor,
        )


@contextmanager
def _in_turn() -> Generator[None]:
    """Let one stack at a time look for ports and take them: two would find the same ones free.

    Whoever came second would then take what answers there, the other's broker and board, for its own.
    """
    with (Path(tempfile.gettempdir()) / f"yian-ports-{os.getuid()}.lock").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


_NEEDED = {
    "YIAN_DATABASE_URL": "the address of a database",
    "YIAN_SECRET_KEY": "a secret of at least 16 characters",
}


def _migrate(given: Environment) -> None:
    """Bring the schema up to date in a process of its own, which takes its libraries with it."""
    done = subprocess.run([sys.executable, "-m", "yian.migration"], env={**os.environ, **given}, check=False)
    if done.returncode != 0:
        raise Unavailable(f"the schema is not up to date: its upgrade ended with {done.returncode}")


def _kept_secret(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(os.urandom(32).hex(), encoding="ascii")
    return file.read_text(encoding="ascii")


def _port_or_free(port: int) -> int:
    """Return the port if nobody has it, else a free one."""
    for wanted in (port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise Unavailable("no free port on 127.0.0.1")


def _wait_until_up(host: str, port: int, supervisor: Supervisor) -> None:
    """Wait until the API answers that it is complete, and that the other roles are alive."""
    pause = threading.Event()
    until = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < until:
        said = _readiness(host, port)
        if (said.get("status"), said.get("ingest"), said.get("alerts")) == ("ready", "ok", "ok"):
            return
        pause.wait(_LOOK_EVERY_S)
    raise Unavailable(f"the roles did not come up in {_UP_WITHIN_S:.0f} s: see {supervisor.logs}")


def _readiness(host: str, port: int) -> dict[str, Any]:
    """Return what /readyz says, empty where nobody answers.

    By hand, for this is all that we ever ask by HTTP, and a library for it is 3 MB that stay.
    """
    try:
        with socket.create_connection((host, port), timeout=2.0) as link, link.makefile("rb") as answer:
            link.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            _, _, body = answer.read().partition(b"\r\n\r\n")
        return json.loads(body)
    except (OSError, ValueError):
        return {}
