"""Indicators as data and as lines of a terminal."""

from __future__ import annotations

from typing import Any

from compliance.figures import Figure
from compliance.indicator_sheet import Line, Sheet
from compliance.reasons import reason
from model.clock import SHANGHAI
from model.scopes import ScopeKind

_IN_SECONDS = ("liveness_sums", "worn_sum", "duty_sum")
"""Queries whose sums are seconds."""


def as_data(line: Line) -> dict[str, Any]:
    """Return one line with all that an auditor asks of it; `value` is None where it is unknown."""
    figure, proof = line.figure, line.figure.evidence
    return {
        "key": figure.key,
        "number": line.indicator.number,
        "zh": figure.label,
        "en": line.indicator.en,
        "unit": str(figure.unit),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "value": figure.value,
        "printed": figure.printed(),
        "completeness": figure.completeness,
        "weak": figure.weak,
        "why_unknown": {"zh": figure.why_unknown, "en": reason(figure.why_unknown, "en")},
        "evidence": {
            "query": proof.query,
            "params": dict(proof.params),
            "table": proof.table,
            "rows": len(proof.rows),
        },
        "filed": None if line.filed is None else line.filed.printed(),
    }


def sheet_as_data(sheet: Sheet) -> dict[str, Any]:
    """Return all lines with what they are about."""
    return {
        "scope": str(sheet.where.scope),
        "label": sheet.where.label or "全县",
        "period": str(sheet.span),
        "kind": str(sheet.span.kind),
        "start_on": sheet.period.start_on.isoformat(),
        "end_on": sheet.period.end_on.isoformat(),
        "to_date": sheet.period.to_date,
        "known_at": sheet.known_at.astimezone(SHANGHAI).isoformat(),
        "versions_filed": sheet.versions,
        "indicators": [as_data(line) for line in sheet.lines],
    }


def completeness_of(figure: Figure) -> str:
    """Return the completeness in per cent, never rounded up; a dash where none is known."""
    return "—" if figure.completeness is None else f"{int(figure.completeness * 1000) / 10:g}%"


def parts_of(figure: Figure) -> str:
    """Return numerator and denominator of a rate, times in hours; empty for what is none of it."""
    if figure.numerator is None or not figure.denominator:
        return ""
    if figure.evidence.query in _IN_SECONDS:
        places = 0 if figure.denominator >= 360_000 else 1
        return f"{figure.numerator / 3600:,.{places}f}/{figure.denominator / 3600:,.{places}f} h"
    return f"{figure.numerator:,.0f}/{figure.denominator:,.0f}"


def as_text(sheet: Sheet) -> str:
    """Return a table for a terminal: value, parts, completeness, names, query."""
    label = sheet.where.label or ("全县" if sheet.where.scope.kind is ScopeKind.COUNTY else "")
    until = f" 截至 {sheet.period.end_on} · to date" if sheet.period.to_date else ""
    lines = [f"{label} {sheet.span}{until}"]
    for line in sheet.lines:
        figure = line.figure
        if figure.known:
            value = f"{figure.printed()}{figure.unit}{'*' if figure.weak else ''}"
        else:
            why = figure.why_unknown
            value = f"没有数据 no data（{why} {reason(why, 'en')}）"
        if line.filed is not None:
            value += f"（报送 filed {line.filed.printed() or '没有数据'}）"
        lines.append(
            f"{line.indicator.number:>2}  {figure.key:<20}{figure.label} · {line.indicator.en}\t{value}"
            f"\t{parts_of(figure)}\t{completeness_of(figure)}\t{figure.evidence.query}"
        )
    lines.append("* 数据完整率不足 95% · less than 95 % of the data came")
    return "\n".join(lines)
