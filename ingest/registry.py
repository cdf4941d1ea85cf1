"""Which device is behind an address; known ones are remembered for a few seconds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from datetime import datetime, timedelta

from model.devices import Device
from model.events import Event
from store import addresses as addresses_of
from store import devices
from store.sql import Conn

FRESH_FOR = timedelta(seconds=10)
"""So soon a device that is entered, moved or retired is seen as such. Source: our choice."""


class Registry:
    """The registry as one lane sees it; it remembers together with the one that it stands `beside`.

    Only registered devices are remembered, as they were committed, so it does not matter who asked for them:
    an alarm of a device that has just reported need not ask. Either may forget while the other works.
    """

    def __init__(self, beside: Registry | None = None) -> None:
        self._known: dict[tuple[str, str], Device] = {} if beside is None else beside._known
        self._strangers: dict[tuple[str, str], Device] = {}
        self._since: datetime | None = None

    def refresh(self, now: datetime) -> None:
        """Forget what has been remembered for too long."""
        if self._since is None or now - self._since > FRESH_FOR:
            self._known.clear()
            self._since = now

    def forget(self) -> None:
        """Forget everything: a transaction that may have entered devices was rolled back."""
        self._known.clear()
        self._strangers.clear()

    def learn(self, conn: Conn, events: Iterable[Event], named: Set[tuple[str, str]]) -> None:
        """Ask for all devices behind these events that are not remembered, at once; quarantine the strangers.

        Strangers are entered in the order of their addresses, since two lanes that enter the same ones in
        opposite order would wait for each other. What is `named` just now is asked for in its turn.
        """
        self._strangers.clear()
        unknown = {
            key: event for event in events if (key := (event.source, event.address)) not in self._known
        }
        if len(unknown) < 2:
            return
        found = addresses_of.find_devices(conn, sorted(unknown))
        for key in sorted(unknown):
            device = found.get(key)
            if device is None and key in named:
                continue
            device = device or devices.quarantine(conn, *key, unknown[key].home)
            (self._known if device.registered else self._strangers)[key] = device

    def homes_of(
        self, conn: Conn, addresses: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], int | None]:
        """Return the home of each of these addresses that is registered."""
        known = {key: device for key in addresses if (device := self._known.get(key)) is not None}
        unknown = sorted(set(addresses) - known.keys())
        if unknown:
            found = addresses_of.find_devices(conn, unknown)
            known |= {key: device for key, device in found.items() if device.registered}
            self._known.update(known)
        return {key: device.home_id for key, device in known.items()}

    def device(self, conn: Conn, event: Event) -> Device:
        """Return the device that said it, quarantined where nobody has registered it."""
        key = (event.source, event.address)
        known = self._known.get(key) or self._strangers.get(key)
        if known is None:
            known = devices.find_device(conn, *key) or devices.quarantine(conn, *key, event.home)
            if known.registered:
                self._known[key] = known
        return known

    def device_of_alarm_topic(self, conn: Conn, topic: str) -> Device | None:
        """Return the registered device whose own alarm topic this is: what it said must not go unheard."""
        parts = topic.split("/")
        if len(parts) != 5 or parts[:2] != ["yian", "v1"] or parts[4] != "alarm":
            return None
        device = devices.find_device(conn, "yian", parts[3])
        return device if device is not None and device.registered else None

    def rename(self, conn: Conn, source: str, address: str, alias: str) -> None:
        """Let a name point at a device."""
        if devices.set_alias(conn, source, address, alias):
            self._known.pop((source, alias), None)
            self._strangers.pop((source, alias), None)
