"""The contract of the command line: exit codes, one clear line on stderr, nothing else on stdout."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from model.errors import BadInput
from yian import doctor
from yian.cli import main
from yian.edge import plain_errors
from yian.roles import api
from yian.settings import load

NOWHERE = "/nonexistent/folder/file.xlsx"


def called(*words: str, monkeypatch: pytest.MonkeyPatch) -> int | str | None:
    """Return the exit code of a command."""
    monkeypatch.setattr(sys, "argv", ["yian", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["nosuch"], "nosuch"),
        (["demo", "--seconds", "1"], "--seconds"),
        (["simulate", "nosuch"], "SCENARIO: expected one of babbler.*county-year"),
        (["decode", "nosuch", "--topic", "t"], "FORMAT: expected one of alink"),
        (["decode", "native"], "--topic"),
        (["decode", "native", "--topic", "t", "--file", NOWHERE], "--file"),
        (["report", "safety", "--out", "x.md"], "--year"),
        (["export", "--template", "--out", NOWHERE], "--out: expected a file that can be written"),
        (["restore", "/nonexistent"], "manifest.json"),
        (["user", "add", "x"], "--name"),
    ],
)
def test_bad_usage_is_one_line_and_2(
    words: list[str], names: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(*words, monkeypatch=monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.splitlines()
    assert line.startswith("yian: ")
    assert re.search(names, line), line


def test_a_folder_that_cannot_be_made_is_named_and_other_faults_of_ours_are_not_hidden(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, plain_errors():
        (tmp_path / "missing" / "data").mkdir()
    assert ended.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert f"{tmp_path}/missing/data: expected a file or folder" in line
    with pytest.raises(OSError, match="no file at all"), plain_errors():
        raise OSError("no file at all")


def test_a_file_of_events_that_is_no_text_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\xff\xfe")
    assert called("rules", "test", str(events), monkeypatch=monkeypatch) == 2
    assert "FILE: expected a text file in UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["report"], ["dead-letters"]])
def test_a_subject_without_a_command_prints_its_help_and_nothing_on_stderr(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(*words, monkeypatch=monkeypatch) == 2
    out, err = capsys.readouterr()
    assert "Usage: yian" in out
    assert err == ""


def test_what_is_chinese_comes_out_in_a_locale_that_has_none() -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    ended = subprocess.run(
        [sys.executable, "-m", "yian", "decode", "wanlin", "--topic", "bridge/wanlin/1"],
        input='{"event":"0003","address":"251","content":"报警_251防区主机SOS"}'.encode(),
        env={**os.environ, **ascii_only},
        capture_output=True,
        check=True,
    )
    assert json.loads(ended.stdout.decode("utf-8"))[0]["values"]["text"] == "报警_251防区主机SOS"


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        settings = load(
            database_url="postgresql://127.0.0.1:1/none",
            secret_key="0123456789abcdef",
            http_port=port,
            data=tmp_path,
        )
        with pytest.raises(BadInput, match=f"YIAN_HTTP_PORT: .*127.0.0.1:{port}"):
            api.run(settings, threading.Event())


def test_the_doctor_names_the_broker_that_does_not_answer(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port: int = once.getsockname()[1]
    [broker] = [
        one for one in doctor.examine(load(mqtt_port=port, data=tmp_path), None) if one.what == "broker"
    ]
    assert not broker.good
    assert f"127.0.0.1:{port} does not answer" in broker.words
