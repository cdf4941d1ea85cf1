"""Settings: read once from the environment (YIAN_...) and passed on as arguments."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import time
from pathlib import Path
from typing import Any, TypeVar

from platformdirs import user_data_path

from alerts.channels import web_push
from model.errors import BadInput
from yian.environment import Secret, listed, matching, number, secret, time_of_day, written, yes_no

T = TypeVar("T")


def _setting(default: T | Callable[[], T], read: Callable[[str], T], meaning: str) -> T:
    how: Any = {"default_factory": default} if callable(default) else {"default": default}
    return field(**how, metadata={"read": read, "meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process reaches its database and broker, and where it listens.

    Deadlines and thresholds are not here: they are data with defaults and sources (alerts.classes).
    """

    database_url: Secret | None = _setting(None, secret(), "postgresql:// address of the database")
    mqtt_host: str = _setting("127.0.0.1", str, "host of the MQTT broker")
    mqtt_port: int = _setting(1883, number(1, 65535), "port of the MQTT broker")
    mqtt_username: str | None = _setting(None, str, "login at the broker")
    mqtt_password: Secret | None = _setting(None, secret(), "password at the broker")
    mqtt_tls_ca: Path | None = _setting(None, Path, "certificate authority of the broker; turns TLS on")
    mqtt_shared: bool = _setting(False, yes_no, "subscribe shared (MQTT 5), for several ingest replicas")
    mqtt_window: int = _setting(1000, number(1, 65535), "messages in flight before the broker waits")
    replica: str = _setting("1", matching("[A-Za-z0-9_-]{1,32}"), "name of this replica, kept over restarts")
    zigbee_bases: tuple[str, ...] = _setting(
        ("zigbee2mqtt",), listed, "base topics of Zigbee2MQTT, as a JSON list"
    )
    foreign_topics: tuple[str, ...] = _setting((), listed, "topic filters of other makes, as a JSON list")
    http_host: str = _setting("127.0.0.1", str, "where the API and the board listen")
    http_port: int = _setting(8000, number(0, 65535), "port of the API and the board; 0 takes a free one")
    public_url: str | None = _setting(None, str, "how people reach the board, for links in messages")
    trusted_proxies: tuple[str, ...] = _setting(
        (), listed, "addresses of reverse proxies whose X-Forwarded-For is believed, as a JSON list"
    )
    import_mb: int = _setting(20, number(1, 50), "largest file that the board imports, in MB")
    photo_mb: int = _setting(15, number(1, 100), "largest photo that the board takes, in MB")
    dead_letter_days: int = _setting(
        400, number(7, 36_500), "days that a message which could not be read is kept after it last came"
    )
    push_services: tuple[str, ...] = _setting(
        web_push.SERVICES, listed, "push services that a browser may name, hosts or origins, as a JSON list"
    )
    gaps_at: time = _setting(
        time(9), time_of_day, "time of day in Shanghai at which heads are told of gaps ahead"
    )
    secret_key: Secret | None = _setting(None, secret(16), "signs links; at least 16 characters")
    data: Path = _setting(lambda: user_data_path("yian"), Path, "folder of the embedded services")

    def environment(self) -> dict[str, str]:
        """Return them as the environment of a process that is to have the same."""
        values = {VARIABLES[one.name]: getattr(self, one.name) for one in fields(self)}
        return {variable: written(value) for variable, value in values.items() if value is not None}


VARIABLES = {one.name: f"YIAN_{one.name.upper()}" for one in fields(Settings)}
"""Name of a setting -> the variable that it is read from."""


def load(**overrides: Any) -> Settings:
    """Read the settings, `overrides` before the environment; raises BadInput that names the variable."""
    given = {name: value for name, value in overrides.items() if value is not None}
    for one in fields(Settings):
        text = os.environ.get(VARIABLES[one.name])
        if text is None or one.name in given:
            continue
        try:
            given[one.name] = one.metadata["read"](text)
        except ValueError as exc:
            hidden = "Secret" in str(one.type)
            raise BadInput(VARIABLES[one.name], str(exc), None if hidden else text) from exc
    return Settings(**given)
