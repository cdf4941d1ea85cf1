"""Errors as HTTP, in one place: JSON for the API, a page for people."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from alerts.roster_changes import LeavesNobody
from api import wrong_values
from api.render import render
from api.service import service_of
from compliance.own_words import ChangedMeanwhile
from model.errors import BadInput, Missing, Refused, Unavailable, YianError

_LOG = logging.getLogger(__name__)


class NotSignedIn(Refused):
    """Nobody is logged in, or the session has run out."""


class Forbidden(Refused):
    """The person is known, but may not do this."""


class TooManyGuesses(Refused):
    """Too many wrong passwords; carries how long to wait."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        minutes = int(wait.total_seconds() // 60)
        super().__init__(
            f"密码错误次数过多，{minutes} 分钟后再试 too many attempts, try again in {minutes} min"
        )


class TooLarge(Refused):
    """A file is larger than the installation takes; names the setting that says how much."""

    def __init__(self, most_mb: int, got_mb: float, setting: str) -> None:
        super().__init__(
            f"文件 {got_mb:.1f} MB，超过上限 {most_mb} MB（设置 {setting}）"
            f" the file is larger than {most_mb} MB, the setting {setting}"
        )


_ANSWERS: tuple[tuple[type[YianError], int, str], ...] = (
    (BadInput, 422, "bad_input"),
    (Missing, 404, "missing"),
    (NotSignedIn, 401, "not_signed_in"),
    (Forbidden, 403, "forbidden"),
    (TooManyGuesses, 429, "too_many_guesses"),
    (TooLarge, 413, "too_large"),
    (LeavesNobody, 409, "leaves_nobody"),
    (ChangedMeanwhile, 409, "changed_meanwhile"),
    (Refused, 409, "refused"),
    (Unavailable, 503, "unavailable"),
)


_OF_THE_FRAMEWORK = {404: "没有这个地址", 405: "这个地址不接受这种请求"}
"""What stands before the framework's own English."""


def install(app: FastAPI) -> None:
    """Let every error of ours, of the framework and of nobody be rendered here."""
    app.add_exception_handler(YianError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


def _ours(request: Request, exc: Exception) -> Response:
    status, code = next((status, code) for kind, status, code in _ANSWERS if isinstance(exc, kind))
    facts: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if isinstance(exc, BadInput):
        facts = {"field": exc.field, "expected": exc.expected}
    if isinstance(exc, ChangedMeanwhile):
        last = exc.last
        facts = {
            "text": exc.text,
            "by": last.made_by,
            "at": last.made_at.isoformat(),
            "over": last.change_id,
        }
    if isinstance(exc, TooManyGuesses):
        headers["Retry-After"] = str(int(exc.wait.total_seconds()))
    if isinstance(exc, Unavailable):
        _LOG.warning("%s %s: %s", request.method, request.url.path, exc)
        headers["Retry-After"] = "2"
    return _answer(request, status, code, _told(exc), facts, headers)


def _told(exc: Exception) -> str:
    """Return what a person is told; where our database is, and what it answers, is not for them."""
    if isinstance(exc, BadInput):
        return f"{exc.field}: {exc.expected}"
    if isinstance(exc.__cause__, psycopg.Error) and isinstance(exc, Unavailable):
        return "数据库暂时没有应答，请稍后再试 the database does not answer now, try again"
    return str(exc)


def _invalid(request: Request, exc: Exception) -> Response:
    first = cast(RequestValidationError, exc).errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
    # A path that names no number names no thing.
    if first["loc"][0] == "path":
        return _answer(request, 404, "missing", f"没有这个地址 no such thing: {where}")
    facts = {"field": where or "body", "expected": wrong_values.expected(first)}
    return _answer(request, 422, "bad_input", f"{facts['field']}: {facts['expected']}", facts)


def _http(request: Request, exc: Exception) -> Response:
    error = cast(HTTPException, exc)
    code = {404: "missing", 405: "refused", 403: "forbidden"}.get(error.status_code, "refused")
    told = " ".join(filter(None, (_OF_THE_FRAMEWORK.get(error.status_code), error.detail)))
    return _answer(request, error.status_code, code, told, headers=dict(error.headers or {}))


def _bug(request: Request, exc: Exception) -> Response:
    # The traceback goes to the log (the server raises it again after this answer), never to the browser.
    return _answer(
        request, 500, "bug", f"本系统出错，已记入日志 {type(exc).__name__} on our side; it is in the log"
    )


def _answer(
    request: Request,
    status: int,
    code: str,
    message: str,
    facts: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    path = request.url.path
    if path.startswith(("/api/", "/fragments/", "/healthz", "/readyz", "/static/")):
        return JSONResponse({"error": code, "message": message, **(facts or {})}, status, headers)
    if status == 401:
        target = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/login?" + urlencode({"next": target}), 303)
    return render(
        service_of(request),
        request,
        "error.html",
        viewer=getattr(request.state, "viewer", None),
        status=status,
        headers=headers,
        code=code,
        detail=message,
    )
