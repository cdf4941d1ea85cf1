"""`yian indicators`: a table and JSON of any scope and period, and one clear line for what is none."""

from __future__ import annotations

import json

import pytest

from compliance.catalogue import fitting
from model.clock import SHANGHAI, utc_now
from model.errors import BadInput, Missing
from model.scopes import ScopeKind
from model.spans import SpanKind
from tests.county import fill, raise_alert
from yian.commands_indicators import indicators

pytestmark = pytest.mark.ground("plain")


@pytest.fixture
def configured(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with a small county that the settings name."""
    county = fill(database)
    raise_alert(county, "sunny/203室")
    monkeypatch.setenv("YIAN_DATABASE_URL", database)
    return database


def test_it_prints_every_indicator_of_a_scope_as_json(
    configured: str, capsys: pytest.CaptureFixture[str]
) -> None:
    indicators(scope="home:sunny", period="2025-03", as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["scope"], told["label"], told["start_on"], told["end_on"]) == (
        "home:sunny",
        "阳光敬老院",
        "2025-03-01",
        "2025-03-31",
    )
    keys = [one.key for one in fitting(ScopeKind.HOME, SpanKind.MONTH)]
    assert [one["key"] for one in told["indicators"]] == keys
    for one in told["indicators"]:
        assert one["zh"]
        assert one["en"]
        assert one["evidence"]["query"]
        assert (one["value"] is None) == bool(one["why_unknown"]["zh"]) == bool(one["why_unknown"]["en"])


def test_it_prints_a_table_in_both_languages_of_the_year_to_date_by_default(
    configured: str, capsys: pytest.CaptureFixture[str]
) -> None:
    indicators()
    lines = capsys.readouterr().out.splitlines()
    assert f"全县 {utc_now().astimezone(SHANGHAI):%Y} 截至" in lines[0]
    signals = next(line for line in lines if "fire_signals" in line)
    assert "烟感火警信号 · Fire signals of detectors\t1条" in signals
    assert signals.endswith("\talerts")
    assert any("没有数据 no data（没有排班数据 no rosters）" in line for line in lines)


@pytest.mark.parametrize(
    ("scope", "period", "error"),
    [
        ("village:x", None, BadInput),
        ("county", "2026-Q7", BadInput),
        ("home:none", None, Missing),
        ("township:月亮镇", None, Missing),
        ("device:none", None, Missing),
    ],
)
def test_what_is_none_is_refused(
    configured: str, scope: str, period: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        indicators(scope=scope, period=period)
