"""`yian mute`: what is quiet on purpose, a window of maintenance or tests, and its end."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

import typer

from alerts import suppression
from model.clock import SHANGHAI, utc_now
from model.errors import Missing
from model.people import Actor
from store import rosters, suppressions
from yian import reach
from yian.settings import load

app = typer.Typer(help="静音与维护时段 · what is quiet on purpose", no_args_is_help=True)
By = Annotated[str, typer.Option(help="谁 · who does it, as the log names them")]


@app.command("list")
def list_standing(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """当前静音 · what is quiet now or planned."""
    with reach.connection(load()) as conn:
        rows = suppressions.standing(conn, utc_now())
    if as_json:
        shown = [asdict(row) for row in rows]
        print(json.dumps(shown, ensure_ascii=False, default=datetime.isoformat))
        return
    for row in rows:
        what = row.device or " ".join(row.place or ()) or "全院"
        until = row.ends_at.astimezone(SHANGHAI)
        print(row.suppression_id, row.home, what, row.kind, row.reason, f"{until:%m-%d %H:%M}", sep="\t")


@app.command()
def window(
    home: Annotated[str, typer.Option(help="机构代码 · code of the home")],
    reason: Annotated[str, typer.Option(help="原因 · why")],
    by: By,
    minutes: Annotated[int, typer.Option(min=1, help="多少分钟 · for how many minutes")] = 60,
    kind: Annotated[str, typer.Option(help="maintenance | test")] = "maintenance",
) -> None:
    """全院维护或测试时段，现在开始 · a window of the whole home, from now on."""
    now = utc_now()
    with reach.connection(load()) as conn:
        found = rosters.homes(conn, home)
        if not found:
            raise Missing(f"no such home: {home}")
        made = suppression.open_window(
            conn,
            home_id=found[0].home_id,
            actor=Actor(None, by, "cli"),
            reason=reason,
            starts_at=now,
            lasting=timedelta(minutes=minutes),
            now=now,
            kind=kind,
        )
    print(made)


@app.command()
def end(suppression_id: int, by: By) -> None:
    """立即结束 · end one now; prints how many alerts came back."""
    with reach.connection(load()) as conn:
        if suppressions.by_id(conn, suppression_id) is None:
            raise Missing(f"nothing quiet: {suppression_id}")
        print(suppression.end(conn, suppression_id, utc_now(), actor=Actor(None, by, "cli")))
