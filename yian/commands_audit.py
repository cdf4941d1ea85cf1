"""`yian audit`: whether the evidence log is as it was written."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts import evidence
from model.clock import SHANGHAI, utc_now
from store import alert_log
from yian import reach
from yian.settings import load
from yian.show import show_json

app = typer.Typer(help="处置日志 · the evidence log", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]


@app.command("verify")
def verify_audit(
    head: Annotated[
        str | None,
        typer.Option(help="另行保存的封存码 · a head that was kept outside, see `yian audit head`"),
    ] = None,
    as_json: Json = False,
) -> None:
    """核对日志链 · find any change in the evidence log, a tail that was taken out too."""
    with reach.connection(load()) as conn:
        alert_log.one_view(conn)
        rows, found = evidence.faults(conn, head)
    if as_json:
        show_json({"rows": rows, "broken": found})
    else:
        print(f"{rows} rows, {len(found)} broken")
        for line in found:
            print(line)
    if found:
        raise SystemExit(1)


@app.command("head")
def seal_log(as_json: Json = False) -> None:
    """封存日志并打印封存码 · seal the log and print its head, to be kept outside the database."""
    with reach.connection(load()) as conn:
        made = evidence.seal(conn, utc_now())
    if as_json:
        show_json(made and {"sealed_at": made.sealed_at, "rows": made.rows, "head": made.hash.hex()})
    elif made is None:
        print("0 rows")
    else:
        print(f"{made.sealed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", made.rows, made.hash.hex(), sep="\t")
