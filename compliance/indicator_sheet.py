"""The indicators of any scope and span, each with its past and the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from compliance import monthly_sheet
from compliance.catalogue import BY_KEY, GLANCED, Indicator, fitting, reads_of
from compliance.evidence_rows import Behind, behind
from compliance.figures import Figure
from compliance.indicators import figures
from compliance.monthly_sheet import Filed
from model.counted import Counted
from model.errors import Missing
from model.periods import Period
from model.scopes import ScopeKind
from model.spans import Span, SpanKind
from store import figures as rows
from store.scopes import Where
from store.sql import Conn

PAST = 12
"""How many spans of the same kind stand side by side, the one asked for being the last."""
_OF_DEVICES = {"days", "alerts", "incidents"}
"""Readings that are there only where devices are heard."""
NOT_THERE = "当期没有登记"
NOT_HEARD = "当期没有设备接入"


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator with its figure as known now; `filed` is the one last filed, where that differs."""

    indicator: Indicator
    figure: Figure
    filed: Figure | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """One of the spans before, with the figures that were asked for."""

    span: Span
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All indicators that can be said of a scope and span; `versions` tells how often its month was filed."""

    where: Where
    span: Span
    period: Period
    known_at: datetime
    lines: tuple[Line, ...]
    versions: int


@dataclass(frozen=True, slots=True)
class Detail:
    """One indicator, the same of the spans before, and what it counts."""

    where: Where
    span: Span
    period: Period
    line: Line
    past: tuple[Past, ...]
    behind: Behind


def read(conn: Conn, where: Where, span: Span, now: datetime, beside: Conn | None = None) -> Sheet:
    """Return the indicators of a scope and span; raises BadInput for a span that has not begun.

    `beside` is a second connection that sees the same moment, so that some of it is counted meanwhile.
    """
    chosen = fitting(where.scope.kind, span.kind, where.device_kind)
    counted = rows.counted_in(conn, span.period(now), where, now, reads_of(chosen), beside)
    filed = _filed(conn, where, span)
    lines = _lines(chosen, counted, filed)
    return Sheet(where, span, counted.period, now, lines, len(filed))


def detail(conn: Conn, where: Where, span: Span, key: str, now: datetime) -> Detail:
    """Return one indicator with its past and its rows; raises Missing where it cannot be said of it."""
    chosen = fitting(where.scope.kind, span.kind, where.device_kind)
    one = BY_KEY.get(key)
    if one not in chosen:
        raise Missing(
            f"这个范围和时期没有此指标 no such indicator of a {where.scope.kind} and a {span.kind}: {key}"
        )
    counted = rows.counted_in(conn, span.period(now), where, now, one.reads)
    line = _lines((one,), counted, _filed(conn, where, span))[0]
    return Detail(
        where,
        span,
        counted.period,
        line,
        past(conn, where, span, now, (key,)),
        behind(counted, line.figure),
    )


def past(
    conn: Conn, where: Where, span: Span, now: datetime, keys: Sequence[str] = GLANCED
) -> tuple[Past, ...]:
    """Return some indicators of the last spans of the same kind, the one asked for included, as known now."""
    chosen = tuple(one for one in fitting(where.scope.kind, span.kind, where.device_kind) if one.key in keys)
    if not chosen:
        return ()
    spans = span.last(PAST)
    read = rows.counted_of(conn, [one.period(now) for one in spans], where, now, reads_of(chosen))
    return tuple(
        Past(one, {line.indicator.key: line.figure for line in _lines(chosen, counted, ())})
        for one, counted in zip(spans, read, strict=True)
    )


def _lines(chosen: Sequence[Indicator], counted: Counted, filed: Sequence[Filed]) -> tuple[Line, ...]:
    made = figures(counted)
    last: Mapping[str, Figure] = filed[-1].figures if filed else {}
    lines: list[Line] = []
    for one in chosen:
        figure = _known(made[one.key], one, counted)
        before = last.get(one.key)
        moved = before is not None and before.printed() != figure.printed()
        lines.append(Line(one, figure, before if moved else None))
    return tuple(lines)


def _known(figure: Figure, indicator: Indicator, counted: Counted) -> Figure:
    """Return the figure, unknown where nobody was there to count it: nothing then is not none."""
    why = ""
    if not counted.homes or (counted.device is not None and not counted.devices):
        why = NOT_THERE
    elif _silent(indicator, counted) and not figure.value:
        why = figure.why_unknown or NOT_HEARD
    if not why:
        return replace(figure, why_unknown="") if figure.known else figure
    return replace(figure, value=None, numerator=None, denominator=None, completeness=None, why_unknown=why)


def _silent(indicator: Indicator, counted: Counted) -> bool:
    """Say whether it is about what devices say, and none was ever heard, nor was there an alert."""
    about = bool(indicator.reads & _OF_DEVICES)
    return about and counted.unheard


def _filed(conn: Conn, where: Where, span: Span) -> tuple[Filed, ...]:
    """Return the versions of a month that was filed: of the county or of a home; nothing else is filed."""
    if span.kind is not SpanKind.MONTH or where.scope.kind not in (ScopeKind.COUNTY, ScopeKind.HOME):
        return ()
    return monthly_sheet.filed(conn, span.start_on, where.homes[0] if where.homes else None)
