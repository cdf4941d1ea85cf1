"""docs/performance.md, made of the JSON of `yian bench all`: `python -m benchmarks.report FILE.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import report_growth as growth
from benchmarks.tables import Figures, table

NAMES = {
    "yian": "Yi'an: full path, acknowledged after the commit",
    "bare_paho": "bare paho subscriber, acknowledges and drops",
    "copy": "bare COPY of the same rows",
    "one_insert": "one INSERT and commit per message",
    "node_red": "Node-RED flow, acknowledges before it stores",
}


def document(figures: Figures) -> str:
    """Return the document."""
    parts = [_head(figures["machine"])]
    for name, section in (
        ("ingest", _ingest),
        ("alarm", _alarm),
        ("storm", _storm),
        ("query", growth.query),
        ("storage", growth.storage),
        ("workers", growth.workers),
        ("curves", growth.curves),
        ("board", _board),
    ):
        if name in figures:
            parts.append(section(figures[name]))
    return "\n".join(parts)


def _head(machine: Figures) -> str:
    return f"""# What Yi'an can do, measured

Made by `yian bench all --json --report docs/performance.md`; nothing here was written by hand. The machine:
{machine["cores"]} cores ({machine["cpu"]}), {machine["memory_gib"]} GiB, {machine["system"]}, Python
{machine["python"]}; broker, database (fsync on), service and load share it, with whatever else ran
at the time. Ratios of one run say more than rates.
"""


def _ingest(found: Figures) -> str:
    rows = [
        (NAMES[name], rate, ", ".join(f"{turn:,}" for turn in found["turns"].get(name, [])))
        for name, rate in found["rates"].items()
    ]
    more: list[tuple[Any, ...]] = [
        ("to bare paho", found["ratio_to_bare_paho"], "0.6 or more"),
        ("to one INSERT per message", found["ratio_to_one_insert"], "8 or more"),
        ("to Node-RED", found["ratio_to_node_red"], "4 or more"),
        ("CPU of our process, us per message", found["cpu_us_per_message"], "120 or less"),
        ("CPU of the broker, us per message", found["broker_cpu_us_per_message"], ""),
        ("CPU of the database, us per message", found["database_cpu_us_per_message"], ""),
        (
            "messages per second and core, all three together",
            found["messages_per_core_second"],
            "4,000 or more",
        ),
        ("resident memory, MB", found["rss_mb"], "flat"),
        ("lost", found["lost"], "0"),
        ("stored twice", found["doubled"], "0"),
        ("the load generator's own ceiling, messages a second", found["generator_ceiling"], "above all"),
    ]
    return f"""## Ingest: `yian bench ingest --json`

Telemetry of {found["devices"]:,} devices, QoS 1. Each turn drains a queue that was filled beforehand; the
five go in turns, and the median counts.

{table(("", "messages a second", "turns"), rows)}
{table(("Yi'an", "", "aim"), more)}
For scale: EMQX's own benchmark wrote 100,000 messages a second into TimescaleDB on 48 cores, 2,100 a second
and core, acknowledged before they were stored.
"""


def _alarm(found: Figures) -> str:
    rows: list[tuple[Any, ...]] = [
        ("alarm under load", found["alarm_ms"]["p50"], found["alarm_ms"]["p99"]),
        ("... and a listener told of it", found["told_ms"]["p50"], found["told_ms"]["p99"]),
        ("floor under the same load", found["floor_ms"]["p50"], found["floor_ms"]["p99"]),
        ("ratio (aim: 5 and 25)", found["p50_to_floor"], found["p99_to_floor"]),
        ("alarm, nothing else going on", found["alarm_idle_ms"]["p50"], found["alarm_idle_ms"]["p99"]),
        ("... and a listener told of it", found["told_idle_ms"]["p50"], found["told_idle_ms"]["p99"]),
        ("floor, nothing else going on", found["floor_idle_ms"]["p50"], found["floor_idle_ms"]["p99"]),
        ("alarm under load to the idle floor", found["p50_to_floor_idle"], found["p99_to_floor_idle"]),
    ]
    return f"""## Alarm under load: `yian bench alarm --json`

Device publish -> alert committed, ms, while telemetry runs at {found["load_reached"]:,} messages a second,
70 % of the maximum of the same run; medians of three turns. The floor: a round trip through the broker and
one commit; the ratios are to its p50. An alarm ends where it is first known to be committed: by the answer to
its commit, or by what a listener is told.

{table(("", "p50", "p99"), rows)}"""


def _storm(found: Figures) -> str:
    rows: list[tuple[Any, ...]] = [
        ("published within, s", found["published_s"], "1"),
        ("first alert, s", found["first_alert_s"], "0.1"),
        ("all alerts, s", found["all_alerts_s"], "5"),
        ("all devices online, s", found["all_online_s"], ""),
        ("alerts missed", found["alerts_missed"], "0"),
        ("devices whose order was not kept", found["out_of_order"], "0"),
        ("most memory, MB", found["rss_most_mb"], "bounded"),
    ]
    return f"""## Storm: `yian bench storm --json`

{found["alerts_expected"]:,} detectors alarm and clear, and the rest of 10,000 devices come back.

{table(("", "", "aim"), rows)}"""


def _board(found: Figures) -> str:
    rows: list[tuple[Any, ...]] = [
        ("start on an empty folder to answering, s", found["started_s"], ""),
        ("start to the first alert, s", found["first_alert_s"], "8"),
        ("processes", found["processes"], ""),
        ("resident memory, each page counted once, MB", found["proportional_mb"], "300"),
        ("the same, shared pages counted again for each process, MB", found["resident_mb"], "300"),
        ("CPU at rest, % of a core", found["idle_core_pct"], "2"),
        (
            "sign-in page p50 / p99, ms",
            f"{found['sign_in_page_ms']['p50']} / {found['sign_in_page_ms']['p99']}",
            "",
        ),
    ]
    each = [(one["name"], one["rss_mb"], one["pss_mb"]) for one in found["by_process"]]
    return f"""## The embedded stack at rest: `yian bench board --json`

{table(("", "", "aim"), rows)}
{table(("process", "resident, MB", "shared pages divided, MB"), each)}"""


if __name__ == "__main__":
    print(document(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), end="")
