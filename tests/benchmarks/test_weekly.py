"""The weekly check is scheduled, measures all, and compares with the ratios that are kept."""

from __future__ import annotations

import importlib.resources
import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from benchmarks.check_regression import LESS_IS_BETTER, MORE_IS_BETTER, NEVER
from benchmarks.everything import BENCHMARKS

ROOT = Path(__file__).parents[2]


def test_the_job_is_a_workflow_that_runs_each_week_and_calls_the_script() -> None:
    text = (ROOT / ".github" / "workflows" / "weekly.yml").read_text(encoding="utf-8")
    workflow: dict[Any, Any] = yaml.safe_load(text)
    workflow["on"] = workflow.pop(True, workflow.get("on"))  # YAML 1.1 reads `on` as a truth value
    vendored = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((vendored / "github-workflows.json").read_text(encoding="utf-8"))
    jsonschema.validate(workflow, schema)
    minute, hour, day, month, weekday = workflow["on"]["schedule"][0]["cron"].split()
    assert (day, month) == ("*", "*")
    assert all(part.isdecimal() for part in (minute, hour, weekday))
    assert "bash .ci/weekly" in text


def test_the_script_measures_all_and_compares() -> None:
    script = ROOT / ".ci" / "weekly"
    subprocess.run(["bash", "-n", str(script)], check=True)
    text = script.read_text(encoding="utf-8")
    assert "yian bench all --json" in text
    assert "benchmarks.check_regression benchmarks/kept.json" in text
    assert (ROOT / "benchmarks" / "kept.json").exists()


def test_what_is_compared_is_of_benchmarks_that_there_are() -> None:
    kinds = {name.partition(".")[0] for name in (*MORE_IS_BETTER, *LESS_IS_BETTER, *NEVER)}
    assert kinds <= BENCHMARKS.keys()
