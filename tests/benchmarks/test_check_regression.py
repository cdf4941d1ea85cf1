"""The scheduled check finds a ratio that fell, keeps nothing but ratios, and bears kinds that are missing."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.check_regression import LESS_IS_BETTER, MORE_IS_BETTER, ratios, regressions

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "benchmarks" / "kept.json"
FIGURES: dict[str, Any] = {"ingest": {"ratio_to_bare_paho": 0.8, "lost": 0}, "alarm": {"p50_to_floor": 5.0}}


def _check(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.check_regression", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_fifth_less_is_no_regression_and_more_than_that_is_one() -> None:
    assert (
        regressions(FIGURES, {"ingest": {"ratio_to_bare_paho": 0.65}, "alarm": {"p50_to_floor": 5.9}}) == []
    )
    worse = {"ingest": {"ratio_to_bare_paho": 0.6, "lost": 1}, "alarm": {"p50_to_floor": 6.1}}
    found = [line.split(":")[0] for line in regressions(FIGURES, worse)]
    assert found == ["ingest.ratio_to_bare_paho", "alarm.p50_to_floor", "ingest.lost"]


@pytest.mark.parametrize("missing", [None, "slow", [], {}, {"ratio_to_bare_paho": None}])
def test_a_kind_that_is_missing_or_not_measured_is_no_regression(missing: Any) -> None:
    assert regressions(FIGURES, {"ingest": missing}) == []
    assert regressions({"ingest": missing}, FIGURES) == []


def test_what_is_kept_are_ratios_and_each_doctored_one_is_found(tmp_path: Path) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    assert kept == ratios(kept), "kept.json has more than ratios"
    assert {"ingest", "alarm"} <= kept.keys()
    doctored = tmp_path / "new.json"
    for name in (*MORE_IS_BETTER, *LESS_IS_BETTER):
        new = copy.deepcopy(kept)
        *path, last = name.split(".")
        place = new
        for step in path:
            place = place.get(step, {})
        if last not in place:
            continue
        place[last] *= 0.5 if name in MORE_IS_BETTER else 2
        assert [line.split(":")[0] for line in regressions(kept, new)] == [name]
        doctored.write_text(json.dumps(new), encoding="utf-8")
    ended = _check(KEPT, doctored)
    assert ended.returncode == 1, ended.stderr
    assert _check(KEPT, KEPT).returncode == 0


def test_a_file_that_is_none_of_ours_is_named_and_an_empty_one_is_not_passed(tmp_path: Path) -> None:
    broken, empty = tmp_path / "broken.json", tmp_path / "empty.json"
    broken.write_text("up in 7.2 s", encoding="utf-8")
    empty.write_text("{}", encoding="utf-8")
    assert "broken.json" in _check(KEPT, broken).stderr
    assert _check(KEPT, empty).returncode == 2


def test_keeping_a_run_keeps_its_ratios(tmp_path: Path) -> None:
    kept, new = tmp_path / "kept.json", tmp_path / "new.json"
    new.write_text(json.dumps({**FIGURES, "machine": {"cpu": "some"}}), encoding="utf-8")
    assert _check("--keep", kept, new).returncode == 0
    assert json.loads(kept.read_text(encoding="utf-8")) == {
        "ingest": {"ratio_to_bare_paho": 0.8},
        "alarm": {"p50_to_floor": 5.0},
    }
