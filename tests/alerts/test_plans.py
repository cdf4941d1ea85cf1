"""What an alarm asks is planned once, and each row found by an index, though the tables were empty then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.errors import Diagnostic

from model.events import Kind
from store import pool
from tests.alerts.small_home import build

GROW = {
    *(
        "alerts",
        "alert_log",
        "alert_log_heads",
        "device_states",
        "devices",
        "events",
        "incidents",
        "liveness",
    ),
    *("notifications", "people", "residents", "suppressions", "timers"),
}
"""Tables that a county fills; the few rows of settings may be read whole."""


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _explained(url: str) -> tuple[psycopg.Connection[Any], list[dict[str, Any]]]:
    """Return a connection as the alarm lane has it, and the nodes of what its statements did."""
    found: list[dict[str, Any]] = []

    def on_notice(diagnostic: Diagnostic) -> None:
        _, mark, plan = (diagnostic.message_primary or "").partition("plan:\n")
        if mark:
            done = _nodes(json.loads(plan)["Plan"])
            found.extend(node for node in done if node["Actual Loops"])

    conn = pool.connect(url, name="test")
    conn.execute("RESET ROLE")
    conn.execute("LOAD 'auto_explain'")
    conn.execute("SET auto_explain.log_min_duration = 0")
    conn.execute("SET auto_explain.log_analyze = on")
    conn.execute("SET auto_explain.log_format = json")
    conn.execute("SET auto_explain.log_level = notice")
    conn.execute("SET ROLE yian_app")
    conn.commit()
    pool.plan_once(conn)
    conn.add_notice_handler(on_notice)
    return conn, found


def test_an_alarm_reads_no_table_whole_though_its_plans_were_made_while_all_were_empty(database: str) -> None:
    with build(database) as home:
        home.conn.close()
        home.conn, found = _explained(database)
        assert home.say("d1", Kind.SMOKE).raised
        assert home.say("d2", Kind.SMOKE).raised
        read = {node["Relation Name"]: node["Node Type"] for node in found if "Relation Name" in node}
        assert {"alerts", "device_states", "people"} <= read.keys()
        whole = {
            node["Relation Name"]
            for node in found
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROW
        }
        assert whole == set()
