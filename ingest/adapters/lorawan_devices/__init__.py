"""LoRaWAN models, one file each; which of them a message is from. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.adapters import unpack
from ingest.adapters.lorawan_devices import (
    abeeway,
    generic,
    gs524n,
    milesight,
    moko,
    netvox,
    nexelec,
    sd1001,
    t1000,
    tg563a,
    trackerd,
)
from ingest.adapters.lorawan_devices.profile import Profile
from ingest.adapters.unpack import Object
from model.errors import BadInput

PROFILES = (
    tg563a.PROFILE,
    sd1001.PROFILE,
    gs524n.PROFILE,
    netvox.DETECTOR,
    netvox.BUTTON,
    nexelec.PROFILE,
    milesight.TRACKER,
    milesight.SOS_BUTTON,
    trackerd.PROFILE,
    t1000.PROFILE,
    abeeway.PROFILE,
    moko.PROFILE,
)


SAYS_ITS_MODEL = ("Device", "deviceModel", "model")
"""Fields in which codecs write the model."""


def pick(models: Iterable[object], labels: Iterable[object], body: Object | None) -> Profile:
    """Return the profile that a model's name means, else the one whose fields these are, else one by a label.

    A label (what people call the device, a tag) comes last: "guard room" is no make. Generic where none fits.
    """
    said = () if body is None else (body.get(name) for name in SAYS_ITS_MODEL)
    profile = _by_name((*models, *said))
    if profile is None and body is not None:
        profile = next((known for known in PROFILES if known.wrote(body)), None)
    return profile or _by_name(labels) or generic.PROFILE


def frame(sent: object, decoded: Object | None) -> bytes | None:
    """Return a frame's bytes, None where there are none. Raises BadInput where nothing else could be read."""
    data = unpack.from_base64(sent)
    if data is None and decoded is None and sent is not None:
        raise BadInput("data", "base64", sent)
    return data


def _by_name(names: Iterable[object]) -> Profile | None:
    for name in names:
        if isinstance(name, str):
            for profile in PROFILES:
                if profile.is_meant_by(name):
                    return profile
    return None
