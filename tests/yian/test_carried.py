"""What each process carries: a library that its role does not need costs every home some ten megabytes."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

REPORTS = {"PIL", "openpyxl", "docx", "lxml", "compliance.registers.work_book", "compliance.monthly_docx"}
WEB = {"fastapi", "uvicorn", "starlette", "jinja2", "argon2"}
CHANNELS = {"apprise", "httpx"}
DRIVERS = {"psycopg", "paho", "pydantic", "ssl", "http.client"}
ALWAYS = {*REPORTS, *CHANNELS, "simulators", "rich", "typer", "benchmarks"}
CARRIED = {
    "yian.roles.ingest": {*ALWAYS, *WEB, "apscheduler", "compliance", "api"},
    "yian.roles.alerts": {*ALWAYS, *WEB, "ingest", "api"},
    "yian.roles.api": {*ALWAYS, "apscheduler", "ingest", "paho"},
    # the parent of a stack, which only starts the others and looks after them
    "yian.serve": {*ALWAYS, *WEB, *DRIVERS, "apscheduler", "compliance", "ingest", "api", "alerts", "store"},
    # what every command loads, a health check each half minute among them
    "yian.cli": {*ALWAYS - {"typer"}, *WEB, "apscheduler", "paho", "psycopg", "compliance"},
}


def loaded(program: str) -> set[str]:
    """Return the modules of a fresh process after it ran `program`."""
    script = f"{program}\nimport sys\nprint(*sys.modules)"
    return set(
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.split()
    )


@pytest.mark.parametrize("module", CARRIED)
def test_a_process_loads_nothing_that_only_others_need(module: str) -> None:
    found = loaded(f"import {module}")
    assert module in found
    assert found & CARRIED[module] == set()


def test_nothing_is_guarded_in_vain() -> None:
    for name in set[str]().union(*CARRIED.values()):
        assert find_spec(name) is not None, name


def test_apprise_is_loaded_before_the_first_alarm_if_somebody_is_reached_by_it() -> None:
    ours = "sms+https://gateway/send?text={text}", "siren://h1/s1", "alertmanager://host/hook"
    script = "from alerts.channels.delivery import prepare\nassert prepare({channels}) is {needed}"
    assert "apprise" not in loaded(script.format(channels=ours, needed=False))
    assert "apprise" in loaded(script.format(channels=[*ours, "mailto://somebody@example.org"], needed=True))
