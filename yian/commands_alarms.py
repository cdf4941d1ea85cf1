"""`yian alarms`: who would be told, when nobody is on duty, and how good the alarms are."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from alerts import dry_run as dry
from alerts import quality
from model.alerts import AlertClass
from model.clock import SHANGHAI, utc_now
from model.errors import BadInput, Missing
from store import devices, suppressions
from yian import commands_canary, commands_rosters, reach
from yian.asked import homes, instant
from yian.settings import load

app = typer.Typer(help="告警质量与演算 · alarms looked at before and after", no_args_is_help=True)
app.add_typer(commands_canary.app, name="canary")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]
Home = Annotated[str | None, typer.Option(help="机构代码，缺省为全部 · code of the home, all by default")]


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _show(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, default=_plain))


def _person(one: dry.Told) -> str:
    quiet = ""
    if one.quiet:
        until = f"至 until {one.told_at.astimezone(SHANGHAI):%H:%M}" if one.told_at else "跳过 passed over"
        quiet = f"，下班免打扰 quiet {until}"
    return f"{one.name}({','.join(one.channels) or '—'}{quiet})"


@app.command("dry-run")
def dry_run(
    device: Annotated[str, typer.Option(help="设备地址 · address of the device")],
    source: Annotated[str, typer.Option(help="来源 · source of the device")] = "yian",
    at: Annotated[str | None, typer.Option(help="何时，ISO 8601 · when, now by default")] = None,
    alert_class: Annotated[
        AlertClass | None,
        typer.Option("--class", help="告警类别 · alert class, the device's first by default"),
    ] = None,
    as_json: Json = False,
) -> None:
    """此刻报警会通知谁 · who would get this alarm; exit code 1 where a rung is dead."""
    when = instant(at, utc_now(), "--at")
    with reach.connection(load()) as conn:
        found = devices.find_device(conn, source, device)
        if found is None:
            raise Missing(f"no such device: {source} {device}")
        run = dry.dry_run(conn, found, alert_class or dry.class_of(found), when)
    if as_json:
        _show(asdict(run))
    else:
        print(f"{run.alert_class} {run.device} {run.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}")
        if run.window is not None:
            waits = "到时才通知 told at its end" if run.window.waits else "照常通知 told all the same"
            until = f"{run.window.until.astimezone(SHANGHAI):%m-%d %H:%M}"
            print(f"静音 muted ({run.window.kind}) {run.window.reason} → {until}: {waits}")
        for rung in run.rungs:
            people = "、".join(_person(one) for one in rung.people)
            mark = f" ✗ {rung.dead}" if rung.dead else ""
            print(f"{rung.step}  {rung.told_at.astimezone(SHANGHAI):%m-%d %H:%M:%S}  {people or '—'}{mark}")
    if any(rung.dead for rung in run.rungs):
        raise SystemExit(1)


app.command("gaps")(commands_rosters.gaps)


@app.command()
def unprotected(
    home: Annotated[str, typer.Option(help="机构代码 · code of the home")],
    from_: Annotated[
        str | None, typer.Option("--from", help="起，缺省 7 天前 · from, 7 days ago by default")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="止，缺省现在 · to, now by default")] = None,
    as_json: Json = False,
) -> None:
    """无防护人时 · resident-hours without a working detector, band or person on duty."""
    to_at = instant(to, utc_now(), "--to")
    from_at = instant(from_, to_at - timedelta(days=7), "--from")
    if from_at >= to_at:
        raise BadInput("--from", "a time before --to", from_)
    with reach.connection(load()) as conn:
        figures = asdict(quality.read_unprotected(conn, homes(conn, home)[0].home_id, from_at, to_at))
    if as_json:
        _show(figures)
        return
    for name, value in figures.items():
        print(name, value, sep="\t")


@app.command()
def kpi(
    home: Home = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="起，缺省 30 天前 · from, 30 days ago by default")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="止，缺省现在 · to, now by default")] = None,
    as_json: Json = False,
) -> None:
    """告警质量指标 · load, chattering, stale, false alarms, times to answer, missed deadlines."""
    to_at = instant(to, utc_now(), "--to")
    from_at = instant(from_, to_at - timedelta(days=30), "--from")
    if from_at >= to_at:
        raise BadInput("--from", "a time before --to", from_)
    with reach.connection(load()) as conn:
        home_id = homes(conn, home)[0].home_id if home is not None else None
        figures = asdict(quality.read(conn, home_id, from_at, to_at))
    if as_json:
        _show(figures)
        return
    for name, value in figures.items():
        print(name, json.dumps(value, ensure_ascii=False, default=_plain), sep="\t")


@app.command("tests")
def transmission_tests(
    home: Home = None,
    month: Annotated[
        str | None, typer.Option(help="月份，如 2026-03，缺省本月 · month, this one by default")
    ] = None,
    as_json: Json = False,
) -> None:
    """传输测试 · devices tested of devices due; exit code 1 where a month that is over misses one."""
    now = utc_now()
    first = instant(f"{month}-01" if month else f"{now.astimezone(SHANGHAI):%Y-%m}-01", now, "--month")
    until = (first + timedelta(days=32)).replace(day=1)
    with reach.connection(load()) as conn:
        homes(conn, home)
        found = suppressions.tests_due(conn, home, first, until)
    if as_json:
        _show([asdict(one) for one in found])
    else:
        for one in found:
            print(one.code, one.name, f"{one.tested}/{one.due}", "、".join(one.missing[:10]), sep="\t")
    if until <= now and any(one.tested < one.due for one in found):
        raise SystemExit(1)
