"""What is inside a payload: JSON read with limits, and single values read without trust. Pure.

Foreign numbers come as strings, as floats that stand for flags, as NaN and as `null`; none of these may stop
a message, so each reader returns None for what it cannot use (wire-format rules 2 and 7).
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Iterator
from typing import cast

from model.errors import BadInput

LARGEST_BYTES = 64 * 1024
"""Source: our choice; the largest documented device message is some 6 KiB."""

TEXT_LONGEST = 200
TOPIC_LONGEST = 512
"""Addresses are made of topics and are indexed; PostgreSQL indexes up to some 2,700 bytes."""

Object = dict[str, object]

_NUMBER = re.compile(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,3})?", re.ASCII)

_UNFIT = re.compile("[\x00-\x1f\ud800-\udfff]")
"""Control characters and half surrogates, which no store accepts."""


def _unknown(_name: str) -> None:
    """Read NaN and the infinities, which are not JSON, as unknown."""


_DECODER = json.JSONDecoder(parse_constant=_unknown)


def plain_text(payload: bytes, largest_bytes: int = LARGEST_BYTES) -> str:
    """Return the payload as text. Raises BadInput where it is too large or not UTF-8."""
    if len(payload) > largest_bytes:
        raise BadInput("payload", f"at most {largest_bytes} bytes", len(payload))
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise BadInput("payload", "UTF-8 text", payload[:40]) from exc


def topic_levels(topic: str) -> list[str]:
    """Return the levels of a topic. Raises BadInput where it is too long or holds what no store accepts."""
    if len(topic) > TOPIC_LONGEST:
        raise BadInput("topic", f"at most {TOPIC_LONGEST} characters", topic)
    if not topic or _UNFIT.search(topic):
        raise BadInput("topic", "text without control characters", topic)
    return topic.split("/")


def json_value(payload: bytes, largest_bytes: int = LARGEST_BYTES) -> object:
    """Return what the payload holds as JSON. Raises BadInput where it holds none."""
    written = plain_text(payload, largest_bytes)
    try:
        return cast("object", _DECODER.decode(written))
    except (ValueError, RecursionError) as exc:
        raise BadInput("payload", "JSON", written[:60]) from exc


def json_object(payload: bytes, largest_bytes: int = LARGEST_BYTES) -> Object:
    """Return the payload's JSON object. Raises BadInput where it is something else."""
    value = json_value(payload, largest_bytes)
    if not isinstance(value, dict):
        raise BadInput("payload", "a JSON object", value)
    return cast("Object", value)


def members(value: object) -> Object:
    """Return a JSON object's members; an empty one for anything else, such as the `[]` of PHP relays."""
    return cast("Object", value) if isinstance(value, dict) else {}


def elements(value: object) -> list[object]:
    """Return a JSON array's elements; an empty list for anything else."""
    return cast("list[object]", value) if isinstance(value, list) else []


def objects(value: object) -> Iterator[Object]:
    """Go through those elements of a JSON array that are objects."""
    for element in elements(value):
        if isinstance(element, dict):
            yield cast("Object", element)


def found(value: object, path: str) -> object:
    """Return what stands at a dotted path, None where there is nothing."""
    if "." not in path:
        return members(value).get(path)
    for step in path.split("."):
        value = members(value).get(step)
    return value


def text(value: object, longest: int = TEXT_LONGEST) -> str | None:
    """Return a string that every store accepts: no control characters, no half surrogates."""
    if not isinstance(value, str):
        return None
    return _UNFIT.sub("", value[: longest * 2]).strip()[:longest] or None


def identity(value: object) -> str | None:
    """Return an identifier as text; makes write the same one as a string here and as a whole number there."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return str(value)
    return text(value)


def number(value: object) -> float | None:
    """Return a finite number, also from a string such as "100.00"; None for booleans and all else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):  # a union is checked slower
        return None
    if isinstance(value, str):
        value = value.strip()[:48]
        if not _NUMBER.fullmatch(value):
            return None
    try:
        read = float(value)
    except OverflowError:
        return None
    return read if math.isfinite(read) else None


def whole(value: object) -> int | None:
    """Return a number that has no fraction (codecs write flags and codes as 1.0), else None."""
    read = number(value)
    return int(read) if read is not None and read == int(read) else None


def within(value: object, low: float, high: float) -> float | None:
    """Return a number between the two bounds (both included), else None."""
    read = number(value)
    return read if read is not None and low <= read <= high else None


def from_base64(value: object) -> bytes | None:
    """Return the bytes of a base64 string, None where it is none; breaks and missing padding are usual."""
    if not isinstance(value, str):
        return None
    written = "".join(value.split()).rstrip("=")
    try:
        return base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
