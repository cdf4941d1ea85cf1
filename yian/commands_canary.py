"""`yian alarms canary`: whom the daily canary (试报) goes to, and how long each stage of it took."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Annotated

import typer

from alerts import canary
from model.clock import SHANGHAI, utc_now
from model.errors import BadInput, Missing
from store import canaries, rosters
from store.rosters import HomeName
from store.sql import Conn
from yian import reach
from yian.settings import load
from yian.show import show_json

app = typer.Typer(help="每日试报 · the daily canary, through the whole way of an alarm")
Home = Annotated[str, typer.Argument(help="机构代码 · code of the home")]


def _home(conn: Conn, code: str) -> HomeName:
    found = rosters.homes(conn, code)
    if not found:
        raise Missing(f"no such home: {code}")
    return found[0]


@app.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    home: Annotated[str | None, typer.Option(help="机构代码，缺省为全部 · code of the home")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="往前几天 · days back")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """试报记录 · what became of each; exit code 1 where the last of a home did not go the whole way."""
    if context.invoked_subcommand is not None:
        return
    with reach.connection(load()) as conn:
        home_id = _home(conn, home).home_id if home else None
        plans = canaries.plans(conn, home_id)
        tried = canaries.stages(conn, home_id=home_id, since=utc_now() - timedelta(days=days))
    if as_json:
        show_json(
            {
                "plans": [asdict(plan) for plan in plans],
                "tried": [{**asdict(one), **asdict(canary.latency(one))} for one in tried],
            }
        )
    else:
        for plan in plans:
            print(plan.home_code, f"{plan.at:%H:%M}", plan.person_name, f"{plan.channels} channels", sep="\t")
        for one in tried:
            took = canary.latency(one)
            print(
                one.home_name,
                f"{one.begun_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
                one.person_name,
                *(
                    "—" if seconds is None else f"{name} {seconds:.3f} s"
                    for name, seconds in asdict(took).items()
                ),
                one.failed or ("ok" if one.ended_at else "…"),
                sep="\t",
            )
    last = {one.home_id: one for one in tried}
    if any(one.failed for one in last.values()):
        raise SystemExit(1)


@app.command("set")
def set_plan(
    home: Home,
    person: Annotated[str, typer.Option(help="登录名：谁的手机 · login: whose phone")],
    at: Annotated[str, typer.Option(help="每天何时（北京时间），如 09:30 · time of the day in Shanghai")],
    by: Annotated[str, typer.Option(help="谁设的 · who sets it, as the record names them")],
) -> None:
    """设定每日试报 · plan the daily canary of a home, or change the plan."""
    try:
        minute = time.fromisoformat(at)
    except ValueError as exc:
        raise BadInput("--at", "a time of the day, such as 09:30", at) from exc
    if minute.tzinfo is not None:
        raise BadInput("--at", "a time of the day in Shanghai, without a zone", at)
    with reach.connection(load()) as conn:
        found = _home(conn, home)
        chosen = next((one for one in canaries.candidates(conn, found.home_id) if one.login == person), None)
        if chosen is None:
            raise Missing(f"nobody of this login answers for {home}: {person}")
        canaries.set_plan(conn, found, person_id=chosen.person_id, at=minute, set_by=by, now=utc_now())
    print(f"{home} {minute:%H:%M} {chosen.name}, {chosen.channels} channels")


@app.command()
def off(home: Home) -> None:
    """停止每日试报 · end the daily canary of a home."""
    with reach.connection(load()) as conn:
        if not canaries.drop_plan(conn, _home(conn, home).home_id):
            raise Missing(f"no canary is planned for {home}")


@app.command()
def now(home: Home) -> None:
    """立即试一次，打印编号 · try it now, beside the day's; prints its number."""
    at: datetime = utc_now()
    with reach.connection(load()) as conn:
        print(canary.begin_now(conn, _home(conn, home).home_id, at))
