"""Topic -> adapter -> events: whatever came, the outcome is events or a reason, never an exception."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

from ingest import quick
from ingest.adapters import Decoder, pick
from ingest.messages import Decoded, Message, Unreadable
from model.errors import BadInput

PAYLOAD_MAX = 8 * 1024 * 1024
"""Bytes; the list of devices that a large Zigbee bridge retains is the largest that is meant to come."""


def decode(message: Message, bases: Sequence[str]) -> Decoded:
    """Read a message with the adapter that claims its topic."""
    try:
        return _read(message, bases)
    except BadInput as exc:
        return Decoded(message, unreadable=Unreadable(str(exc)))
    except Exception as exc:  # noqa: BLE001 - a bug in an adapter must not stop the messages behind this one
        return Decoded(message, unreadable=Unreadable(f"our fault: {exc!r}", traceback.format_exc()))


def _read(message: Message, bases: Sequence[str]) -> Decoded:
    plain = quick.read(message.topic, message.payload)
    if plain is not None:
        return Decoded(message, tuple(plain))
    if len(message.payload) > PAYLOAD_MAX:
        return Decoded(
            message,
            unreadable=Unreadable(
                f"payload: expected at most {PAYLOAD_MAX} bytes, got {len(message.payload)}"
            ),
        )
    decoder: Decoder | None = pick(message.topic, bases)
    if decoder is None:
        return Decoded(message, unreadable=Unreadable("topic: expected one that a configured format claims"))
    return Decoded(message, tuple(decoder(message.topic, message.payload, message.arrived_at)))
