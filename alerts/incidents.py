"""Which alerts belong together. Pure."""

from __future__ import annotations

from model.devices import Device


def scope_of(family: str, device: Device) -> str:
    """Return the scope within which alerts of one family are one incident.

    Fire gathers by building, else by home: one fire with forty detectors is one incident. What concerns one
    person or one device gathers there.
    """
    if family != "fire":
        return f"device:{device.device_id}"
    if device.building_id is not None:
        return f"building:{device.building_id}"
    return f"home:{device.home_id}" if device.home_id is not None else f"device:{device.device_id}"
