"""The spread of a fire on the plans of its floors: what went active, where, when and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg import Connection

from store import plans
from store.plans import DeviceOnPlan, ExitOnPlan, FloorRow

State = Literal["active", "over", "quiet"]
_MARGIN_M = 3.0


@dataclass(frozen=True, slots=True)
class PlanDevice:
    """平面图上的设备 A device; `order` counts from the first that went active, in the whole incident."""

    device_id: int
    name: str
    kind: str
    place: str
    x_m: float | None
    y_m: float | None
    state: State
    order: int | None
    active_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanExit:
    """出入口 A door on the plan."""

    exit_id: int
    name: str
    leads_outside: bool
    x_m: float
    y_m: float


@dataclass(frozen=True, slots=True)
class Floor:
    """一层平面图 A floor: metres from the upper left corner, devices in the order of the spread, doors.

    `width_m` and `depth_m` are those of the register, else as much as the devices need.
    """

    floor_id: int
    path: tuple[str, ...]
    width_m: float
    depth_m: float
    devices: tuple[PlanDevice, ...]
    exits: tuple[PlanExit, ...]

    @property
    def affected(self) -> tuple[PlanDevice, ...]:
        """Return the devices that went active, in order."""
        return tuple(one for one in self.devices if one.order is not None)

    @property
    def placed(self) -> tuple[PlanDevice, ...]:
        """Return the devices that can be drawn; the affected ones last, so that they lie on top."""
        drawn = [one for one in self.devices if one.x_m is not None]
        return tuple(sorted(drawn, key=lambda one: one.order is not None))


def floors_of(conn: Connection, incident_id: int) -> tuple[Floor, ...]:
    """Return the floors of the buildings in which an incident's fire is; none for what is no fire."""
    devices = plans.devices(conn, incident_id)
    floor_ids = sorted({one.floor_id for one in devices})
    if not floor_ids:
        return ()
    return arrange(devices, plans.floors(conn, floor_ids), plans.exits(conn, floor_ids))


def arrange(
    devices: Sequence[DeviceOnPlan], floors: Sequence[FloorRow], exits: Sequence[ExitOnPlan]
) -> tuple[Floor, ...]:
    """Return floors with what stands on them; `devices` come in the order in which they went active. Pure."""
    order = {one.device_id: number for number, one in enumerate((d for d in devices if d.active_at), start=1)}
    found: list[Floor] = []
    for floor in floors:
        here = [one for one in devices if one.floor_id == floor.floor_id]
        doors = [one for one in exits if one.floor_id == floor.floor_id]
        found.append(
            Floor(
                floor.floor_id,
                tuple(floor.path),
                floor.width_m or _extent([one.x_m for one in [*here, *doors]]),
                floor.depth_m or _extent([one.y_m for one in [*here, *doors]]),
                tuple(_device(one, order.get(one.device_id)) for one in here),
                tuple(PlanExit(one.exit_id, one.name, one.leads_outside, one.x_m, one.y_m) for one in doors),
            )
        )
    return tuple(found)


def _extent(metres: Sequence[float | None]) -> float:
    return max((one for one in metres if one is not None), default=0.0) + _MARGIN_M


def _device(one: DeviceOnPlan, order: int | None) -> PlanDevice:
    state: State = "active" if one.is_active else "quiet" if order is None else "over"
    return PlanDevice(
        one.device_id, one.name, one.kind, one.place, one.x_m, one.y_m, state, order, one.active_at
    )
