"""Last night replayed: the same rules raise what was raised; other rules, rosters and ladders show what changes."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alerts import beside, what_if
from alerts.classes import Limits
from model.alerts import AlertClass
from model.errors import BadInput
from model.events import Kind, State
from store import history
from store.history import Called
from tests.alerts.small_home import NOW, SmallHome, build
from yian import commands_rules

pytestmark = pytest.mark.ground("plain")


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def _night(home: SmallHome) -> list[what_if.Recorded]:
    home.say("d1", Kind.SMOKE)
    home.tick(timedelta(seconds=20))
    home.say("d1", Kind.SMOKE, State.CLEAR)
    home.tick(timedelta(minutes=5))
    home.say("d2", Kind.SMOKE)
    home.say("band", Kind.SOS, None)
    with home.conn.transaction():
        rows = history.events(home.conn, home.home_id, NOW, home.now + timedelta(seconds=1))
    return [what_if.read(row.as_line()) for row in rows]


def test_the_same_rules_raise_what_was_raised(home: SmallHome) -> None:
    rows = beside.compare(home.conn, _night(home), Limits(), {})
    assert sorted(row.alert_class for row in rows) == ["F1", "F1", "F2", "W1"]
    assert all(row.would and row.was for row in rows)
    assert rows[0].would_tell[0] == Called("carer", 0, True)
    assert rows[0].was_told[0] == Called("carer", 0, True)
    # The clock of that night ticked late: who was told when is not who would be.
    assert (rows[0].was_told[1].name, rows[0].was_told[1].after_s) == ("leader", 320)
    assert (rows[0].would_tell[1].name, rows[0].would_tell[1].after_s) == ("leader", 60)


def test_another_threshold_shows_what_would_be_missing(home: SmallHome) -> None:
    rows = beside.compare(home.conn, _night(home), Limits(coincidence_within=timedelta(minutes=3)), {})
    assert [row.alert_class for row in rows if row.was and not row.would] == ["F2"]


def test_another_ladder_tells_other_people_sooner(home: SmallHome) -> None:
    steps = beside.ladders(["F1=carer:10,head+bureau:60"])
    first = beside.compare(home.conn, _night(home), Limits(), steps)[0]
    assert {(one.name, one.after_s) for one in first.would_tell} == {
        ("carer", 0),
        ("bureau", 10),
        ("head", 10),
    }


@pytest.mark.parametrize("text", ["F9=carer:1", "F1=nobody:1", "F1=carer", "F1"])
def test_a_ladder_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        beside.ladders([text])
    assert beside.ladders([]) == {}
    assert AlertClass.F1 in beside.ladders(["F1=carer:1"])


def _run(home: SmallHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    """Run the command over the night of a home, as a person would."""
    night = tmp_path / "night.jsonl"
    if not night.exists():
        rows = [asdict(one) for one in _night(home)]
        night.write_text("\n".join(json.dumps(row, default=str) for row in rows), encoding="utf-8")
    monkeypatch.setenv("YIAN_DATABASE_URL", home.url)
    return CliRunner().invoke(commands_rules.app, ["test", str(night), "--beside", *options])


def test_a_roster_and_a_ladder_of_files_say_who_would_be_called_when_and_nothing_stays(
    home: SmallHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "login,role,starts,ends\n"
        f"small-leader,carer,{NOW - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}Z,{NOW + timedelta(hours=9):%Y-%m-%dT%H:%M:%S}Z\n",
        encoding="utf-8",
    )
    ladder = tmp_path / "ladder.txt"
    ladder.write_text("# by night\nF1=carer:15,head:60  # then the bureau\n", encoding="utf-8")
    before = home.rows("SELECT * FROM duties ORDER BY duty_id")
    done = _run(home, tmp_path, monkeypatch, "--json", "--roster", str(roster), "--ladder-file", str(ladder))
    assert done.exit_code == 0, done.output
    first = json.loads(done.stdout)[0]
    assert [(one["name"], one["after_s"]) for one in first["would_tell"]] == [("leader", 0), ("head", 15)]
    assert first["was_told"][0]["name"] == "carer"
    assert home.rows("SELECT * FROM duties ORDER BY duty_id") == before
    assert not home.rows("SELECT 1 FROM imports")
    plain = _run(home, tmp_path, monkeypatch, "--roster", str(roster), "--ladder-file", str(ladder))
    assert "leader@0s、head@15s\tcarer@0s" in plain.stdout


def test_a_wrong_roster_names_its_row_and_a_ladder_without_beside_is_refused(
    home: SmallHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("login,role,starts,ends\nnobody,carer,2026-03-01T10:00Z,2026-03-01T09:00Z\n", "utf-8")
    done = _run(home, tmp_path, monkeypatch, "--roster", str(roster))
    assert isinstance(done.exception, BadInput)
    assert done.exception.field.startswith("--roster: row 2")
    alone = CliRunner().invoke(
        commands_rules.app, ["test", str(tmp_path / "night.jsonl"), "--ladder", "F1=carer:1"]
    )
    assert isinstance(alone.exception, BadInput)
    assert alone.exception.field == "--beside"
