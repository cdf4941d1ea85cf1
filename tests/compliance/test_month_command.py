"""The command and the clock: a month told, filed by night, and its ledger listed."""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compliance import score_card
from model.clock import utc_now
from model.events import Kind
from store import pool
from tests.alerts.small_home import build
from tests.compliance.rows import Hand
from yian.cli import app
from yian.roles.alert_clock import AlertClock

RUN = CliRunner()


@pytest.fixture
def hand(database: str, monkeypatch: pytest.MonkeyPatch) -> Generator[Hand]:
    monkeypatch.setenv("YIAN_DATABASE_URL", database)
    hand = Hand(database)
    hand.home("qinghe", "青河敬老院", "敬老院", opened_on=date(2020, 1, 1))
    hand.device("qinghe")
    yield hand
    hand.conn.close()


def test_the_night_files_the_last_closed_month_and_the_command_shows_its_correction(
    hand: Hand, database: str, tmp_path: Path
) -> None:
    AlertClock(lambda: pool.connect(database, name="alerts"), "1").monthly()
    filed = hand.conn.execute("SELECT DISTINCT start_on FROM reports WHERE kind = 'month'").fetchall()
    assert len(filed) == 1
    first_on: date = filed[0][0]
    hand.conn.execute(
        "INSERT INTO hazards (home_id, found_on, grade, description) VALUES (%s, %s, 'major', '堵塞')",
        [hand.homes["qinghe"], first_on + timedelta(days=3)],
    )
    asked = ["report", "month", f"{first_on:%Y-%m}", "--home", "qinghe", "--json"]
    told = json.loads(RUN.invoke(app, asked, catch_exceptions=False).stdout)
    moved = {one["key"]: one for one in told["restated"]}["hazards_major_open"]
    assert (moved["as_filed"], moved["as_known"]) == ("0处", "1处")
    assert told["fix_first"][0]["key"] == "hazards_major_open"

    told = json.loads(RUN.invoke(app, [*asked, "--file-by", "陈局长"], catch_exceptions=False).stdout)
    assert [one["version"] for one in told["versions"]] == [1, 2]
    assert "hazards_major_open" in {one["key"] for one in told["versions"][1]["corrects"]}
    text = RUN.invoke(app, asked[:-1], catch_exceptions=False).stdout
    assert "第2版 更正" in text
    assert "未清零重大隐患：0处 → 1处" in text
    out = tmp_path / "month.docx"
    RUN.invoke(app, [*asked[:-1], "--out", str(out)], catch_exceptions=False)
    assert out.read_bytes().startswith(b"PK")


def test_the_card_is_written_as_a_file(hand: Hand, tmp_path: Path) -> None:
    out = tmp_path / "card.docx"
    RUN.invoke(app, ["report", "card", "--home", "qinghe", "--out", str(out)], catch_exceptions=False)
    assert out.read_bytes().startswith(b"PK")
    assert score_card.last_month(utc_now()).day == 1


def test_the_clock_learns_of_a_test_and_the_command_lists_it(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIAN_DATABASE_URL", database)
    with build(database) as home:
        home.now = utc_now()
        name = next(name for name, device in home.devices.items() if device.kind == "detector")
        home.say(name, Kind.TEST)
    AlertClock(lambda: pool.connect(database, name="alerts"), "1").tests()
    listed = RUN.invoke(app, ["ledger", "list", "--home", "small", "--json"], catch_exceptions=False)
    assert len(json.loads(listed.stdout)) == 1
    week = RUN.invoke(app, ["ledger", "week", "--home", "small", "--json"], catch_exceptions=False)
    assert json.loads(week.stdout)["proven"] == 1
