"""The MQTT broker, as whoever connects to it must know it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrokerLogin:
    """Where the broker is and how to log in; `port` is a TCP port, `tls_ca` a file, None is without TLS."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls_ca: str | None = None
