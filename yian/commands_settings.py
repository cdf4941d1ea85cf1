"""`yian settings`: thresholds for the county, a home, a zone or a device, and who changed them."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from alerts import thresholds
from alerts.classes import Limits
from alerts.rules import limits as rules
from model.clock import SHANGHAI, utc_now
from model.errors import BadInput, Missing
from store import devices, rosters, settings
from store.sql import Conn
from yian import reach
from yian.settings import load

app = typer.Typer(help="阈值 · thresholds and who changed them", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]
Home = Annotated[str | None, typer.Option(help="机构代码 · code of the home")]
Zone = Annotated[str | None, typer.Option(help="区域名称，须同时给 --home · name of a zone of that home")]
Device = Annotated[str | None, typer.Option(help="设备，来源/地址 · a device as source/address")]
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclasses.dataclass(frozen=True, slots=True)
class _Target:
    scope: str
    where: rules.Where


@app.command("list")
def show(
    home: Home = None,
    zone: Zone = None,
    device: Device = None,
    at: Annotated[str | None, typer.Option(help="何时，ISO 8601 · when, now by default")] = None,
    as_json: Json = False,
) -> None:
    """当前生效的阈值 · the thresholds that apply there, with their bounds; * marks what was changed."""
    when = _instant(at)
    with reach.connection(load()) as conn:
        where = _target(conn, home, zone, device).where
        changes = [thresholds.change_of(row) for row in settings.changes(conn)]
    values = rules.resolve(changes, where, when, Limits())
    found = [
        {
            "name": field.name,
            "value": _plain(getattr(values, field.name)),
            "default": _plain(getattr(Limits(), field.name)),
            "least": rules.BOUNDS[field.name].least,
            "most": rules.BOUNDS[field.name].most,
            "why": rules.BOUNDS[field.name].why,
        }
        for field in dataclasses.fields(Limits)
    ]
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        mark = "" if one["value"] == one["default"] else "*"
        bounds = f"{one['least']:g}..{one['most']:g}"
        print(f"{one['name']}{mark}", f"{one['value']:g}", bounds, one["why"], sep="\t")


@app.command("set")
def change(
    name: Annotated[str, typer.Argument(help="阈值名称 · name of the threshold")],
    value: Annotated[
        str, typer.Argument(help="值，如 8m、90s、15；default 恢复上级 · 8m, 90s, 15, or default")
    ],
    by: Annotated[str, typer.Option(help="谁改的 · who changes it")],
    reason: Annotated[str, typer.Option(help="为什么 · why")],
    home: Home = None,
    zone: Zone = None,
    device: Device = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="何时起生效，缺省现在 · from when on, now by default")
    ] = None,
) -> None:
    """修改阈值 · change one for the county, or for a home, a zone or a device."""
    now = utc_now()
    number = _number(name, value)
    rules.check(name, number)
    effective_at = _instant(from_, now)
    if effective_at < now:
        raise BadInput("--from", "now or later: what has been is not rewritten", from_)
    if not by.strip() or not reason.strip():
        raise BadInput("--by, --reason", "who changes it, and why")
    with reach.connection(load()) as conn:
        target = _target(conn, home, zone, device)
        settings.insert(
            conn,
            name=name,
            scope=target.scope,
            home_id=target.where.home_id,
            place_id=target.where.zone_id if target.scope == "zone" else None,
            device_id=target.where.device_id,
            value=number,
            effective_at=effective_at,
            made_by=by,
            reason=reason,
            now=now,
        )
    print(
        name, value, target.scope, effective_at.astimezone(SHANGHAI).isoformat(timespec="seconds"), sep="\t"
    )


@app.command()
def history(
    name: Annotated[str | None, typer.Argument(help="阈值名称，缺省为全部 · name, all by default")] = None,
    as_json: Json = False,
) -> None:
    """修改记录 · every change: what, where, from when, who and why."""
    with reach.connection(load()) as conn:
        rows = settings.changes(conn, name)
    if as_json:
        print(json.dumps([dataclasses.asdict(row) for row in rows], ensure_ascii=False, default=str))
        return
    for row in rows:
        since = f"{row.effective_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        number = "default" if row.value is None else f"{row.value:g}"
        print(since, row.name, number, f"{row.scope} {row.target}".strip(), row.made_by, row.reason, sep="\t")


def _target(conn: Conn, home: str | None, zone: str | None, device: str | None) -> _Target:
    """Return what was named; raises BadInput or Missing."""
    if device is not None:
        source, _, address = device.partition("/")
        found = devices.find_device(conn, source, address)
        if found is None or found.home_id is None:
            raise Missing(f"no such device of a home: {device}")
        return _Target("device", rules.Where(found.home_id, found.zone_id, found.device_id))
    if home is None:
        if zone is not None:
            raise BadInput("--zone", "--home beside it", zone)
        return _Target("county", rules.Where())
    homes = rosters.homes(conn, home)
    if not homes:
        raise Missing(f"no such home: {home}")
    if zone is None:
        return _Target("home", rules.Where(homes[0].home_id))
    zones = settings.zones(conn, homes[0].home_id, zone)
    if len(zones) != 1:
        raise Missing(f"{len(zones)} zones of that name in {home}: {zone}")
    return _Target("zone", rules.Where(homes[0].home_id, zones[0]))


def _number(name: str, text: str) -> float | None:
    if text == "default":
        return None
    unit = _SECONDS.get(text[-1:])
    lasting = isinstance(getattr(Limits(), name, None), timedelta)
    try:
        return float(text[:-1]) * unit if unit is not None and lasting else float(text)
    except ValueError as exc:
        raise BadInput(name, "a number, for a duration in seconds or as 90s, 8m, 1h, 2d", text) from exc


def _instant(text: str | None, default: datetime | None = None) -> datetime:
    if text is None:
        return default or utc_now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise BadInput("time", "a date or time in ISO 8601", text) from exc
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _plain(value: Any) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else float(value)
