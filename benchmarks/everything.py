"""All benchmarks one after another, as one object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks import alarm, annual, board, curves, ingest, queries, storage, storm, workers
from benchmarks.stand import machine

Say = Callable[[str], None]
BENCHMARKS: dict[str, Callable[[Say], dict[str, Any]]] = {
    "ingest": lambda say: ingest.run(say=say),
    "alarm": lambda say: alarm.run(say=say),
    "storm": lambda say: storm.run(say=say),
    "query": lambda say: queries.run(say=say),
    "storage": lambda say: storage.run(say=say),
    "workers": lambda say: workers.run(say=say),
    "curves": lambda say: curves.run(say=say),
    "report": lambda say: annual.run(say=say),
    "board": lambda say: board.run(say=say),
}


def run(say: Say) -> dict[str, Any]:
    """Run all and return their figures by name, with the machine's description."""
    found = {name: bench(say) for name, bench in BENCHMARKS.items()}
    for figures in found.values():
        figures.pop("machine", None)
    return {**found, "machine": machine()}
