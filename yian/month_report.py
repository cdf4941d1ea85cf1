"""`yian report month`: what is told of a month, as data and as text."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from compliance import monthly, monthly_docx, monthly_filing, monthly_sheet
from compliance.priorities import what_first
from model.clock import SHANGHAI
from store.homes import home_id_of
from store.sql import Conn


def tell(conn: Conn, first_on: date, home: str | None, now: datetime, file_by: str | None) -> dict[str, Any]:
    """Return a month beside others, its versions, and what differs of them; `file_by` files it first."""
    if file_by is not None:
        monthly_filing.file(conn, first_on, home, file_by, now)
    today = monthly_filing.month(conn, first_on, home, now)
    last = monthly_filing.month(conn, monthly.before(first_on), home, now).section.figures
    year = monthly_filing.month(conn, monthly.year_earlier(first_on), home, now).section.figures
    figures = today.section.figures
    with conn.transaction():
        of_home = today.counted.home.home_id if today.counted.home else None
        versions = monthly_filing.versions(conn, first_on, of_home)
        restated = monthly_filing.restated(conn, today)
    return {
        "month": f"{first_on:%Y-%m}",
        "home": home,
        "to_date": today.counted.period.to_date,
        "figures": [
            {
                "key": line.now.key,
                "label": line.now.label,
                "value": monthly.shown(line.now),
                "month_before": monthly.shown(line.month_before),
                "over_month": monthly.shown_change(line.over_month, line.now),
                "year_before": monthly.shown(line.year_before),
                "over_year": monthly.shown_change(line.over_year, line.now),
            }
            for line in monthly.lines(figures, last, year)
        ],
        "fix_first": [
            {"key": one.goal.key, "zh": one.said(), "en": one.said("en")} for one in what_first(figures)
        ],
        "versions": [
            {
                "version": one.version,
                "filed_at": one.filed_at.isoformat(),
                "filed_by": one.filed_by,
                "corrects": [asdict(moved) for moved in one.corrects],
            }
            for one in versions
        ],
        "restated": [asdict(one) for one in restated if not one.same],
    }


def printed(conn: Conn, first_on: date, home: str | None, now: datetime, suffix: str) -> bytes:
    """Return the month's report as a file, .docx or .pdf."""
    sheet = monthly_sheet.read(conn, first_on, None if home is None else home_id_of(conn, home), now)
    return monthly_docx.render(sheet) if suffix == ".docx" else monthly_docx.render_pdf(sheet)


def as_text(told: dict[str, Any]) -> str:
    """Return the same for a terminal."""
    lines = [f"{told['month']} {told['home'] or '全县'}{' 未满月' if told['to_date'] else ''}"]
    lines += [
        f"  {one['label']}\t{one['value']}\t较上月 {one['over_month']}\t较去年同月 {one['over_year']}"
        for one in told["figures"]
    ]
    lines.append("先改什么 · what to fix first")
    lines += [f"  {number}. {one['zh']}" for number, one in enumerate(told["fix_first"], 1)]
    for version in told["versions"]:
        when = datetime.fromisoformat(version["filed_at"]).astimezone(SHANGHAI)
        kind = "更正" if version["version"] > 1 else "报送"
        lines.append(f"第{version['version']}版 {kind} {when:%Y-%m-%d %H:%M} {version['filed_by']}")
        for moved in version["corrects"]:
            lines.append(f"  {moved['label']}：{moved['was']} → {moved['now']}")
            lines += [f"    {why}" for why in moved["why"]]
    lines += [
        f"≠ {one['label']}：报送时 {one['as_filed']}，更正后 {one['as_corrected']}，现在 {one['as_known']}"
        for one in told["restated"]
    ]
    return "\n".join(lines)
