"""What one device said in one message, put into events in the order that the rules rely on. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from model.errors import BadInput
from model.events import FIRE_KINDS, LIFE_SAFETY_KINDS, MOMENTARY_KINDS, Event, Kind, State, Value

ORDER = (
    Kind.TEST,  # first: an alarm during a fresh test is a test
    Kind.SMOKE,
    Kind.HEAT,
    Kind.CO,
    Kind.CALL_POINT,
    Kind.SOS,
    Kind.FALL,
    Kind.FENCE,
    Kind.TAMPER,
    Kind.FAULT,
    Kind.BATTERY_LOW,
    Kind.MUTE,
    Kind.OFF_BODY,
    Kind.DOOR,
    Kind.OFFLINE,
)
"""Order of states within one message; the report comes last."""


@dataclass(slots=True)
class Said:
    """One device's message while it is read: states, readings, and nothing that was not said.

    Several fields may speak about one kind; it is active if one of them says so and clear if all that spoke
    say so. `alive` asks for a report even without readings.
    """

    source: str
    address: str
    said_at: datetime | None = None
    key: str | None = None
    live: bool = True
    home: str | None = None
    alive: bool = False
    readings: dict[str, Value] = field(default_factory=dict[str, Value])
    _states: dict[Kind, bool] = field(default_factory=dict[Kind, bool])
    _details: dict[Kind, dict[str, Value]] = field(default_factory=dict[Kind, dict[str, Value]])

    def __post_init__(self) -> None:
        if not self.address:
            raise BadInput("address", "the name of a device")

    def state(self, kind: Kind, active: bool | None, **details: Value) -> None:
        """Note that a kind is active or clear; None says nothing."""
        if active is None:
            return
        self._states[kind] = active or self._states.get(kind, False)
        if details:
            self._details.setdefault(kind, {}).update(details)

    def forget(self, kind: Kind) -> None:
        """Take back a state, where another field says that it is not meant."""
        self._states.pop(kind, None)

    def says(self, kind: Kind) -> bool | None:
        """Return what has been noted about a kind so far."""
        return self._states.get(kind)

    def states(self) -> frozenset[Kind]:
        """Return the kinds that have been noted so far."""
        return frozenset(self._states)

    def reading(self, name: str, value: Value) -> None:
        """Note a reading; None says nothing."""
        if value is not None:
            self.readings[name] = value

    def only_as_test(self) -> None:
        """Turn fire states into a test: the device says that somebody pressed its test button."""
        for kind in FIRE_KINDS:
            self.forget(kind)
        self.state(Kind.TEST, True)

    def events(self) -> list[Event]:
        """Return the states in order, then one report if there were readings or signs of life."""
        said = [
            self._event(kind, State.ACTIVE if self._states[kind] else State.CLEAR)
            for kind in ORDER
            if kind in self._states and (self._states[kind] or kind not in MOMENTARY_KINDS)
        ]
        if self.readings or self.alive:
            said.append(self._event(Kind.REPORT, None))
        return said

    def _event(self, kind: Kind, state: State | None) -> Event:
        values = dict(self._details.get(kind, {}))
        # Who comes to help needs the last position and the battery beside the alarm itself.
        if kind is Kind.REPORT or (kind in LIFE_SAFETY_KINDS and state is State.ACTIVE):
            values = {**self.readings, **values}
        return Event(
            source=self.source,
            address=self.address,
            kind=kind,
            state=state,
            said_at=self.said_at,
            key=self.key,
            values=values,
            live=self.live,
            home=self.home,
        )
