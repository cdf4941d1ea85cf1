"""What an alarm asks is planned once, and each row found by an index, though the tables were empty then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.errors import Diagnostic

from ingest.writer import warm_up
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


MANY = 300
FILL = (
    "CREATE TEMP TABLE n ON COMMIT DROP AS SELECT generate_series(1, %(many)s) AS n",
    "INSERT INTO devices (source, address, name, kind, home_id, place_id)"
    " SELECT 'yian', 'other-' || n, 'other', 'detector', %(home_id)s, %(zone_id)s FROM n",
    "INSERT INTO incidents (home_id, family, scope, class, ladder, opened_at)"
    " SELECT %(home_id)s, 'fire', 'other:' || n, 'F1', '{\"rungs\": []}', %(now)s FROM n",
    "INSERT INTO alerts (incident_id, home_id, device_id, subject, class, kind, happened_at, raised_at, reason)"
    " SELECT i.incident_id, %(home_id)s, d.device_id, 'device:' || d.device_id, 'F1', 'smoke', %(now)s, %(now)s, 'smoke'"
    " FROM n JOIN incidents i ON i.scope = 'other:' || n JOIN devices d ON d.address = 'other-' || n",
    "INSERT INTO alert_log (incident_id, number, at, actor, via, action, previous_hash, hash)"
    " SELECT incident_id, 1, %(now)s, '', '', 'raise', '', '' FROM incidents WHERE scope LIKE 'other:%%'",
    "INSERT INTO timers (kind, subject, incident_id, due_at)"
    " SELECT 'escalate', 'incident:' || incident_id, incident_id, %(now)s FROM incidents WHERE scope LIKE 'other:%%'",
    "INSERT INTO notifications (incident_id, home_id, person_id, stage, channels, title, body, urgent, created_at, next_try_at)"
    " SELECT incident_id, %(home_id)s, NULL, 'F1', '{}', '', '', true, %(now)s, %(now)s FROM incidents"
    " WHERE scope LIKE 'other:%%'",
    "INSERT INTO device_states (device_id, kind, active, since, changed_at)"
    " SELECT device_id, 'smoke', true, %(now)s, %(now)s FROM devices WHERE address LIKE 'other-%%'",
    "INSERT INTO events (device_id, home_id, kind, state, happened_at, arrived_at, event_key)"
    " SELECT device_id, %(home_id)s, 'smoke', 'active', %(now)s, %(now)s, 'x' FROM devices WHERE address LIKE 'other-%%'",
    "INSERT INTO liveness (device_id, last_seen_at, since, silent_at)"
    " SELECT device_id, %(now)s, %(now)s, %(now)s FROM devices WHERE address LIKE 'other-%%'",
)
"""A storm elsewhere: as many open fires, each with all that belongs to it."""


def _fill(database: str) -> None:
    with build(database, "other") as other:
        zone_id = other.devices["d1"].zone_id
    with psycopg.connect(database) as conn, conn.cursor() as cur:
        cur.execute("SET yian.homes = 'all'")
        for statement in FILL:
            cur.execute(
                statement.encode(),
                {"many": MANY, "home_id": other.home_id, "zone_id": zone_id, "now": other.now},
            )


def test_an_alarm_reads_only_rows_of_its_own_though_its_plans_were_made_while_all_tables_were_empty(
    database: str,
) -> None:
    with build(database) as home:
        home.conn.close()
        with psycopg.connect(database, autocommit=True) as conn:
            conn.execute("VACUUM ANALYZE")
        home.conn, found = _explained(database)
        warm_up(home.conn)
        assert home.say("d3", Kind.SMOKE).raised
        _fill(database)
        found.clear()
        assert home.say("d1", Kind.SMOKE).raised
        assert home.say("d2", Kind.SMOKE).raised
        read = {node["Relation Name"]: node["Node Type"] for node in found if "Relation Name" in node}
        assert {"alerts", "device_states", "people"} <= read.keys()
        many = {
            (node["Relation Name"], node["Node Type"], node.get("Index Name")): rows
            for node in found
            if node.get("Relation Name") in GROW and (rows := _rows_read(node)) >= MANY / 3
        }
        assert many == {}


def _rows_read(node: dict[str, Any]) -> float:
    passed_over = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
    return (node["Actual Rows"] + passed_over) * node["Actual Loops"]
