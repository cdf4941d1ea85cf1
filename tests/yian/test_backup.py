"""The whole installation goes into a folder and comes back, row for row, and what was changed is noticed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner

from compliance.monthly_filing import file_due
from compliance.registers import photos
from compliance.registers.pictures import Picture
from model.clock import utc_now
from model.errors import BadInput, Refused
from store import backup as facts
from store import pool
from tests.county import County, fill, raise_alert
from tests.services.databases import on
from yian.cli import app
from yian.embedded import postgres

RUN = CliRunner()
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def county(database: str) -> County:
    """A county with an alert in the log, a filed month and a photo."""
    made = fill(database)
    raise_alert(made, "sunny/203室")
    digest = sha256(b"photo").digest()
    with pool.connect(database, name="test") as conn:
        file_due(conn, utc_now())
        conn.execute(
            "INSERT INTO hazards (home_id, found_on, grade, description) VALUES (%s, '2026-03-01', 'major', '堵塞')",
            [made.homes["sunny"]],
        )
        conn.execute(
            "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, battery_pct)"
            " SELECT %s, now() - i * interval '1 day', i::text, now(), 80 FROM generate_series(1, 20) i",
            [made.devices["sunny/203室"]],
        )
        kept = Picture(b"photo", b"photo", 4, 4, None, None, None, digest, digest)
        photos.add(conn, 1, "before", kept, "陈院长", utc_now())
        conn.commit()
    return made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a database, or on a data folder where there is none."""

    def runs(url: str | None, *words: object, code: int = 0, secret: str | None = None) -> dict[str, Any]:
        for name, value in (("YIAN_DATABASE_URL", url), ("YIAN_SECRET_KEY", secret)):
            monkeypatch.delenv(name, raising=False)
            if value is not None:
                monkeypatch.setenv(name, value)
        done = RUN.invoke(app, [*map(str, words), "--json"])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)

    return runs


@pytest.mark.ground("plain")
def test_a_backup_comes_back_as_an_embedded_installation(county: County, run: Run, tmp_path: Path) -> None:
    made = run(county.url, "backup", tmp_path / "b", secret="a secret of before")
    assert (made["rows"]["photos"], made["rows"]["readings"]) == (1, 20)
    assert made["evidence_rows"] > 0
    assert all(each.stat().st_mode & 0o077 == 0 for each in (tmp_path / "b", *(tmp_path / "b").iterdir()))
    with pytest.raises(Refused, match="not empty"):
        run(county.url, "backup", tmp_path / "b")

    data = tmp_path / "data"
    done = run(None, "restore", tmp_path / "b", "--data", data)
    assert done["wrong"] == []
    assert (done["rows"], done["photos"]) == (sum(made["rows"].values()), 1)
    assert (data / "secret.key").read_text() == "a secret of before"
    with pytest.raises(Refused, match="not empty"):
        run(None, "restore", tmp_path / "b", "--data", data)

    server = postgres.start(data / "postgres")
    try:
        with pool.connect(server.url, name="test") as conn:
            assert photos.broken(conn) == []
            with pytest.raises(psycopg.errors.InsufficientPrivilege), conn.transaction():
                conn.execute("DELETE FROM alert_log")
            conn.execute("SELECT set_config('yian.homes', '{1}', false)")
            assert conn.execute("SELECT count(*) FROM homes").fetchone() == (1,)
    finally:
        server.stop()

    dump = tmp_path / "b" / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-1])
    with pytest.raises(BadInput, match="as it was backed up"):
        run(None, "restore", tmp_path / "b", "--data", tmp_path / "other")
    with pytest.raises(BadInput, match="yian backup"):
        run(None, "restore", tmp_path, "--data", tmp_path / "other")


@pytest.fixture
def empty(database: str) -> Any:
    """The address of a database without anything on the same server."""
    name = f"yian_empty_{secrets.token_hex(4)}"
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield on(database, name)
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.ground("timescale")
def test_a_hypertable_comes_back_as_one(county: County, empty: str, run: Run, tmp_path: Path) -> None:
    made = run(county.url, "backup", tmp_path / "b")
    assert made["timescaledb"]
    done = run(empty, "restore", tmp_path / "b")
    assert done["wrong"] == []
    with psycopg.connect(empty) as conn:
        row = conn.execute("SELECT num_chunks FROM timescaledb_information.hypertables").fetchone()
        assert row is not None
        assert row[0] >= 20
        conn.execute("INSERT INTO readings SELECT * FROM readings WHERE false")
        assert facts.rows(conn)["readings"] == 20


@pytest.mark.ground("plain")
def test_what_differs_from_the_backup_is_told(county: County, empty: str, run: Run, tmp_path: Path) -> None:
    with psycopg.connect(county.url, autocommit=True) as owner:
        owner.execute("ALTER TABLE photos DISABLE TRIGGER USER")
        owner.execute("UPDATE photos SET content = 'x', sha256 = sha256('x')")
        owner.execute("ALTER TABLE photos ENABLE TRIGGER USER")
    run(county.url, "backup", tmp_path / "b")
    manifest = tmp_path / "b" / "manifest.json"
    told = json.loads(manifest.read_text())
    told["rows"]["homes"] += 1
    assert told["faults"] == ["photo 1: its content was changed"]
    told["faults"] = ["something else", "and more"]
    manifest.write_text(json.dumps(told))
    done = run(empty, "restore", tmp_path / "b", code=1)
    assert (done["before"], done["wrong"]) == (
        2,
        ["homes: 3 rows then, 2 now", "photo 1: its content was changed"],
    )
