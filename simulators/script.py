"""The words in which a scenario is written down: what happens when, and what must come of it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from model.alerts import AlertClass, Outcome
from model.devices import DeviceKind
from model.errors import Missing
from model.events import Kind
from model.registers import DeviceEntry
from simulators.building import zone_of
from simulators.county import County, Size
from simulators.fittings import NATIVE, ZIGBEE
from simulators.fleet import Action, Say
from simulators.truth import Expected


@dataclass(frozen=True, slots=True)
class Step:
    """Actions of one moment, in seconds from the beginning of the scenario."""

    after_s: float
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """An alert that must follow; `outcome` is what a person who looks will find."""

    alert_class: AlertClass
    after_s: float
    within_s: float
    device: str | None
    home: str | None
    zone: tuple[str, ...] | None
    unregistered: bool
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens and what must come of it.

    `incidents` is the number of incidents in which the alerts must gather, None where it does not matter;
    `true_causes` and `false_causes` count what really happened behind the messages.
    """

    name: str
    title: str
    steps: tuple[Step, ...]
    truth: tuple[Truth, ...] = ()
    incidents: int | None = None
    true_causes: int = 0
    false_causes: int = 0
    dead_letters: int = 0
    own_pace: bool = False
    """Whether it waits for limits of the service and cannot be played faster."""

    @property
    def seconds(self) -> float:
        """How long it plays, at its own speed."""
        return max((step.after_s for step in self.steps), default=0.0)

    def expected(self, started_at: datetime, speed: float) -> list[Expected]:
        """Return the truth in the time of a performance; `within` is the service's and does not shrink."""
        return [
            Expected(
                one.alert_class,
                started_at + timedelta(seconds=one.after_s / speed),
                timedelta(seconds=one.within_s),
                one.device,
                one.home,
                one.zone,
                one.unregistered,
            )
            for one in self.truth
        ]


@dataclass(slots=True)
class Cast:
    """Hands out devices and zones of a county, each only once, and none that is `busy` already."""

    county: County
    rng: Random
    busy: set[str] = field(default_factory=set[str])

    def device(
        self,
        kind: DeviceKind,
        source: str = NATIVE,
        *,
        fire: bool = False,
        wanted: Callable[[DeviceEntry], bool] = lambda _: True,
    ) -> DeviceEntry:
        """Return a free device; where `fire` is played, one whose whole zone is free.

        Raises Missing where the county has none left.
        """
        free = [
            one
            for one in self.county.devices(kind)
            if one.source == source and self.busy.isdisjoint(keys_of(one, fire=fire)) and wanted(one)
        ]
        if not free:
            raise Missing(f"no free {kind} of {source} in the simulated county")
        return self.take(self.rng.choice(free), fire=fire)

    def detector(self) -> DeviceEntry:
        """Return a detector of which no fire is played."""
        return self.device(DeviceKind.DETECTOR)

    def lone_detector(self) -> DeviceEntry:
        """Return a detector that may say fire: no other fire is near it."""
        return self.device(DeviceKind.DETECTOR, fire=True)

    def zigbee(self, *, fire: bool = False) -> DeviceEntry:
        """Return a detector behind a Zigbee bridge, or another one in a county that has no bridge."""
        bridged = any(one.source == ZIGBEE for one in self.county.registers.sources)
        return self.device(DeviceKind.DETECTOR, ZIGBEE if bridged else NATIVE, fire=fire)

    def stranger(self, home: str) -> str:
        """Return an address in a home that nobody registered and nobody has heard of lately."""
        while (address := f"{home}-x{self.rng.randrange(10**6):06d}") in self.busy:
            pass
        self.busy.add(address)
        return address

    def wristband(self) -> DeviceEntry:
        """Return a wristband."""
        return self.device(DeviceKind.WRISTBAND)

    def quick(self) -> DeviceEntry:
        """Return a detector that must report every few seconds."""
        return self.device(DeviceKind.DETECTOR, wanted=lambda one: one.report_every <= timedelta(minutes=1))

    def zone(self, count: int) -> list[DeviceEntry]:
        """Return `count` native detectors of one free zone. Raises Missing where there is no such zone."""
        by_zone: dict[str, list[DeviceEntry]] = {}
        for one in self.county.devices(DeviceKind.DETECTOR):
            keys = keys_of(one, fire=True)
            if one.source == NATIVE and self.busy.isdisjoint(keys):
                by_zone.setdefault(zone_key(one), []).append(one)
        zones = [group for group in by_zone.values() if len(group) >= count]
        if not zones:
            raise Missing(f"no free zone with {count} detectors in the simulated county")
        chosen = self.rng.sample(self.rng.choice(zones), count)
        for one in chosen:
            self.take(one, fire=True)
        return chosen

    def take(self, device: DeviceEntry, *, fire: bool = False) -> DeviceEntry:
        """Mark a device as busy, and its zone where a fire is played."""
        self.busy |= keys_of(device, fire=fire)
        return device


def keys_of(device: DeviceEntry, *, fire: bool) -> set[str]:
    """Return the names under which a device makes itself, and its zone by a fire, busy."""
    return {device.address, zone_key(device)} if fire else {device.address}


def zone_key(device: DeviceEntry) -> str:
    """Return the name under which a device's zone is busy."""
    return "/".join((device.home, *(zone_of(device) or ("", device.address))))


@dataclass(frozen=True, slots=True)
class Script:
    """A scenario for any county of at least this size; `answered`: people answer meanwhile."""

    name: str
    title: str
    size: Size
    write: Callable[[Cast], Scenario]
    answered: bool = False


def at(seconds: float, *actions: Action) -> Step:
    """Say what happens at a moment."""
    return Step(seconds, actions)


def say(device: DeviceEntry, **states: bool) -> Say:
    """Let a device say that kinds are so or not so: `say(d, smoke=True)`."""
    return Say(device.address, tuple((Kind(kind), active) for kind, active in states.items()))


def expect(
    alert_class: str,
    device: DeviceEntry | str | None = None,
    *,
    after: float,
    within: float = 5.0,
    zone_of_device: DeviceEntry | None = None,
    home: str | None = None,
    unregistered: bool = False,
    outcome: Outcome = Outcome.FALSE,
) -> Truth:
    """Say which alert must be raised, about which device or zone, in the `within` seconds from `after` on."""
    return Truth(
        AlertClass(alert_class),
        after,
        within,
        device.address if isinstance(device, DeviceEntry) else device,
        zone_of_device.home if zone_of_device is not None else home,
        zone_of(zone_of_device) if zone_of_device is not None else None,
        unregistered,
        outcome,
    )
