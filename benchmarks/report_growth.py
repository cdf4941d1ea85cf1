"""The sections of docs/performance.md on what grows: queries, storage, workers, curves."""

from __future__ import annotations

from typing import Any

from benchmarks.tables import Figures, bars, table

_CURVES = {
    "replicas": "Ingest workers on one share",
    "devices": "Registered devices",
    "history_days": "Stored history, days",
    "minutes": "Minutes at a steady rate",
}


def query(found: Figures) -> str:
    """Return the queries, each beside its direct twin."""
    rows = [
        (name.replace("_", " "), took["p50"], took["p99"], took["direct_p50"], took["direct_p99"], took["kb"])
        for name, took in found["queries_ms"].items()
    ]
    return f"""## Queries: `yian bench query --json`

Over HTTP, logged in, one after another: {found["readings"]:,} readings of 30 days and {found["days"]} days of
rollups of {found["devices"]:,} devices, {found["incidents"]:,} incidents. ms; aim p99 under 50, the slowest
here {found["slowest_p99_ms"]}. Beside each, in the same run, the same question by direct SQL to the rows
themselves, without rollups, HTTP and rights.

{table(("", "p50", "p99", "direct p50", "direct p99", "KB"), rows)}
What a plan reads is a test: `tests/store/test_plans.py`.
"""


def storage(found: Figures) -> str:
    """Return the bytes of a device and year, and a province on paper."""
    kept, province = found["kept_bytes_per_device"], found["province"]
    rows: list[tuple[Any, ...]] = [
        ("a reading with its indexes", found["bytes_per_reading"]),
        ("an hour of a device", found["bytes_per_hour"]),
        ("a day of a device", found["bytes_per_day"]),
        ("an incident with alert, log and messages", found["bytes_per_incident"]),
        ("a device and year, raw, were all kept", found["raw_bytes_per_device_year"]),
        ("a device and year in rollups", found["rollup_bytes_per_device_year"]),
        ("a device after retention: readings of 30 days", kept["raw"]),
        ("... hours of 92 days", kept["hours"]),
        ("... days of a year", kept["days"]),
        ("a reading in a columnstore", found["compressed_bytes_per_reading"]),
    ]
    on_paper = ", ".join(f"{name.replace('_', ' ')}: {value:,}" for name, value in province.items())
    why = f"Not compressed: {found['why_not_compressed']}." if found["why_not_compressed"] else ""
    return f"""## Storage: `yian bench storage --json`

A device reports each 133 s on average; kept is {found["after_retention_to_raw_year"]:.0%} of a raw year.
{why}

{table(("", "bytes"), rows)}
On paper, a province: {on_paper}.
"""


def workers(found: Figures) -> str:
    """Return what a second worker brings, and what a killed one costs."""
    rows = [(count, rate, found["cpu_us_per_message"][count]) for count, rate in found["rates"].items()]
    killed = found["killed"]
    return f"""## Workers on one share: `yian bench workers --json`

{table(("workers", "messages a second", "CPU us per message, all three parts"), rows)}
{found["most_to_least"]} times as fast (aim 1.7 where cores allow); one worker with broker and database keeps
{found["cores_of_least"]} cores busy, so the cores here allow {found["most_that_cores_allow"]} times at most.
Lost {found["lost"]}, doubled {found["doubled"]}.

The weak point: of two workers one was killed; until it came back, {killed["held_back_until_its_return"]:,}
messages stayed in its session at this broker, and {killed["stored_after_its_return_s"]} s after its return
all were stored.
"""


def curves(found: Figures) -> str:
    """Return each curve as bars, with its slope."""
    parts = ["## What does not grow: `yian bench curves --json`\n"]
    parts.append(
        "CPU per message of ingest, broker and database together. The slope is the last point to the first,\n"
        "of the minutes the last third to the first.\n"
    )
    for name, title in _CURVES.items():
        curve = found[name]
        points = [(f"{point['x']:,}", point["cpu_us_per_message"]) for point in curve["points"]]
        slope = f"CPU {curve['cpu_last_to_first']} x, memory {curve['rss_last_to_first']} x"
        if name != "minutes":
            slope += f"; CPU per tenfold {curve['cpu_per_tenfold']} x"
        rates = ", ".join(f"{point['rate']:,}" for point in curve["points"])
        ours = [point["ingest_cpu_us"] for point in curve["points"] if "ingest_cpu_us" in point]
        alone = f" Ingest alone, us: {', '.join(str(one) for one in ours)}." if ours else ""
        parts.append(f"**{title}**: {slope}. Messages a second: {rates}.{alone}\n\n{bars(points, 'us')}")
    return "\n".join(parts)
