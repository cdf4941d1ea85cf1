"""Pages: templates with the texts of a language, times in Shanghai, and nothing inline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api import english
from api.service import Service
from api.story_words import channel_name, stage_name, way
from api.texts import LANGUAGES
from api.why_english import noun_in_english, why_in_english
from compliance import row_words
from model.clock import SHANGHAI
from model.sheets.shape import Column

COOKIE = "yian_lang"
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def language_of(request: Request) -> str:
    """Return the language that this browser chose, Chinese where it chose none."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def clock_time(at: datetime | None) -> str:
    """Return the time of day in Shanghai, to the second."""
    return "" if at is None else at.astimezone(SHANGHAI).strftime("%H:%M:%S")


def day_time(at: datetime | None) -> str:
    """Return day and time in Shanghai, e.g. 03-09 02:13:05."""
    return "" if at is None else at.astimezone(SHANGHAI).strftime("%m-%d %H:%M:%S")


def full_time(at: datetime | None) -> str:
    """Return day and minute in Shanghai with the year, e.g. 2026-03-09 02:13."""
    return "" if at is None else at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def month_day(at: datetime) -> str:
    """Return the day in Shanghai, e.g. 03-09."""
    return at.astimezone(SHANGHAI).strftime("%m-%d")


def day_before(at: datetime) -> str:
    """Return the day in Shanghai before an instant, the last on which what is overdue since was in time."""
    return (at.astimezone(SHANGHAI) - timedelta(days=1)).strftime("%Y-%m-%d")


def hour_minute(at: datetime) -> str:
    """Return the time of day in Shanghai, to the minute."""
    return at.astimezone(SHANGHAI).strftime("%H:%M")


def weekday(at: datetime) -> int:
    """Return the day of the week in Shanghai, 0 for Monday."""
    return at.astimezone(SHANGHAI).weekday()


def local_minute(at: datetime) -> str:
    """Return an instant as a form's field of date and time takes it, in Shanghai."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def days_later(on: date, days: int) -> date:
    """Return the day so many days later, or before where it is negative."""
    return on + timedelta(days=days)


def epoch_ms(at: datetime) -> int:
    """Return an instant as browsers count it."""
    return int(at.timestamp() * 1000)


def place_name(names: Sequence[str]) -> str:
    """Return a place as it is told to a person, from the building down."""
    return " ".join(names)


def duration(length: timedelta | None) -> str:
    """Return a length of time in the largest two units, with its sign."""
    if length is None:
        return ""
    seconds = int(abs(length.total_seconds()))
    sign = "-" if length < timedelta(0) else "+"
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{sign}{days} d {hours} h"
    if hours:
        return f"{sign}{hours} h {minutes} min"
    return f"{sign}{minutes} min {seconds} s" if minutes else f"{sign}{seconds} s"


def seconds_off(seconds: float) -> str:
    """Return how far a clock is off, with its sign."""
    return duration(timedelta(seconds=seconds))


def _nothing(*_: object) -> str:
    return ""


def _chinese(column: Column) -> str:
    return column.zh


_FILTERS: dict[str, Any] = {
    "clock_time": clock_time,
    "day_time": day_time,
    "epoch_ms": epoch_ms,
    "month_day": month_day,
    "day_before": day_before,
    "hour_minute": hour_minute,
    "weekday": weekday,
    "local_minute": local_minute,
    "days_later": days_later,
    "full_time": full_time,
    "place": place_name,
    "seconds": seconds_off,
}
_PAGES.filters.update(_FILTERS)


def render(
    service: Service,
    request: Request,
    template: str,
    *,
    viewer: Any = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Return a page; `viewer` is who looks at it (api.auth.Viewer), None before the login."""
    language = language_of(request)

    def t(key: str, **fill: object) -> str:
        return service.texts.get(language, key, **fill)

    def word(group: str, key: str | None) -> str:
        return service.texts.word(language, group, key)

    def texts(starts: tuple[str, ...]) -> dict[str, str]:
        return service.texts.some(language, starts)

    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    text = _PAGES.get_template(template).render(
        t=t,
        word=word,
        texts=texts,
        language=language,
        viewer=viewer,
        now=service.clock(),
        stage_name=partial(stage_name, service.texts, language),
        way=partial(way, service.texts, language),
        channel_name=partial(channel_name, service.texts, language),
        here=here,
        query=urlencode,
        page=template.removesuffix(".html"),
        in_english=english.english if language == "en" else _nothing,
        head=_chinese if language == "zh" else english.heading,
        measured=str if language == "zh" else english.measured,
        noun=row_words.noun if language == "zh" else noun_in_english,
        said_why=str if language == "zh" else why_in_english,
        **values,
    )
    return HTMLResponse(text, status, headers)
