"""`yian settings` changes a threshold, shows what applies and who changed it, and refuses what is too lax."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from model.errors import BadInput
from tests.alerts.small_home import build
from yian.cli import app

pytestmark = pytest.mark.ground("plain")
WHY = ["--by", "王科长", "--reason", "试行"]


def test_a_change_is_listed_and_kept(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YIAN_DATABASE_URL", database)
    run = CliRunner()
    with build(database):
        pass
    for args in (
        ["late_after", "5m"],
        ["late_after", "90s", "--home", "small"],
        ["coincidence_within", "10m", "--home", "small", "--zone", "东区"],
        ["mute_for", "30m", "--device", "yian/small-d1"],
    ):
        done = run.invoke(app, ["settings", "set", *args, *WHY], catch_exceptions=False)
        assert done.exit_code == 0

    def value(name: str, *where: str) -> float:
        shown = run.invoke(app, ["settings", "list", "--json", *where], catch_exceptions=False)
        return {one["name"]: one["value"] for one in json.loads(shown.stdout)}[name]

    assert value("late_after") == 300
    assert value("late_after", "--home", "small") == 90
    assert value("coincidence_within", "--device", "yian/small-d1") == 600
    assert value("coincidence_within", "--home", "small") == 480
    assert value("mute_for", "--device", "yian/small-d1") == 1800
    kept = json.loads(run.invoke(app, ["settings", "history", "--json"], catch_exceptions=False).stdout)
    assert [(one["name"], one["scope"], one["made_by"]) for one in kept][-1] == (
        "mute_for",
        "device",
        "王科长",
    )
    with pytest.raises(BadInput):
        run.invoke(app, ["settings", "set", "ack_within", "2m", *WHY], catch_exceptions=False)
    assert run.invoke(app, ["events", "export", "--home", "small"], catch_exceptions=False).stdout == ""
    empty = tmp_path / "night.jsonl"
    empty.write_text("")
    beside = run.invoke(app, ["rules", "test", str(empty), "--beside", "--json"], catch_exceptions=False)
    assert json.loads(beside.stdout) == []
    tests = run.invoke(app, ["alarms", "tests", "--json"], catch_exceptions=False)
    assert json.loads(tests.stdout)[0]["due"] == 4
