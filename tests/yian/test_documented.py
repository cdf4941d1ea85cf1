"""Every setting, command, alert class and format that exists is documented, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.adapters import FORMATS
from model.alerts import AlertClass
from yian.cli import app
from yian.settings import VARIABLES
from yian.subjects import SUBJECTS

DOCS = Path(__file__).parents[2] / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    assert set(re.findall(r"`(YIAN_[A-Z_]+)`", OPERATIONS)) == set(VARIABLES.values())


def test_every_command_is_documented() -> None:
    names = {one.name or one.callback.__name__ for one in app.registered_commands if one.callback is not None}
    names |= set(SUBJECTS)
    assert len(names) > 10
    for name in names:
        assert f"yian {name}" in OPERATIONS, name


def test_every_alert_class_is_documented() -> None:
    for alert_class in AlertClass:
        assert f"| {alert_class} |" in OPERATIONS


def test_every_format_is_documented_with_its_topics() -> None:
    text = (DOCS / "formats.md").read_text(encoding="utf-8")
    for name, one in FORMATS.items():
        assert f"`{name}`" in text
        for topic in one.subscriptions:
            assert f"`{topic}`" in text
