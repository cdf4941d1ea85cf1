"""The whole way through, as a newcomer goes it: the demo, its summary, and the figures that a report then holds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from docx import Document

from model.clock import SHANGHAI, utc_now
from yian.embedded.broker import free_port
from yian.reach import database
from yian.settings import load

NOTHING_WRONG = ("events_lost", "duplicates", "dead_letters", "alerts_missed", "alerts_unexpected")
CONTRACT = {
    *NOTHING_WRONG,
    "events_published",
    "events_stored",
    "alerts_raised",
    "alerts_expected",
    "alarm_latency_ms",
    "screen_latency_ms",
    "notifications_sent",
    "board_url",
}


def environment(data: Path) -> dict[str, str]:
    """Ports of its own: two demos that begin at once would both find the usual ones free."""
    bare = {key: value for key, value in os.environ.items() if not key.startswith("YIAN_")}
    return {**bare, "YIAN_DATA": str(data), "YIAN_MQTT_PORT": str(free_port()), "YIAN_HTTP_PORT": "0"}


def yian(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "yian", *words],
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A data folder in which a demo has run to its end, and its summary."""
    data = tmp_path_factory.mktemp("demo")
    done = yian(data, "demo", "--seconds", "20", "--seed", "7", "--json")
    assert done.returncode == 0, done.stderr
    return data, json.loads(done.stdout.splitlines()[-1])


def test_the_summary_has_the_keys_of_the_contract_and_nothing_went_wrong(
    played: tuple[Path, dict[str, Any]],
) -> None:
    _, summary = played
    assert set(summary) >= CONTRACT
    assert {name: summary[name] for name in NOTHING_WRONG} == dict.fromkeys(NOTHING_WRONG, 0)
    assert summary["alerts_raised"] == summary["alerts_expected"] > 3
    assert summary["events_stored"] == summary["events_published"] > 50
    assert summary["notifications_sent"] > 0
    for name in ("alarm_latency_ms", "screen_latency_ms"):
        assert 0 < summary[name]["p50"] <= summary[name]["p99"] <= summary[name]["max"]


def test_a_demo_that_is_stopped_sums_up_what_it_played(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "yian", "demo", "--json"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as playing:
        assert playing.stderr is not None
        assert any("Ctrl-C" in line for line in playing.stderr)
        playing.send_signal(signal.SIGINT)
        out, err = playing.communicate(timeout=60)
    assert playing.returncode == 0, err
    summary = json.loads(out)
    assert set(summary) >= CONTRACT
    assert {name: summary[name] for name in NOTHING_WRONG} == dict.fromkeys(NOTHING_WRONG, 0)


def test_two_that_begin_at_once_take_nothing_of_each_other(tmp_path: Path) -> None:
    wanted = {"YIAN_MQTT_PORT": str(free_port()), "YIAN_HTTP_PORT": str(free_port())}
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "yian", "demo", "--seconds", "5", "--json"],
            env={**environment(tmp_path / name), **wanted},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "other")
    ]
    said = [one.communicate(timeout=150) for one in both]
    assert [one.returncode for one in both] == [0, 0], [err for _, err in said]
    assert len({json.loads(out.splitlines()[-1])["board_url"] for out, _ in said}) == 2


def test_the_report_holds_the_demos_true_numbers(played: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    data, _ = played
    year = utc_now().astimezone(SHANGHAI).year
    for form in ("json", "docx"):
        done = yian(
            data, "report", "safety", "--year", str(year), "--format", form, "--out", str(tmp_path / form)
        )
        assert done.returncode == 0, done.stderr
    with database(load(data=data)) as url, psycopg.connect(url) as conn:
        [(detectors, bands, calls)] = conn.execute(
            "SELECT (SELECT count(*) FROM devices WHERE kind = 'detector' AND registered),"
            " (SELECT count(*) FROM devices WHERE kind = 'wristband' AND registered),"
            " (SELECT count(DISTINCT incident_id) FROM alerts WHERE class = 'W1' AND NOT unregistered)"
        ).fetchall()
    text = "\n".join(paragraph.text for paragraph in Document(str(tmp_path / "docx")).paragraphs)
    assert f"全县现有智慧烟感器{detectors}个" in text
    assert f"共有防走失定位手环{bands}个" in text
    assert f"处置老人求助报警{calls}起" in text
    assert "数据说明" in text
    assert json.loads((tmp_path / "json").read_text(encoding="utf-8"))["figures"]


def test_the_evidence_of_a_demo_verifies(played: tuple[Path, dict[str, Any]]) -> None:
    done = yian(played[0], "audit", "verify", "--json")
    found = json.loads(done.stdout)
    assert found["rows"] > 10
    assert found["broken"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["decode", "nonsense", "--topic", "x"], "FORMAT"),
        (["report", "safety", "--year", "1", "--out", "x"], "--year"),
        (["ingest"], "YIAN_DATABASE_URL"),
        (["bogus"], "bogus"),
    ],
)
def test_bad_usage_is_one_clear_line_and_exit_code_2(tmp_path: Path, words: list[str], says: str) -> None:
    done = yian(tmp_path, *words)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
