"""NB-IoT smoke detectors behind a platform, one make a file; envelopes are read elsewhere. Pure."""

from __future__ import annotations

from ingest.adapters import thing_model, unpack
from ingest.adapters.nb_iot import huaqiang, infotrans, lian, nb301
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput


def note(data: Object, said: Said) -> list[Said]:
    """Note what a device's data say; return what they say of other devices, such as a panel's components.

    Raises BadInput where a frame of a known make cannot be read.
    """
    service = unpack.members(data.get("serviceData"))
    thing_model.note({**data, **service}, said)
    if lian.STATUS in service or lian.STATUS in data:
        lian.note(service or data, said)
    if nb301.STATE in data:
        nb301.note_state(data, said)
    written = unpack.text(data.get("Data"))
    if written is not None:
        nb301.note_text(written, said)
    sent = unpack.from_base64(data.get("APPdata"))
    if sent is None:
        if data.get("APPdata") is not None:
            raise BadInput("APPdata", "base64", data.get("APPdata"))
        return []
    if sent.lstrip().startswith(b"{"):
        return infotrans.read(sent, said)
    if sent.startswith(huaqiang.PREFIX):
        huaqiang.note(sent, said)
    elif sent.isascii():
        nb301.note_text(sent.decode("ascii"), said)
    return []
