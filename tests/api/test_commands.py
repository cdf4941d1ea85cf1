"""The same by the command line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from model.errors import Missing
from tests.county import County
from yian import commands_drills, commands_suppress

RUN = CliRunner()


def test_a_window_is_planned_seen_and_ended(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIAN_DATABASE_URL", county.url)
    asked = ["window", "--home", "sunny", "--reason", "检修", "--by", "陈院长"]
    made = RUN.invoke(commands_suppress.app, asked).stdout.strip()
    assert made.isdecimal()
    assert "全院\tmaintenance\t检修" in RUN.invoke(commands_suppress.app, ["list"]).stdout
    assert RUN.invoke(commands_suppress.app, ["end", made, "--by", "陈院长"]).stdout == "0\n"
    again = RUN.invoke(commands_suppress.app, ["end", made, "--by", "陈院长"])
    assert isinstance(again.exception, Missing)


def test_a_drill_is_started_and_listed(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIAN_DATABASE_URL", county.url)
    begun = RUN.invoke(commands_drills.app, ["start", "--device", "sunny-203", "--by", "陈院长"])
    assert begun.stdout.strip().isdecimal()
    assert "阳光敬老院" in RUN.invoke(commands_drills.app, ["list"]).stdout
