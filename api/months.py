"""Months as they were filed: the list, one of them with its corrections in sight, and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from psycopg import Connection
from psycopg.rows import TupleRow

from api.auth import SignedIn, Viewer
from api.home_choice import HomeText, chosen_home
from api.render import render
from api.service import OurService
from compliance import monthly, monthly_sheet, score_card
from compliance.monthly_sheet import Row, Sheet
from model.errors import Missing
from store import months
from store.homes import home_names
from store.months import FiledMonth

router = APIRouter(tags=["月报 Months"])

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
Month = Annotated[str, Query(max_length=7)]


@dataclass(frozen=True, slots=True)
class MonthOut:
    """一个月的数字：报送、更正、现在所知、去年同月 A month: as filed, corrected, known now, a year before."""

    month: str
    home_id: int | None
    scope: str
    to_date: bool
    versions: int
    rows: tuple[Row, ...]


def scope_of(conn: Connection[TupleRow], viewer: Viewer, home_id: str) -> int | None:
    """Return the home that is asked for, None for the county; raises Missing for what a person may not see.

    Who asks for nothing gets their own home, or the county where they see it, else the first of their homes.
    """
    if viewer.homes is None and not home_id:
        return None
    home = chosen_home(conn, viewer, home_id)
    if home is None:
        raise Missing("没有可看的机构 no home to look at")
    return home


def _sheet(conn: Connection[TupleRow], viewer: Viewer, home_id: str, month: str, now: datetime) -> Sheet:
    first_on = monthly.month_named(month) if month else score_card.last_month(now)
    return monthly_sheet.read(conn, first_on, scope_of(conn, viewer, home_id), now)


@router.get("/api/months", summary="已报送的月份 Months that were filed")
def list_months(viewer: SignedIn, service: OurService, home_id: HomeText = "") -> list[FiledMonth]:
    """Return the months of a home, or of the county, the newest first."""
    with service.database(viewer.homes) as conn:
        return months.overview(conn, scope_of(conn, viewer, home_id))


@router.get("/api/months/{month}", summary="一个月的数字 A month's figures")
def read_month(month: str, viewer: SignedIn, service: OurService, home_id: HomeText = "") -> MonthOut:
    """Return the figures of a month, corrections beside what was filed."""
    with service.database(viewer.homes) as conn:
        sheet = _sheet(conn, viewer, home_id, month, service.clock())
    start = sheet.period.start_on
    return MonthOut(
        f"{start:%Y-%m}", sheet.home_id, sheet.scope, sheet.period.to_date, len(sheet.versions), sheet.rows
    )


@router.get("/api/months/{month}/report.{form}", summary="月报文件 A month as a file")
def month_file(
    month: str, form: Literal["docx", "pdf"], viewer: SignedIn, service: OurService, home_id: HomeText = ""
) -> Response:
    """Return the month's report; a .pdf needs LibreOffice on the server."""
    with service.database(viewer.homes) as conn:
        sheet = _sheet(conn, viewer, home_id, month, service.clock())
    # Here and not above: few ask for a file, and the service would carry its library all along.
    from compliance import monthly_docx

    content = monthly_docx.render(sheet) if form == "docx" else monthly_docx.render_pdf(sheet)
    name = quote(f"{sheet.scope}{sheet.period.start_on:%Y-%m}安全月报.{form}")
    return Response(
        content,
        media_type=_TYPES[form],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.get("/months", include_in_schema=False)
def months_page(
    request: Request, service: OurService, viewer: SignedIn, home_id: HomeText = "", month: Month = ""
) -> Response:
    """Return a month, the last one that is over by default, and the list of those that were filed."""
    with service.database(viewer.homes) as conn:
        sheet = _sheet(conn, viewer, home_id, month, service.clock())
        filed = months.overview(conn, sheet.home_id)
        homes = home_names(conn) if viewer.oversight else []
    return render(
        service,
        request,
        "months.html",
        viewer=viewer,
        sheet=sheet,
        filed=filed,
        homes=homes,
        month=f"{sheet.period.start_on:%Y-%m}",
    )
