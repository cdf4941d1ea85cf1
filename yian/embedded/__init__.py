"""The services that Yi'an can start itself: PostgreSQL and an MQTT broker, without root, on one machine.

with EmbeddedServices(data) as endpoints:
    ...  # endpoints.database_url, endpoints.mqtt_host, endpoints.mqtt_port
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from yian.embedded import broker, postgres
from yian.embedded.claim import owner_of

_ENDPOINTS = "endpoints.json"


@dataclass(frozen=True)
class Endpoints:
    """Where the running services are; `mqtt_kind` is "mosquitto" or "rumqttd" (3.1.1 only, no `$share`)."""

    database_url: str
    mqtt_host: str
    mqtt_port: int
    mqtt_kind: str

    def environment(self) -> dict[str, str]:
        """Return these as the environment variables that `yian.settings` reads."""
        return {
            "YIAN_DATABASE_URL": self.database_url,
            "YIAN_MQTT_HOST": self.mqtt_host,
            "YIAN_MQTT_PORT": str(self.mqtt_port),
        }


@dataclass(slots=True)
class EmbeddedServices:
    """Both services on the folder `data`, up inside the `with` and gone after it, even if we are killed.

    `mqtt_port` None takes 1883 if it is free. Entering raises Refused where another process has the folder,
    and Unavailable where a service does not come up; then neither is left running.
    """

    data: Path
    mqtt_port: int | None = None
    mqtt_kind: broker.Kind | None = None
    durable: bool = True
    _up: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Endpoints:
        with ExitStack() as starting:
            database = postgres.start(self.data / "postgres", durable=self.durable)
            starting.callback(database.stop)
            mqtt = broker.start(self.data / "broker", port=self.mqtt_port, kind=self.mqtt_kind)
            starting.callback(mqtt.stop)
            endpoints = Endpoints(database.url, mqtt.host, mqtt.port, mqtt.kind.value)
            written = self.data / _ENDPOINTS
            written.write_text(json.dumps(asdict(endpoints)), encoding="utf-8")
            starting.callback(written.unlink, missing_ok=True)
            self._up = starting.pop_all()
        return endpoints

    def __exit__(self, *_exc: object) -> None:
        self._up.close()


def running(data: Path) -> Endpoints | None:
    """Return the services that another living process runs on `data`, or None: then one may start them."""
    if owner_of(data / "postgres") is None:
        return None
    try:
        return Endpoints(**json.loads((data / _ENDPOINTS).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None  # it is still starting
