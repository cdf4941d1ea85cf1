"""`yian rules`: what the rules would have made of recorded history, before a change goes live."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from alerts import beside, what_if
from compliance.registers import importing
from model.clock import utc_now
from model.errors import BadInput
from store.history import Called
from store.sql import Conn
from yian import reach
from yian.asked import text_of
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
    ladder_file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="通知链文件，每行一条 · a ladder in each line"),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="换一份值班表（导入用的 XLSX/CSV）· another roster, not stored"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """历史事件会触发哪些告警 · what would have been raised."""
    history: list[what_if.Recorded] = []
    for number, line in enumerate(text_of(file, "FILE").splitlines(), 1):
        if line.strip():
            try:
                history.append(what_if.read(json.loads(line)))
            except json.JSONDecodeError as exc:
                raise BadInput(f"line {number}", "one JSON object", line) from exc
            except BadInput as exc:
                raise BadInput(f"line {number}: {exc.field}", exc.expected, exc.got) from exc
    typed = (beside.lines(text_of(ladder_file, "--ladder-file")) if ladder_file else []) + (ladder or [])
    limits, ladders = what_if.with_limits(limit or []), beside.ladders(typed)
    if (ladders or roster is not None) and not beside_real:
        raise BadInput("--beside", "together with --ladder, --ladder-file or --roster: who is told is in it")
    if beside_real:
        # Another roster is entered, tried and taken back: the stored one is never changed.
        with reach.connection(load()) as conn, conn.transaction(force_rollback=True):
            if roster is not None:
                _try_roster(conn, history, roster)
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


def _try_roster(conn: Conn, history: list[what_if.Recorded], roster: Path) -> None:
    beside.try_roster(conn, history)
    outcome = importing.import_file(
        conn,
        roster.read_bytes(),
        roster.name,
        register="duties",
        dry_run=False,
        actor="yian rules test",
        now=utc_now(),
    )
    if outcome.faults:
        first = outcome.faults[0]
        more = f", and {len(outcome.faults) - 1} more" if len(outcome.faults) > 1 else ""
        raise BadInput(
            f"--roster: row {first.row} {first.column}", f"{first.expected}{more}", first.found or "nothing"
        )


def _show_beside(rows: list[beside.Beside], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(one) for one in rows], ensure_ascii=False, default=_plain))
        return
    for one in rows:
        mark = "=" if one.would and one.was else "+" if one.would else "-"
        would, was = _called(one.would_tell), _called(one.was_told)
        print(mark, one.at.isoformat(), one.alert_class, one.device, one.reason, would, was, sep="\t")


def _called(people: Sequence[Called]) -> str:
    """Return who is told after how many seconds; in brackets who has the board only."""
    said = (f"{one.name}@{one.after_s:.0f}s" for one in people)
    return (
        "、".join(text if one.by_channel else f"({text})" for text, one in zip(said, people, strict=True))
        or "—"
    )


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
