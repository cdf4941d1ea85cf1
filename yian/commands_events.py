"""`yian events`: what devices said, taken out for a replay."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated

import typer

from model.clock import SHANGHAI, utc_now
from model.errors import BadInput, Missing
from store import history, rosters
from yian import reach
from yian.settings import load

app = typer.Typer(help="设备事件 · what devices said", no_args_is_help=True)


@app.callback()
def events() -> None:
    """设备事件 · what devices said."""


@app.command()
def export(
    home: Annotated[
        str | None, typer.Option(help="机构代码，缺省为全部 · code of the home, all by default")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="起，缺省 12 小时前 · from, 12 hours ago by default")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="止，缺省现在 · to, now by default")] = None,
) -> None:
    """导出事件供 rules test 重放 · JSON lines for `yian rules test`."""
    to_at = _instant(to, utc_now())
    from_at = _instant(from_, to_at - timedelta(hours=12))
    if from_at >= to_at:
        raise BadInput("--from", "a time before --to", from_)
    with reach.connection(load()) as conn:
        found = rosters.homes(conn, home) if home is not None else []
        if home is not None and not found:
            raise Missing(f"no such home: {home}")
        rows = history.events(conn, found[0].home_id if found else None, from_at, to_at)
    for row in rows:
        print(json.dumps(row.as_line()))


def _instant(text: str | None, default: datetime) -> datetime:
    if text is None:
        return default
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise BadInput("time", "a date or time in ISO 8601", text) from exc
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
