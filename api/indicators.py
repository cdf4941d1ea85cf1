"""The indicators of a county, township, home or device: as data, and as pages that lead to their rows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from psycopg import Connection
from psycopg.rows import TupleRow

from api.auth import SignedIn, Viewer
from api.errors import Forbidden
from api.render import render
from api.service import OurService
from compliance import indicator_sheet, indicator_words, row_words
from compliance.indicator_sheet import PAST, Detail
from compliance.reasons import reason
from model.errors import Missing
from model.scopes import COUNTY, Scope, ScopeKind, scope_named
from model.spans import Span, SpanKind, span_named, span_of, to_date
from store import scopes
from store.scopes import Where

router = APIRouter(tags=["指标 Indicators"])

ScopeText = Annotated[str, Query(max_length=120)]
PeriodText = Annotated[str, Query(max_length=12)]


def answerable(viewer: SignedIn) -> Viewer:
    """Return who is logged in, for what the head of a home and the offices answer for. Raises Forbidden."""
    if viewer.in_charge:
        return viewer
    raise Forbidden(
        "指标仅负责人、乡镇、县局和管理员可看"
        " only the head, the township, the bureau and the administrator see the indicators"
    )


Answerable = Annotated[Viewer, Depends(answerable)]


def where_of(conn: Connection[TupleRow], viewer: Viewer, text: str) -> Where:
    """Return the scope that is asked for, else the widest that is a person's own.

    Raises Missing for what they may not see: half a township would pass for the whole of it.
    """
    scope = scope_named(text) if text else _own(conn, viewer)
    if scope.kind is ScopeKind.COUNTY and viewer.homes is not None:
        raise Missing("没有这个范围 no such county")
    if scope.kind is ScopeKind.TOWNSHIP and viewer.person.home_id is not None:
        raise Missing(f"没有这个乡镇 no such township: {scope.name}")
    return scopes.find(conn, scope)


def _own(conn: Connection[TupleRow], viewer: Viewer) -> Scope:
    if viewer.homes is None:
        return COUNTY
    seen = scopes.homes(conn)
    if not seen:
        raise Missing("没有可看的机构 no home to look at")
    if viewer.person.home_id is not None:
        return Scope(ScopeKind.HOME, seen[0].code)
    return Scope(ScopeKind.TOWNSHIP, seen[0].township)


def _span(text: str, now: datetime) -> Span:
    return span_named(text) if text else to_date(SpanKind.YEAR, now)


def _past_as_data(detail: Detail) -> list[dict[str, Any]]:
    return [
        {
            "period": str(one.span),
            "value": figure.value,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "completeness": figure.completeness,
            "weak": figure.weak,
        }
        for one in detail.past
        for figure in one.figures.values()
    ]


@router.get(
    "/api/indicators",
    summary="各项指标 The indicators",
    description="`scope` 为 county、township:乡镇、home:机构代码 或 device:设备地址；"
    "`period` 为 2026、2026-Q2、2026-03 或 2026-03-14。与 `yian indicators --json` 相同。\n\n"
    "Each with its parts, completeness and evidence query, as `yian indicators --json` prints them;"
    " one that is unknown has no value, and says why.",
    response_model=dict[str, Any],
)
def read_indicators(
    viewer: Answerable, service: OurService, scope: ScopeText = "", period: PeriodText = ""
) -> JSONResponse:
    """Return the indicators of a scope and period: one's own widest scope and the year to date by default."""
    now = service.clock()
    with service.database(viewer.homes, snapshot=True) as conn, service.beside(conn) as other:
        where = where_of(conn, viewer, scope)
        sheet = indicator_sheet.read(conn, where, _span(period, now), now, other)
    # Plain values already: to look at each of them again took longer than to write them all.
    return JSONResponse(indicator_words.sheet_as_data(sheet))


@router.get(
    "/api/indicators/{key}",
    summary="一项指标及其依据 One indicator with its rows",
    description=f"最近 {PAST} 个同类时段，以及计入的每一行。\n\n"
    f"The same of the last {PAST} periods of its kind, and the rows that it counts.",
)
def read_indicator(
    key: str, viewer: Answerable, service: OurService, scope: ScopeText = "", period: PeriodText = ""
) -> dict[str, Any]:
    """Return one indicator, its past, and what it counts."""
    now = service.clock()
    with service.database(viewer.homes, snapshot=True) as conn:
        detail = indicator_sheet.detail(conn, where_of(conn, viewer, scope), _span(period, now), key, now)
    return {
        "scope": str(detail.where.scope),
        "period": str(detail.span),
        "indicator": indicator_words.as_data(detail.line),
        "past": _past_as_data(detail),
        "rows": [asdict(row) for row in detail.behind.rows],
        "rows_counted": detail.behind.count,
        "sums": [asdict(one) for one in detail.behind.sums],
    }


@router.get("/indicators", include_in_schema=False)
def indicators_page(
    request: Request,
    service: OurService,
    viewer: Answerable,
    scope: ScopeText = "",
    period: PeriodText = "",
) -> Response:
    """Return the indicators of a scope and period, with the past of those that are told at a glance."""
    now = service.clock()
    span = _span(period, now)
    with service.database(viewer.homes, snapshot=True) as conn, service.beside(conn) as other:
        where = where_of(conn, viewer, scope)
        sheet = indicator_sheet.read(conn, where, span, now, other)
        past = indicator_sheet.past(conn, where, span, now)
        homes = scopes.homes(conn)
        townships = scopes.townships(conn) if viewer.oversight else []
    return render(
        service,
        request,
        "indicators.html",
        viewer=viewer,
        sheet=sheet,
        past=past,
        homes=homes,
        townships=townships,
        parts_of=indicator_words.parts_of,
        completeness_of=indicator_words.completeness_of,
        reason=reason,
        **_spans(span, now),
    )


@router.get("/indicators/{key}", include_in_schema=False)
def indicator_page(
    key: str,
    request: Request,
    service: OurService,
    viewer: Answerable,
    scope: ScopeText = "",
    period: PeriodText = "",
) -> Response:
    """Return one indicator with its past and the rows that it counts."""
    now = service.clock()
    span = _span(period, now)
    with service.database(viewer.homes, snapshot=True) as conn:
        detail = indicator_sheet.detail(conn, where_of(conn, viewer, scope), span, key, now)
    return render(
        service,
        request,
        "indicator.html",
        viewer=viewer,
        detail=detail,
        key=key,
        row_named=row_words.row_named,
        parts_of=indicator_words.parts_of,
        completeness_of=indicator_words.completeness_of,
        reason=reason,
        **_spans(span, now),
    )


def _spans(span: Span, now: datetime) -> dict[str, Any]:
    """Return what leads from a span to others: of the same kind, of the other kinds, before and after."""
    today = to_date(SpanKind.DAY, now).start_on
    inside = today if span.start_on <= today <= span.end_on else min(span.end_on, today)
    running = to_date(span.kind, now)
    choices = running.last(PAST * 3)
    following = span.next()
    return {
        "span": span,
        "kinds": {kind: span_of(kind, inside) for kind in reversed(SpanKind)},
        "choices": tuple(reversed(choices if span in choices else (span, *choices))),
        "before": span.previous(),
        "after": following if following.has_begun(now) else None,
    }
