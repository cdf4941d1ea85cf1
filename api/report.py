"""The safety section of the annual report: looked at, taken as a file, signed, compared with today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from psycopg import Connection
from psycopg.rows import TupleRow
from pydantic import BaseModel, Field

from api.auth import SignedIn, Viewer
from api.home_choice import HomeText
from api.months import scope_of
from api.once import Once
from api.registers import Keeper, WritingKeeper
from api.render import render
from api.service import OurService, Service
from compliance.document import Detail, Numbering, Style
from compliance.json_report import SCHEMA
from compliance.own_words import own_words
from compliance.report import Report, seen
from compliance.sources import source_lines, source_of
from model.clock import SHANGHAI
from model.counted import Counted
from model.errors import BadInput, Missing
from model.periods import year_of, year_until
from store import reports
from store.homes import home_names
from store.reports import Signed, Signing

router = APIRouter(tags=["年度报告 Annual report"])

KIND = "safety"
NEWEST = 30
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}
Form = Literal["docx", "pdf", "xlsx", "md", "json"]
Id = Annotated[int, Path(gt=0, lt=2**31)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a section is asked to be; `until` is the last day of a year to date, None the whole year."""

    year: int
    home_id: str
    until: date | None
    style: Style


Year = Annotated[int, Field(ge=2000, le=2100)]


class ToSign(BaseModel):
    """签发哪一份 Which report is to be signed."""

    year: Year
    home_id: int | None = None
    until: str = ""
    numbering: Numbering = Numbering.PAREN
    detail: Detail = Detail.FULL
    rounded: bool = False


class SignedOut(BaseModel):
    """签发的编号与版本 The number and the version that it got."""

    report_id: int
    version: int


def asked(
    service: OurService,
    year: Annotated[Year | None, Query()] = None,
    home_id: HomeText = "",
    until: Annotated[str, Query(max_length=10)] = "",
    numbering: Numbering = Numbering.PAREN,
    detail: Detail = Detail.FULL,
    rounded: bool = False,
    masked: bool = False,
    footnotes: bool = False,
) -> Asked:
    """Return what a request asks for, this year where it names none; raises BadInput."""
    given = service.clock().astimezone(SHANGHAI).year if year is None else year
    return Asked(given, home_id, _day(until, given), Style(numbering, masked, footnotes, detail, rounded))


def _day(text: str, year: int) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as exc:
        raise BadInput("until", "日期，年-月-日 a day, YYYY-MM-DD", text) from exc
    if day is not None and day.year != year:
        raise BadInput("until", f"{year} 年内的日期 a day of {year}", text)
    return day


Wish = Annotated[Asked, Depends(asked)]


def _made(conn: Connection[TupleRow], viewer: Viewer, wish: Asked, now: datetime) -> Report:
    period = year_of(wish.year, now) if wish.until is None else year_until(wish.until, now)
    return seen(conn, period, scope_of(conn, viewer, wish.home_id), own_words(conn), wish.style, now)


def _read(service: Service, viewer: Viewer, wish: Asked) -> Report:
    with service.database(viewer.homes, snapshot=True) as conn:
        return _made(conn, viewer, wish, service.clock())


@router.get("/report", include_in_schema=False)
def report_page(request: Request, service: OurService, viewer: SignedIn, wish: Wish) -> Response:
    """Return the section as it reads today, with every choice that it has."""
    with service.database(viewer.homes, snapshot=True) as conn:
        made = _made(conn, viewer, wish, service.clock())
        homes = home_names(conn) if viewer.oversight else []
        signed = reports.newest(conn, KIND, NEWEST) if viewer.homes is None else []
    section = made.section
    return render(
        service,
        request,
        "report.html",
        viewer=viewer,
        wish=wish,
        home=made.counted.home,
        period=made.counted.period,
        version=1 + max((one.version for one in signed if _is_of(one, made.counted)), default=0),
        section=section,
        homes=homes,
        signed=signed,
        sources={key: source_of(section.figures[key]) for key in section.printed},
        lines=source_lines(section) if section.style.footnotes else [],
        numberings=list(Numbering),
        details=list(Detail),
        asked=_as_query(wish),
    )


def _is_of(signed: Signing, counted: Counted) -> bool:
    home_id = None if counted.home is None else counted.home.home_id
    period = counted.period
    return (signed.start_on, signed.end_on, signed.home_id) == (period.start_on, period.end_on, home_id)


