"""What a small bureau would pick instead: a Node-RED flow, mqtt in -> json -> function -> PostgreSQL.

The function inserts through `pg` and its pool of ten connections, as Node-RED's guide to modules in functions
shows. It acknowledges on receipt: what it holds when it ends is lost, which ours is not allowed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psycopg
from platformdirs import user_cache_path
from psycopg.conninfo import conninfo_to_dict

from benchmarks.stand import Stand, free_port
from benchmarks.wire import Said, blast

PACKAGES = ("node-red", "pg")
INSTALL_WITHIN_S = 600
START_WITHIN_S = 60
DRAIN_WITHIN_S = 120

_INSERT = """
const b = msg.payload, v = b.values;
await pool.query(
  "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, battery_pct, rssi_dbm,"
  + " temperature_c, lat, lon, accuracy_m, worn)"
  + " SELECT device_id, $2, $3, now(), $4, $5, $6, $7, $8, $9, $10 FROM devices"
  + " WHERE source = 'yian' AND address = $1 ON CONFLICT DO NOTHING",
  [msg.topic.split("/")[3], b.at, String(b.seq), v.battery_pct, v.rssi_dbm, v.temperature_c, v.lat, v.lon,
   v.accuracy_m, v.worn]);
return null;
"""
_SETTINGS = """
const {Pool} = require("pg");
module.exports = {
  uiHost: "127.0.0.1", uiPort: %(port)d, flowFile: "flow.json", logging: {console: {level: "warn"}},
  functionGlobalContext: {pool: new Pool(%(database)s)}
};
"""


def installed() -> Path | None:
    """Return the cache folder with Node-RED in it, installing it once; None where npm is missing or fails."""
    folder = user_cache_path("yian") / "node-red"
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    if (folder / "node_modules" / "pg").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", *PACKAGES],
        cwd=folder,
        capture_output=True,
        timeout=INSTALL_WITHIN_S,
        check=False,
    )
    return folder if done.returncode == 0 else None


def run(on: Stand, url: str, messages: Sequence[Said]) -> dict[str, Any] | None:
    """Return the rate at which the flow stores what is published at full speed, None without npm."""
    folder = installed()
    node = shutil.which("node")
    if folder is None or node is None:
        return None
    user = on.folder / f"node-red-{time.monotonic_ns()}"
    user.mkdir()
    _write(user, on, url)
    with (user / "log").open("w") as log:
        process = subprocess.Popen(
            [node, str(folder / "node_modules" / "node-red" / "red.js"), "--userDir", str(user)],
            stdout=log,
            stderr=log,
            env={**os.environ, "NODE_PATH": str(folder / "node_modules")},
        )
    try:
        with psycopg.connect(url, autocommit=True) as conn:
            blast(on.host, on.port, _marked(messages[:1]), "bench-first")
            _wait(on, conn, 1, START_WITHIN_S, again=messages[:1])
            began = time.perf_counter()
            blast(on.host, on.port, messages[1:])
            stored = _wait(on, conn, len(messages), DRAIN_WITHIN_S)
            return {"rate": (stored - 1) / (time.perf_counter() - began), "stored": stored}
    finally:
        process.terminate()
        process.wait(30)


def _marked(messages: Sequence[Said]) -> list[Said]:
    return list(messages)


def _wait(
    on: Stand, conn: psycopg.Connection[Any], rows: int, within_s: float, again: Sequence[Said] = ()
) -> int:
    """Wait until that many rows are there, publishing `again` until then, and return how many there are."""
    deadline = time.monotonic() + within_s
    while True:
        row = conn.execute("SELECT count(*) FROM readings").fetchone()
        assert row is not None
        if row[0] >= rows:
            return int(row[0])
        if time.monotonic() > deadline:
            raise TimeoutError(f"Node-RED has stored {row[0]} of {rows} messages")
        if again:
            blast(on.host, on.port, again, "bench-first")
        time.sleep(0.05 if not again else 0.3)


def _write(user: Path, on: Stand, url: str) -> None:
    where = conninfo_to_dict(url)
    database = {
        "host": unquote(str(where["host"])),
        "port": int(str(where.get("port", 5432))),
        "user": where["user"],
        "database": where["dbname"],
        "max": 10,
    }
    (user / "settings.js").write_text(
        _SETTINGS % {"port": free_port(), "database": json.dumps(database)}, encoding="utf-8"
    )
    broker = {
        "id": "broker",
        "type": "mqtt-broker",
        "broker": on.host,
        "port": str(on.port),
        "clientid": "bench-node-red",
        "protocolVersion": "5",
        "cleansession": True,
        "keepalive": "60",
    }
    flow: list[dict[str, Any]] = [
        {"id": "tab", "type": "tab", "label": "bench"},
        broker,
        {
            **{"id": "in", "type": "mqtt in", "z": "tab", "topic": "yian/v1/+/+/telemetry", "qos": "1"},
            **{"datatype": "buffer", "broker": "broker", "inputs": 0, "wires": [["parse"]], "x": 1, "y": 1},
        },
        {
            **{"id": "parse", "type": "json", "z": "tab", "property": "payload", "action": "obj"},
            "wires": [["store"]],
            **{"x": 2, "y": 1},
        },
        {
            **{"id": "store", "type": "function", "z": "tab", "outputs": 1, "wires": [[]], "x": 3, "y": 1},
            **{"func": 'const pool = global.get("pool");' + _INSERT, "libs": []},
        },
    ]
    (user / "flow.json").write_text(json.dumps(flow), encoding="utf-8")
