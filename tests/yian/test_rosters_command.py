"""`yian rosters`: a swap, a leave and quiet are entered, shown and taken back; gaps end with exit code 1."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from model.clock import utc_now
from model.errors import Refused
from tests.alerts.small_home import build
from yian.cli import app

pytestmark = pytest.mark.ground("plain")
BY = ["--by", "陈院长"]


def test_a_roster_is_changed_shown_and_changed_back(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIAN_DATABASE_URL", database)
    run = CliRunner()
    now = utc_now()
    with build(database, on_duty=False) as home, home.conn.transaction():
        home.conn.execute(
            "INSERT INTO people (login, name, role, home_id, password_hash) VALUES ('zhao', '赵', 'carer', %s, 'x')",
            [home.home_id],
        )
        home.conn.execute(
            "INSERT INTO duties (home_id, person_id, role, starts_at, ends_at)"
            " SELECT %s, %s, 'carer', %s + n * interval '12 h', %s + (n + 1) * interval '12 h' FROM generate_series(-1, 40) n",
            [home.home_id, home.people["carer"], now, now],
        )

    def rosters(*args: str, code: int = 0) -> Any:
        done = run.invoke(app, ["rosters", *args, "--json"], catch_exceptions=False)
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)

    assert rosters("gaps", "--home", "small") == []
    at = (now + timedelta(hours=30)).isoformat()
    swapped = rosters("swap", "--home", "small", "--person", "small-carer", "--at", at, "--to", "zhao", *BY)
    assert (swapped["taker"], swapped["made_by"], swapped["made_via"]) == ("赵", "陈院长", "cli")
    away = ["leave", "--home", "small", "--person", "zhao", "--from", now.isoformat(), "--to", at, *BY]
    with pytest.raises(Refused, match="加 · to enter it knowingly add --force"):
        rosters(*away)
    left = rosters(*away, "--force")
    assert left["leaves_nobody"] is True
    [gap] = rosters("gaps", "--home", "small", code=1)
    assert (gap["home"], gap["role"]) == ("small", "carer")
    assert "无人值班" in gap["words"]
    # The same by its old name, for the role that was asked for before.
    assert run.invoke(app, ["alarms", "gaps", "--json"], catch_exceptions=False).exit_code == 1
    undone = rosters("undo", str(left["change_id"]), "--by", "李主任")
    assert undone["cancelled_by"] == "李主任"
    assert rosters("gaps", "--home", "small") == []
    rosters("quiet", "--home", "small", "--person", "zhao", "--on", *BY)
    shown = rosters("show", "--home", "small", "--days", "3")
    assert [turn["name"] for turn in shown["turns"]].count("赵") == 1
    assert [change["kind"] for change in shown["changes"]] == ["leave", "swap"]
    assert (shown["quiet"], shown["on_call"]) == (["zhao"], ["maintenance", "shift_leader", "head"])
    words = run.invoke(app, ["rosters", "show", "--home", "small"], catch_exceptions=False).stdout
    assert "替 for carer" in words
    assert "已撤销 undone by 李主任" in words
    for wrong in (["--to", "small-bureau"], ["--to", "small-head", "--against", at]):
        with pytest.raises(Refused):
            rosters(
                "swap", "--home", "small", "--person", "small-carer", "--at", now.isoformat(), *wrong, *BY
            )