def _as_query(wish: Asked) -> dict[str, str]:
    style = wish.style
    flags = {"rounded": style.rounded, "masked": style.masked, "footnotes": style.footnotes}
    return {
        "year": str(wish.year),
        "home_id": wish.home_id,
        "until": wish.until.isoformat() if wish.until else "",
        "numbering": style.numbering.value,
        "detail": style.detail.value,
        **{name: "true" for name, is_set in flags.items() if is_set},
    }


@router.get("/api/report/safety.{form}", summary="安全章节文件 The section as a file")
def report_file(form: Form, viewer: SignedIn, service: OurService, wish: Wish) -> Response:
    """Return the section in one of five formats; a .pdf needs LibreOffice on the server."""
    made = _read(service, viewer, wish)
    return _sent(_written(made, form, service.clock()), form, made.section.title.replace("\n", ""))


def _written(made: Report, form: Form, now: datetime) -> bytes:
    # Here and not above: few ask for a file, and the service would carry the libraries all along.
    from compliance import docx, json_report, markdown, pdf, xlsx

    writers: dict[str, Callable[[], bytes]] = {
        "docx": lambda: docx.render(made.section, now),
        "pdf": lambda: pdf.render(made.section, now),
        "xlsx": lambda: xlsx.render(made, now),
        "md": lambda: markdown.render(made.section).encode(),
        "json": lambda: json_report.render(made).encode(),
    }
    return writers[form]()


def _sent(content: bytes, form: str, name: str) -> Response:
    named = f"attachment; filename*=UTF-8''{quote(f'{name}.{form}')}"
    return Response(content, media_type=TYPES[form], headers={"Content-Disposition": named})


@router.get("/api/report/schema.json", summary="数据文件的格式 The schema of the .json")
def schema(_: SignedIn) -> Response:
    """Return the JSON Schema that every .json of the section keeps to."""
    return Response(SCHEMA.read_bytes(), media_type="application/schema+json")


@router.post("/api/report/sign", summary="签发 Sign")
def sign(body: ToSign, viewer: WritingKeeper, service: OurService, once: Once) -> SignedOut:
    """Sign a section and keep it for good, with its figures and the rows behind them."""
    from compliance import archive

    wish = Asked(
        body.year,
        "" if body.home_id is None else str(body.home_id),
        _day(body.until, body.year),
        Style(body.numbering, detail=body.detail, rounded=body.rounded),
    )
    made = _read(service, viewer, wish)
    # In a transaction of its own: the end of the chain is read after whoever signs at the same time is done.
    with service.database(viewer.homes) as conn:

        def freeze() -> SignedOut:
            stamp = archive.freeze(conn, made, viewer.person.name, service.clock())
            return SignedOut(report_id=stamp.report_id, version=stamp.version)

        return once.answer(conn, SignedOut, freeze)


def _signed(conn: Connection[TupleRow], report_id: int) -> Signed:
    found = reports.by_id(conn, report_id)
    if found is None or found.kind != KIND:
        raise Missing(f"没有这份已签署的报告 no such signed report: {report_id}")
    return found


@router.get("/report/signed/{report_id}", include_in_schema=False)
def signed_page(report_id: Id, request: Request, service: OurService, viewer: Keeper) -> Response:
    """Return whether the database still agrees with a signed report, else which figure moved and why."""
    from compliance import archive

    with service.database(viewer.homes, snapshot=True) as conn:
        verdict = archive.compare(conn, _signed(conn, report_id), service.clock())
        newest = reports.newest_version(conn, report_id)
        homes = dict(home_names(conn))
    home = verdict.signed.home_id
    return render(
        service,
        request,
        "report_signed.html",
        viewer=viewer,
        verdict=verdict,
        signed=verdict.signed,
        newest=newest,
        scope="" if home is None else homes.get(home, verdict.signed.home),
    )


@router.get("/api/report/signed/{report_id}.{form}", summary="签发件 A signed report as a file")
def signed_file(
    report_id: Id, form: Literal["docx", "json"], viewer: Keeper, service: OurService
) -> Response:
    """Return a signed report as it was signed, with the stamp by which `yian report verify` knows it."""
    from compliance import archive

    with service.database(viewer.homes) as conn:
        signed = _signed(conn, report_id)
    content = archive.again(signed, form)
    return _sent(content, form, f"{signed.start_on.year}年度安全工作汇报材料 第{signed.version}版")
