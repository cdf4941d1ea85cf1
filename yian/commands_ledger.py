"""`yian ledger`: the proof-test ledger and the week's walking round."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from compliance.ledger import round_of, week_of
from model.clock import SHANGHAI, local_day, utc_now
from model.errors import BadInput
from store import ledger
from store.homes import home_id_of
from yian import reach
from yian.settings import load

app = typer.Typer(help="设备测试台账 · the proof-test ledger", no_args_is_help=True)
Data = Annotated[Path | None, typer.Option(help="内置服务的数据目录 · folder of the embedded services")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]


def _instant(option: str, text: str | None, otherwise: datetime) -> datetime:
    if text is None:
        return otherwise
    try:
        found = datetime.fromisoformat(text)
    except ValueError as exc:
        raise BadInput(option, "a time in ISO 8601", text) from exc
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


@app.command("list")
def list_tests(
    home: Annotated[str | None, typer.Option(help="机构代码 · one home, by code")] = None,
    week: Annotated[str | None, typer.Option(help="这一天所在的周，缺省为本周 · week of this day")] = None,
    known_at: Annotated[str | None, typer.Option(help="按此时已知 · as known at this time")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """列出收到的测试 · tests that arrived in a week: who, what, when, and when it was learned."""
    now = utc_now()
    _, starts_at, ends_at = week_of(_instant("--week", week, now))
    with reach.connection(load(data=data), "ledger") as conn:
        ledger.learn(conn, now)
        home_id = None if home is None else home_id_of(conn, home)
        found = ledger.tests(conn, home_id, starts_at, ends_at, _instant("--known-at", known_at, now))
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        when = f"{one.arrived_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        print(one.proof_id, when, one.home, one.device, one.tested_by or "—", sep="\t")


@app.command("week")
def week_round(
    home: Annotated[str, typer.Option(help="机构代码 · the home's code")],
    as_json: Json = False,
    data: Data = None,
) -> None:
    """本周巡测还差什么 · what this week's round still lacks."""
    now = utc_now()
    with reach.connection(load(data=data), "ledger") as conn:
        ledger.learn(conn, now)
        rows = ledger.due(conn, home_id_of(conn, home), local_day(now), week_of(now)[2], now)
    found = round_of(rows, now)
    if as_json:
        told = {
            "monday": found.monday.isoformat(),
            "due": found.due,
            "proven": found.due - len(found.missing),
            "missing": [asdict(one) for one in found.missing],
        }
        print(json.dumps(told, ensure_ascii=False, default=str))
        return
    print(f"{found.monday} 起：{found.due - len(found.missing)} / {found.due}")
    for one in found.missing:
        print(f"  ○ {one.place or '—'}\t{one.name}")
