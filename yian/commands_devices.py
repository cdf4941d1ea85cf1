"""`yian device`: the registry of devices, and their credentials at the broker."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Annotated

import typer

from model.clock import local_day, utc_now
from model.devices import CANARY_LEVEL, DeviceKind
from model.errors import BadInput
from store import registry_edits
from yian import reach
from yian.settings import load

app = typer.Typer(help="设备台账 · the registry of devices", no_args_is_help=True)
Address = Annotated[str, typer.Argument(help="设备地址（序列号、IEEE 地址或名称）· address of the device")]
Source = Annotated[str, typer.Option(help="来源：yian 或 Zigbee 基础主题 · source")]

SERVICE_LOGIN = "yian"
"""The receiver's own login at the broker: it hears everything (deploy/mosquitto/acl)."""
_BRIDGE_LOGIN = "zigbee2mqtt"


def _today() -> date:
    return local_day(utc_now())


@app.command()
def add(
    address: Address,
    home: Annotated[str, typer.Option(help="机构代码 · code of the home")],
    kind: Annotated[DeviceKind, typer.Option(help="种类 · kind")] = DeviceKind.DETECTOR,
    place: Annotated[str | None, typer.Option(help="位置，如 主楼/二层/东区/203 · place by its path")] = None,
    name: Annotated[str | None, typer.Option(help="名称 · name")] = None,
    source: Source = "yian",
    report_every_s: Annotated[
        int, typer.Option(min=1, help="最长上报间隔（秒）· longest gap between reports")
    ] = 86400,
    sleeps: Annotated[
        bool, typer.Option("--sleeps", help="上报后即断开 · disconnects after each report")
    ] = False,
) -> None:
    """登记，或更正已登记的 · register a device, or correct it."""
    if kind in (DeviceKind.UNKNOWN, DeviceKind.CANARY):
        raise BadInput("--kind", "what the device is")
    if source == "yian" and address in (SERVICE_LOGIN, _BRIDGE_LOGIN, CANARY_LEVEL):
        raise BadInput("address", "no login of a service at the broker", address)
    with reach.connection(load()) as conn:
        registry_edits.register(
            conn,
            source=source,
            address=address,
            name=name or address,
            kind=kind,
            home=home,
            place=place,
            report_every=timedelta(seconds=report_every_s),
            sleeps=sleeps,
            installed_on=_today(),
        )
    print(f"{source} {address}")


@app.command()
def retire(address: Address, source: Source = "yian") -> None:
    """停用 · retire a device; what it said stays."""
    with reach.connection(load()) as conn:
        registry_edits.retire(conn, source, address, _today())


@app.command()
def credentials(address: Address) -> None:
    """生成代理登录口令；写入 mosquitto_passwd 后生效 · make a login for the broker's password file."""
    if address in (SERVICE_LOGIN, CANARY_LEVEL) or ":" in address or not address.isprintable():
        raise BadInput("address", "a device's or a bridge's login, printable and without a colon", address)
    print(f"{address}:{secrets.token_urlsafe(24)}")
