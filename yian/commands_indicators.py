"""`yian indicators`: the indicators of a county, township, home or device, of a day up to a year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compliance import indicator_sheet, indicator_words
from model.clock import utc_now
from model.scopes import scope_named
from model.spans import SpanKind, span_named, to_date
from store import scopes
from yian import reach
from yian.settings import load
from yian.show import show_json


def indicators(
    scope: Annotated[
        str,
        typer.Option(
            metavar="SCOPE",
            help="county、township:乡镇、home:机构代码 或 device:设备地址 · whose",
        ),
    ] = "county",
    period: Annotated[
        str | None,
        typer.Option(
            metavar="PERIOD",
            help="2026、2026-Q2、2026-03 或 2026-03-14，缺省为本年至今 · when, by default the year to date",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
    data: Annotated[
        Path | None, typer.Option(help="内置服务的数据目录 · folder of the embedded services")
    ] = None,
) -> None:
    """各项指标 · the indicators, each with its parts, completeness and evidence query."""
    now = utc_now()
    asked, span = scope_named(scope), span_named(period) if period else to_date(SpanKind.YEAR, now)
    with reach.connection(load(data=data), "indicators") as conn:
        # All of it is of one moment; the first statement of the transaction.
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        sheet = indicator_sheet.read(conn, scopes.find(conn, asked), span, now)
    if as_json:
        show_json(indicator_words.sheet_as_data(sheet))
    else:
        print(indicator_words.as_text(sheet))
