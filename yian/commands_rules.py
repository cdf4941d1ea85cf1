"""`yian rules`: what the rules would have made of recorded history, before a change goes live."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from alerts import beside, what_if
from model.errors import BadInput
from yian import reach
from yian.settings import load

app = typer.Typer(help="告警规则演练 · rules tried on history", no_args_is_help=True)


@app.callback()
def rules() -> None:
    """告警规则演练 · rules tried on history."""


@app.command("test")
def try_rules(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="JSON 行文件 · events as JSON lines")
    ],
    limit: Annotated[
        list[str] | None, typer.Option(help="改一个阈值，如 coincidence_within=300 · change one limit")
    ] = None,
    beside_real: Annotated[
        bool, typer.Option("--beside", help="与实际告警对照 · beside what really was, and who was told")
    ] = False,
    ladder: Annotated[
        list[str] | None,
        typer.Option(help="与 --beside 同用，换一条通知链 · another ladder, F1=carer:30,head+bureau:60"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """历史事件会触发哪些告警 · what would have been raised."""
    history: list[what_if.Recorded] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                history.append(what_if.read(json.loads(line)))
            except json.JSONDecodeError as exc:
                raise BadInput(f"line {number}", "one JSON object", line) from exc
            except BadInput as exc:
                raise BadInput(f"line {number}: {exc.field}", exc.expected, exc.got) from exc
    limits, ladders = what_if.with_limits(limit or []), beside.ladders(ladder or [])
    if beside_real:
        with reach.connection(load()) as conn:
            rows = beside.compare(conn, history, limits, ladders)
        _show_beside(rows, as_json=as_json)
        return
    found = what_if.replay(history, limits)
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=_plain))
        return
    for one in found:
        late = "late" if one.late else ""
        print(one.at.isoformat(), one.alert_class, one.device, one.reason, late, sep="\t")


def _show_beside(rows: list[beside.Beside], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(one) for one in rows], ensure_ascii=False, default=_plain))
        return
    for one in rows:
        mark = "=" if one.would and one.was else "+" if one.would else "-"
        would, was = "、".join(one.would_tell) or "—", "、".join(one.was_told) or "—"
        print(mark, one.at.isoformat(), one.alert_class, one.device, one.reason, would, was, sep="\t")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
