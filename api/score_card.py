"""A home's score card: as a page, and as a file to print."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from psycopg import Connection
from psycopg.rows import TupleRow

from api.auth import SignedIn, Viewer
from api.home_choice import chosen_home
from api.render import render
from api.service import OurService
from compliance import monthly, monthly_filing, score_card
from compliance.score_card import Card
from model.errors import Missing
from store.homes import home_names

router = APIRouter(tags=["成绩单 Score card"])

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
Month = Annotated[str, Query(max_length=7)]


def _card(
    conn: Connection[TupleRow], viewer: Viewer, home_id: str, month: str, now: datetime
) -> tuple[int, Card]:
    home = chosen_home(conn, viewer, home_id)
    if home is None:
        raise Missing("没有可看的机构 no home to look at")
    first_on = monthly.month_named(month) if month else score_card.last_month(now)
    return home, score_card.read(conn, home, first_on, now)


@router.get("/card", include_in_schema=False)
def card_page(
    request: Request, service: OurService, viewer: SignedIn, home_id: str = "", month: Month = ""
) -> Response:
    """Return the card of a month, of the last one that is over by default."""
    with service.database(viewer.homes) as conn:
        home, card = _card(conn, viewer, home_id, month, service.clock())
        homes = home_names(conn) if viewer.oversight else []
        versions = monthly_filing.versions(conn, card.period.start_on, home)
    start = card.period.start_on
    return render(
        service,
        request,
        "card.html",
        viewer=viewer,
        home=home,
        homes=homes,
        card=card,
        versions=versions,
        month=f"{start:%Y-%m}",
    )


@router.get("/api/homes/{home_id}/card.{form}", summary="成绩单文件 Score card as a file")
def card_file(
    home_id: int, form: Literal["docx", "pdf"], viewer: SignedIn, service: OurService, month: Month = ""
) -> Response:
    """Return one page of A4; a .pdf needs LibreOffice on the server."""
    with service.database(viewer.homes) as conn:
        if home_id not in {one for one, _ in home_names(conn)}:
            raise Missing(f"没有这家机构 no such home: {home_id}")
        _, card = _card(conn, viewer, str(home_id), month, service.clock())
    # Here and not above: few ask for a file, and the service would carry its library all along.
    from compliance import score_card_docx

    content = score_card_docx.render(card) if form == "docx" else score_card_docx.render_pdf(card)
    name = quote(f"{card.home}{card.period.start_on:%Y-%m}成绩单.{form}")
    return Response(
        content,
        media_type=_TYPES[form],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )
