"""`yian drill`: start a drill of a fire or a missing resident, and list those held."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts import drills
from model.clock import SHANGHAI, utc_now
from model.errors import Missing
from model.people import Actor
from store import devices
from store import drills as rows
from yian import reach
from yian.settings import load

app = typer.Typer(help="消防与走失演练 · drills of fires and missing residents", no_args_is_help=True)


@app.command()
def start(
    device: Annotated[str, typer.Option(help="烟感或手环的地址 · address of the detector, or of the band")],
    by: Annotated[str, typer.Option(help="谁 · who starts it, as the log names them")],
    source: Annotated[str, typer.Option(help="来源 · source of the device")] = "yian",
) -> None:
    """烟感：消防演练；手环：走失演练。打印事件编号 · start a drill; prints its incident."""
    with reach.connection(load()) as conn:
        found = devices.find_device(conn, source, device)
        if found is None:
            raise Missing(f"no such device: {source} {device}")
        print(drills.start(conn, found, Actor(None, by, "cli"), utc_now()))


@app.command("list")
def list_held() -> None:
    """演练记录 · drills held, the newest first."""
    with reach.connection(load()) as conn:
        held = rows.held(conn)
    for drill in held:
        ended = drill.closed_at and f"{drill.closed_at.astimezone(SHANGHAI):%H:%M:%S}"
        begun = f"{drill.opened_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        kind = "消防" if drill.kind == "fire" else "走失"
        print(drill.incident_id, kind, drill.home, begun, ended or "进行中", sep="\t")
