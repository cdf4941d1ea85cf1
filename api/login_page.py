"""What is there before a login: its page, and the language of this browser."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import MaybeViewer
from api.render import COOKIE, render
from api.service import OurService
from api.texts import LANGUAGES
from model.errors import Missing

router = APIRouter(include_in_schema=False)


def local_target(target: str) -> str:
    """Return where to go after the login, if it is a page of ours, else the board."""
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours and not any(ord(letter) < 32 for letter in target) else "/"


@router.get("/login", name="login_page")
def login_page(
    request: Request,
    service: OurService,
    viewer: MaybeViewer,
    target: Annotated[str, Query(alias="next")] = "/",
) -> Response:
    """Return the login page, or go on where somebody is logged in already."""
    if viewer is not None:
        return RedirectResponse(local_target(target), 303)
    return render(service, request, "login.html", target=local_target(target))


@router.get("/language/{language}")
def choose_language(
    language: str, service: OurService, target: Annotated[str, Query(alias="next")] = "/"
) -> Response:
    """Remember the language of this browser."""
    if language not in LANGUAGES:
        raise Missing(f"没有这种语言 no such language: {language}")
    answer = RedirectResponse(local_target(target), 303)
    answer.set_cookie(
        COOKIE, language, max_age=365 * 86400, samesite="lax", secure=service.config.secure_cookies
    )
    return answer
