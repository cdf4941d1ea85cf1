"""Everything on one machine: embedded services where asked for, and the roles on top of them."""

from __future__ import annotations

import secrets
import socket
import threading
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from model.clock import utc_now
from model.errors import Unavailable
from yian import doctor, embedded, roles
from yian.migration import migrate_database
from yian.settings import Settings
from yian.supervisor import Supervisor

_UP_WITHIN_S = 60.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stack:
    """Where a running service is to be reached; `supervisor` is None where we did not start it."""

    database_url: str
    mqtt_host: str
    mqtt_port: int
    board_url: str
    supervisor: Supervisor | None = None


@contextmanager
def embedded_stack(settings: Settings, say: Say) -> Generator[Stack]:
    """Yield a stack with its own database and broker in `settings.data`; all of it ends with the block."""
    settings.data.mkdir(parents=True, exist_ok=True)
    say("启动数据库与消息代理 · starting database and broker")
    with embedded.services(settings.data, mqtt_port=_port_or_free(settings.mqtt_port)) as services:
        say("升级数据库结构 · bringing the schema up to date")
        migrate_database(services.database_url)
        with roles_of(_over(settings, services), settings.data / "logs", say) as stack:
            yield stack


@contextmanager
def roles_of(settings: Settings, logs: Path, say: Say) -> Generator[Stack]:
    """Yield a stack of all roles on existing services, up and answering."""
    port = _port_or_free(settings.http_port)
    board_url = f"http://{settings.http_host}:{port}"
    environment = settings.model_copy(update={"http_port": port}).environment()
    supervisor = Supervisor(environment, logs)
    say("启动接收、时限与页面 · starting ingest, alerts and api")
    supervisor.start()
    try:
        _wait_until_up(settings, board_url, supervisor)
        yield Stack(
            roles.database_url(settings), settings.mqtt_host, settings.mqtt_port, board_url, supervisor
        )
    finally:
        say("停止 · stopping")
        supervisor.stop()


def serve(settings: Settings, *, embedded: bool) -> None:
    """Run all roles until told to stop."""
    stopping = roles.stop_signal()
    with _stack(settings, embedded=embedded) as stack:
        print(f"颐安 {stack.board_url}", flush=True)
        stopping.wait()


@contextmanager
def _stack(settings: Settings, *, embedded: bool) -> Generator[Stack]:
    if embedded:
        with embedded_stack(settings, print) as stack:
            yield stack
    else:
        with roles_of(settings, settings.data / "logs", print) as stack:
            yield stack


def _over(settings: Settings, services: embedded.EmbeddedServices) -> Settings:
    """Return the settings with the embedded services in them, and a secret key that is kept with the data."""
    return settings.model_copy(
        update={
            "database_url": SecretStr(services.database_url),
            "mqtt_host": services.mqtt_host,
            "mqtt_port": services.mqtt_port,
            "secret_key": settings.secret_key or SecretStr(_kept_secret(settings.data / "secret.key")),
        }
    )


def _kept_secret(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), encoding="ascii")
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


def _wait_until_up(settings: Settings, board_url: str, supervisor: Supervisor) -> None:
    """Wait until the API answers that it is complete, and the other roles have said that they are alive."""
    pause = threading.Event()
    began_at = utc_now()
    while (utc_now() - began_at).total_seconds() < _UP_WITHIN_S:
        if _answers(board_url) and all(
            finding.good for role in ("ingest", "alerts") for finding in doctor.examine(settings, role)
        ):
            return
        pause.wait(0.1)
    raise Unavailable(f"the roles did not come up in {_UP_WITHIN_S:.0f} s: see {supervisor.logs}")


def _answers(board_url: str) -> bool:
    # Not httpx: with it this process would weigh half as much again for this one question. No proxy either.
    ours = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with ours.open(f"{board_url}/readyz", timeout=2.0) as answer:
            return answer.status == 200
    except OSError:
        return False
