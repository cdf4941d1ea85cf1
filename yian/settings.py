"""Settings: read once from the environment (YIAN_...) and passed on as arguments."""

from __future__ import annotations

import json
import os
import re
import ssl
from datetime import time
from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from alerts.channels import subscription
from model.broker import BrokerLogin
from model.errors import BadInput


def _listed(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError('a JSON list of texts, as ["one", "two"]') from None


def _filters(filters: tuple[str, ...]) -> tuple[str, ...]:
    """Return topic filters that a broker takes; one that it does not would cost the others their lane too."""
    for one in filters:
        levels = one.split("/")
        wild = [level for level in levels if "+" in level or "#" in level]
        if not one or "\0" in one or "#" in levels[:-1] or not set(wild) <= {"+", "#"}:
            raise ValueError(
                f"topic filters of MQTT, with + and # alone in their level and # last, not {one!r}"
            )
    return filters


def _topics(topics: tuple[str, ...]) -> tuple[str, ...]:
    for one in topics:
        if not one.strip("/") or one != one.strip("/") or set(one) & set("+#\0"):
            raise ValueError(f"topics without a wildcard or a slash at an end, not {one!r}")
    return topics


def _address(url: SecretStr) -> SecretStr:
    # Not every command needs the driver, and it is large.
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(url.get_secret_value())
    except psycopg.Error as exc:
        raise ValueError("the address of a database, as postgresql://USER@HOST/NAME") from exc
    return url


Listed = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""In the environment a list is JSON."""


class Settings(BaseModel):
    """How this process reaches its database and broker, and where it listens.

    Deadlines and thresholds are not here: they are data with defaults and sources (alerts.classes).
    """

    model_config = ConfigDict(frozen=True)

    database_url: Annotated[SecretStr, AfterValidator(_address)] | None = Field(
        None, description="postgresql:// address of the database"
    )
    mqtt_host: str = Field("127.0.0.1", description="host of the MQTT broker")
    mqtt_port: int = Field(1883, ge=1, le=65535, description="port of the MQTT broker")
    mqtt_username: str | None = Field(None, description="login at the broker")
    mqtt_password: SecretStr | None = Field(None, description="password at the broker")
    mqtt_tls_ca: Path | None = Field(None, description="certificate authority of the broker; turns TLS on")
    mqtt_shared: bool = Field(False, description="subscribe shared (MQTT 5), for several ingest replicas")
    mqtt_window: int = Field(1000, ge=1, le=65535, description="messages in flight before the broker waits")
    replica: str = Field(
        "1", pattern=r"^[A-Za-z0-9_-]{1,32}$", description="name of this replica, kept over restarts"
    )
    zigbee_bases: Annotated[Listed, AfterValidator(_topics)] = Field(
        ("zigbee2mqtt",), description="base topics of Zigbee2MQTT, as a JSON list"
    )
    foreign_topics: Annotated[Listed, AfterValidator(_filters)] = Field(
        (), description="topic filters of other makes, as a JSON list"
    )
    http_host: str = Field("127.0.0.1", description="where the API and the board listen")
    http_port: int = Field(
        8000, ge=0, le=65535, description="port of the API and the board; 0 takes a free one"
    )
    public_url: str | None = Field(None, description="how people reach the board, for links in messages")
    trusted_proxies: Listed = Field(
        (), description="addresses of reverse proxies whose X-Forwarded-For is believed, as a JSON list"
    )
    import_mb: int = Field(20, ge=1, le=50, description="largest file that the board imports, in MB")
    photo_mb: int = Field(15, ge=1, le=100, description="largest photo that the board takes, in MB")
    dead_letter_days: int = Field(
        400,
        ge=7,
        le=36_500,
        description="days that a message which could not be read is kept after it last came",
    )
    push_services: Listed = Field(
        subscription.SERVICES,
        description="push services that a browser may name, hosts or origins, as a JSON list",
    )
    gaps_at: time = Field(
        time(9), description="time of day in Shanghai at which heads are told of gaps ahead"
    )
    secret_key: SecretStr | None = Field(
        None, min_length=16, description="signs links; at least 16 characters"
    )
    data: Path = Field(
        default_factory=lambda: user_data_path("yian"), description="folder of the embedded services"
    )

    def broker(self) -> BrokerLogin:
        """Return the broker that devices speak and listen to, with our login.

        Raises BadInput where the certificate authority cannot be read.
        """
        password, tls_ca = self.mqtt_password, self.mqtt_tls_ca
        if tls_ca is not None:
            try:
                ssl.create_default_context(cafile=tls_ca)
            except OSError as exc:
                raise BadInput(
                    VARIABLES["mqtt_tls_ca"], "a file with certificates in PEM", str(tls_ca)
                ) from exc
        return BrokerLogin(
            self.mqtt_host,
            self.mqtt_port,
            self.mqtt_username,
            password.get_secret_value() if password else None,
            str(tls_ca) if tls_ca else None,
        )

    def environment(self) -> dict[str, str]:
        """Return them as the environment of a process that is to have the same."""
        return {VARIABLES[name]: _written(value) for name, value in self if value is not None}


VARIABLES = {name: f"YIAN_{name.upper()}" for name in Settings.model_fields}
"""Name of a setting -> the variable that it is read from."""


def load(**overrides: object) -> Settings:
    """Read the settings, `overrides` before the environment; raises BadInput that names the variable."""
    given = {name: os.environ[variable] for name, variable in VARIABLES.items() if variable in os.environ}
    given |= {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings.model_validate(given)
    except ValidationError as exc:
        first = exc.errors()[0]
        name = str(first["loc"][0])
        hidden = "SecretStr" in str(Settings.model_fields[name].annotation)
        said = re.sub(_PREAMBLE, "", first["msg"]).replace(" items after validation", " characters")
        raise BadInput(VARIABLES[name], said, None if hidden else first["input"]) from exc


_PREAMBLE = re.compile("^(Value error, |Input should be |Value should have |String should )")
"""How pydantic begins the sentences that we begin with "expected"."""


def _written(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return json.dumps(value) if isinstance(value, bool | tuple) else str(value)
