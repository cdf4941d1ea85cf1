"""`yian report safety`: a section from what the database holds, in one of five formats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from compliance import docx, json_report, markdown, pdf, xlsx
from compliance.archive import Stamp, freeze
from compliance.document import Detail, Numbering, Style
from compliance.own_words import own_words
from compliance.report import Report, make
from compliance.template_file import read_words
from model.errors import BadInput
from model.periods import year_of, year_until
from store.sql import Conn
from yian.show import save

WRITERS: dict[str, Callable[[Report, datetime, Stamp | None], bytes]] = {
    "docx": lambda report, now, stamp: docx.render(report.section, now, stamp=stamp.text() if stamp else ""),
    "pdf": lambda report, now, _: pdf.render(report.section, now),
    "xlsx": lambda report, now, _: xlsx.render(report, now),
    "md": lambda report, _now, _: markdown.render(report.section).encode("utf-8"),
    "json": lambda report, _, stamp: json_report.render(report, stamp.as_json() if stamp else None).encode(),
}
SIGNABLE = ("docx", "json")
"""Formats that carry the stamp by which they are verified."""


def run_report(
    conn: Conn,
    *,
    year: int,
    home: str | None,
    form: str,
    out: Path,
    now: datetime,
    masked: bool = False,
    footnotes: bool = False,
    numbering: str = Numbering.PAREN,
    detail: str = Detail.FULL,
    rounded: bool = False,
    until: date | None = None,
    templates: Path | None = None,
    freeze_by: str | None = None,
) -> Report:
    """Write the safety section of a year to `out` and return it; `freeze_by` signs it and commits that.

    Raises BadInput for an unknown format, a year that has not begun, or a file that cannot be written;
    Missing for an unknown home; Unavailable where a format needs a program that is not installed.
    """
    if form not in WRITERS:
        raise BadInput("--format", ", ".join(WRITERS), form)
    if detail not in set(Detail):
        raise BadInput("--detail", ", ".join(Detail), detail)
    if until is not None and until.year != year:
        raise BadInput("--until", f"a day of {year}", until.isoformat())
    if numbering not in set(Numbering):
        raise BadInput("--numbering", ", ".join(Numbering), numbering)
    if not out.parent.is_dir():
        raise BadInput("--out", "a file in a folder that exists", str(out))
    style = Style(Numbering(numbering), masked, footnotes, Detail(detail), rounded)
    period = year_of(year, now) if until is None else year_until(until, now)
    with conn.transaction():
        words = own_words(conn) if templates is None else read_words(templates)
    report = make(conn, period, home, words, style, now)
    stamp = None
    if freeze_by is not None:
        if form not in SIGNABLE:
            raise BadInput("--format", f"{' or '.join(SIGNABLE)}, to be signed", form)
        with conn.transaction():
            stamp = freeze(conn, report, freeze_by, now)
    content = WRITERS[form](report, now, stamp)
    save(out, content)
    return report
