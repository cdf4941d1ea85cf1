"""A canary through the real parts: role, broker, ingest, database, sender, a web server as the phone, a tap."""

from __future__ import annotations

import json
import re
import threading
from datetime import time

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from api.config import ApiConfig
from model.clock import utc_now
from store import canaries, pool
from store.rosters import HomeName
from tests.awaiting import eventually
from tests.county import SECRET, served
from tests.faults.receiver import Receiver
from tests.small_ingest import world
from yian.cli import app
from yian.embedded.broker import Broker
from yian.roles import alerts
from yian.settings import load


@pytest.mark.ground("plain")
def test_a_canary_reaches_a_phone_and_its_tap_is_kept_with_the_latency_of_each_stage(
    database: str, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = threading.Event()
    with (
        Receiver() as phone,
        served(ApiConfig(database, SECRET)) as board,
        world(database, broker.host, broker.port) as running,
    ):
        settings = load(
            database_url=SecretStr(database),
            mqtt_host=broker.host,
            mqtt_port=broker.port,
            secret_key=SecretStr(SECRET),
            public_url=board.address,
        )
        role = threading.Thread(target=alerts.run, args=(settings, stopping))
        role.start()
        try:
            with pool.connect(database, name="test") as conn:
                conn.execute("UPDATE people SET channels = %s WHERE login = 'c'", [[phone.channel("ok/c")]])
                home = HomeName(1, "h1", "青山敬老院")
                canaries.set_plan(conn, home, person_id=1, at=time(0), set_by="李", now=utc_now())
            monkeypatch.setenv("YIAN_DATABASE_URL", database)
            assert CliRunner().invoke(app, ["alarms", "canary", "now", "h1"]).exit_code == 0
            phone.wait_for(1)
            [(_, told)] = phone.taken
            assert "【试报】" in told["title"]
            [link] = re.findall(r"http://\S+/a/\S+", told["message"])
            page = httpx.get(link)
            assert "每日试报" in page.text
            form = re.search(r'name="form" value="([^"]+)"', page.text)
            assert form is not None
            answer = {"answer": "acknowledge", "who": "me", "form": form[1]}
            tapped = httpx.post(link, data=answer, headers={"Origin": board.address})
            assert tapped.status_code == 303, tapped.text
            eventually(lambda: running.rows("SELECT 1 FROM canaries WHERE ended_at IS NOT NULL"))
        finally:
            stopping.set()
            role.join(15)
    said = CliRunner().invoke(app, ["alarms", "canary", "--json"])
    assert said.exit_code == 0, said.output
    [tried] = json.loads(said.output)["tried"]
    assert (tried["failed"], tried["answered_by"], tried["answered_via"]) == (None, "王", "link")
    assert 0 < tried["stored_s"] < tried["sent_s"] < tried["answered_s"]
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT class, outcome FROM alerts").fetchall() == [("C1", "test")]
        assert conn.execute("SELECT count(*) FROM incidents WHERE closed_at IS NULL").fetchone() == (0,)
