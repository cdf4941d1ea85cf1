"""Samples of real devices, where they lie beside the repository, and a short way to write down events."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from model.events import Event, State

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"


@dataclass(frozen=True)
class Sample:
    """One message as it was on the wire, with what it means in words."""

    topic: str
    payload: bytes
    meaning: str


def _bytes(payload: Any) -> bytes:
    match payload:
        case {"text": str(written), **rest} if not rest:
            return written.encode()
        case {"base64": str(written), **rest} if not rest:
            return base64.b64decode(written)
        case {"hex": str(written), **rest} if not rest:
            return bytes.fromhex(written)
        case other:
            return json.dumps(other).encode()


@pytest.fixture
def samples() -> Callable[[str, int], list[Sample]]:
    """Return a reader of a format's samples; a test is skipped where the set is missing or another one."""

    def read(name: str, count: int) -> list[Sample]:
        path = SAMPLES / f"{name}.jsonl"
        if not path.exists():
            pytest.skip("no samples of real devices beside the repository")
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        if len(lines) != count:
            pytest.skip(f"another set of {name} samples: {len(lines)} instead of {count}")
        return [Sample(line["topic"], _bytes(line["payload"]), line["meaning"]) for line in lines]

    return read


@pytest.fixture
def short() -> Callable[[Iterable[Event]], str]:
    """Return a writer of events as words: `smoke+ battery_low- report`; `~` marks what is not live."""

    def write(events: Iterable[Event]) -> str:
        sign = {State.ACTIVE: "+", State.CLEAR: "-", None: ""}
        return " ".join(e.kind.value + sign[e.state] + ("" if e.live else "~") for e in events)

    return write
