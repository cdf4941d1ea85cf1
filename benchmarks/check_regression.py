"""Fails where a ratio is more than 20 % worse than the one kept.

    yian bench all --json > new.json
    python -m benchmarks.check_regression benchmarks/kept.json new.json
    python -m benchmarks.check_regression --keep benchmarks/kept.json new.json

For a scheduled run, not for every change: rates differ between machines and hours, ratios of a run much less,
so `--keep` keeps nothing else. A kind of benchmark that either file lacks is passed over, and said.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, cast

ALLOWED = 0.20
MORE_IS_BETTER = (
    "ingest.ratio_to_bare_paho",
    "ingest.ratio_to_one_insert",
    "ingest.ratio_to_node_red",
    "workers.most_to_least",
)
LESS_IS_BETTER = (
    "alarm.p50_to_floor",
    "alarm.p99_to_floor",
    "storage.after_retention_to_raw_year",
    "curves.replicas.cpu_last_to_first",
    "curves.devices.cpu_last_to_first",
    "curves.history_days.cpu_last_to_first",
    "curves.minutes.cpu_last_to_first",
    "curves.minutes.rss_last_to_first",
)
NEVER = (
    *("ingest.lost", "ingest.doubled", "storm.alerts_missed", "storm.out_of_order"),
    *("workers.lost", "workers.doubled"),
)
Figures = dict[str, Any]


def ratios(figures: Figures) -> Figures:
    """Return only what may be kept: the ratios, by benchmark."""
    kept: Figures = {}
    for name in (*MORE_IS_BETTER, *LESS_IS_BETTER):
        value = _at(figures, name)
        if value is None:
            continue
        *path, last = name.split(".")
        place = kept
        for step in path:
            place = place.setdefault(step, {})
        place[last] = value
    return kept


def passed_over(kept: Figures, new: Figures) -> list[str]:
    """Return the ratios that cannot be compared, since one of the files lacks them."""
    names = (*MORE_IS_BETTER, *LESS_IS_BETTER)
    return [name for name in names if _at(kept, name) is None or _at(new, name) is None]


def regressions(kept: Figures, new: Figures) -> list[str]:
    """Return what is worse, in words."""
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


def _at(figures: Figures, name: str) -> float | None:
    value: Any = figures
    for step in name.split("."):
        value = cast("Figures", value).get(step) if isinstance(value, dict) else None
    return value if isinstance(value, int | float) else None


def _read(name: str) -> Figures:
    try:
        read = json.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        sys.exit(f"{name}: {exc}")
    if not isinstance(read, dict):
        sys.exit(f"{name}: not the JSON object of `yian bench all --json`")
    return cast("Figures", read)


def main() -> int:
    """Compare two files; exit code 1 where something is worse, 2 where there is nothing to compare."""
    asked = argparse.ArgumentParser(description="compare the ratios of two runs of `yian bench all --json`")
    asked.add_argument("kept")
    asked.add_argument("new")
    asked.add_argument("--keep", action="store_true", help="write the ratios of NEW into KEPT instead")
    given = asked.parse_args()
    new = _read(given.new)
    if given.keep:
        Path(given.kept).write_text(json.dumps(ratios(new), indent=1) + "\n", encoding="utf-8")
        return 0
    kept = _read(given.kept)
    missing = passed_over(kept, new)
    for name in missing:
        print(f"{name}: not in both files, passed over")
    if len(missing) == len(MORE_IS_BETTER) + len(LESS_IS_BETTER):
        print("nothing can be compared")
        return 2
    found = regressions(kept, new)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
