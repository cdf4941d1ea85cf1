"""Fails where a ratio is more than 20 % worse than the one kept.

    yian bench all --json > new.json && python -m benchmarks.check_regression benchmarks/kept.json new.json

For a scheduled run, not for every change: rates differ between machines and hours, ratios of a run much less.
Both files are the JSON of `yian bench all --json`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ALLOWED = 0.20
MORE_IS_BETTER = ("ingest.ratio_to_bare_paho", "ingest.ratio_to_one_insert", "ingest.ratio_to_node_red")
LESS_IS_BETTER = ("alarm.p50_to_floor", "alarm.p99_to_floor")
NEVER = ("ingest.lost", "ingest.doubled", "storm.alerts_missed", "storm.out_of_order")


def regressions(kept: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what is worse, in words; what either run did not measure is passed over."""
    found: list[str] = []
    for name in (*MORE_IS_BETTER, *LESS_IS_BETTER):
        before, now = _at(kept, name), _at(new, name)
        if before is None or now is None:
            continue
        worse = now < before * (1 - ALLOWED) if name in MORE_IS_BETTER else now > before * (1 + ALLOWED)
        if worse:
            found.append(f"{name}: {before} became {now}")
    found += [f"{name}: {count} and not 0" for name in NEVER if (count := _at(new, name))]
    return found


def _at(figures: dict[str, Any], name: str) -> float | None:
    value: Any = figures
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType]
    return value if isinstance(value, int | float) else None


def main() -> int:
    """Compare two files; exit code 1 where something is worse."""
    kept, new = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    found = regressions(kept, new)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
