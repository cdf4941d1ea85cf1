"""The services that Yi'an can start itself: PostgreSQL and an MQTT broker, without root, on one machine."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from yian.embedded import broker, postgres
from yian.embedded.claim import owner_of
from yian.embedded.kept import Kept

_WRITTEN = "services.json"


@dataclass(frozen=True, slots=True)
class EmbeddedServices:
    """Where the running services are; `mqtt_kind` is "mosquitto" or "rumqttd" (3.1.1 only, no `$share`)."""

    database_url: str
    mqtt_host: str
    mqtt_port: int
    mqtt_kind: str


@contextmanager
def services(
    data: Path, *, mqtt_port: int | None = None, mqtt_kind: broker.Kind | None = None, durable: bool = True
) -> Generator[EmbeddedServices]:
    """Run both services on the folder `data` for as long as the block lasts, or until we are killed.

    One that ends by itself is started again at the same address.

    `mqtt_port` None takes 1883 if it is free. Raises Refused where another process has the folder, and
    Unavailable where a service does not come up; then neither is left running.
    """
    with ExitStack() as up:
        kept_database = Kept(lambda: postgres.start(data / "postgres", durable=durable))
        up.callback(kept_database.stop)
        database = kept_database.first
        port = mqtt_port or broker.free_port(broker.USUAL_PORT)
        kept_broker = Kept(lambda: broker.start(data / "broker", port=port, kind=mqtt_kind))
        up.callback(kept_broker.stop)
        mqtt = kept_broker.first
        found = EmbeddedServices(database.url, mqtt.host, mqtt.port, mqtt.kind.value)
        written = data / _WRITTEN
        written.write_text(json.dumps(asdict(found)), encoding="utf-8")
        up.callback(written.unlink, missing_ok=True)
        yield found


def running(data: Path) -> EmbeddedServices | None:
    """Return the services that a living process runs on `data`, or None: then one may start them."""
    if owner_of(data / "postgres") is None:
        return None
    try:
        return EmbeddedServices(**json.loads((data / _WRITTEN).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None  # it is still starting
