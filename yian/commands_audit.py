"""`yian audit`: whether the evidence log is as it was written."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts.log import broken
from store import alert_log
from yian import reach
from yian.settings import load
from yian.show import show_json

app = typer.Typer(help="处置日志 · the evidence log", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]


@app.command("verify")
def verify_audit(as_json: Json = False) -> None:
    """核对日志链 · find any change in the evidence log."""
    with reach.connection(load()) as conn:
        rows = alert_log.whole_log(conn)
    found = broken(rows)
    if as_json:
        show_json({"rows": len(rows), "broken": found})
    else:
        print(f"{len(rows)} rows, {len(found)} broken")
        for line in found:
            print(line)
    if found:
        raise SystemExit(1)
