"""Who is asking: login, logout, and the session behind each request."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, Field

from api.errors import Forbidden, NotSignedIn, TooManyGuesses
from api.service import OurService, Service, address_of
from model.errors import BadInput
from model.people import Actor, Person, Role
from store import sessions

OVERSIGHT = frozenset({Role.TOWNSHIP, Role.BUREAU, Role.ADMIN})
"""Roles that look after more than one home."""

router = APIRouter(tags=["登录 Login"])


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person who is logged in, and what they may see (`homes` None: every home)."""

    person: Person
    homes: tuple[int, ...] | None
    token_hash: bytes
    csrf_token: str

    @property
    def oversight(self) -> bool:
        """Whether this is an office that looks after several homes."""
        return self.person.role in OVERSIGHT

    @property
    def in_charge(self) -> bool:
        """Whether this person answers for what they see: the head of a home, or an office."""
        return self.oversight or self.person.role is Role.HEAD

    def actor(self, request: Request) -> Actor:
        """Return the person as the log names them."""
        return Actor(self.person.person_id, self.person.name, f"board {address_of(request)}")

    def signature(self, request: Request) -> str:
        """Return the person as the log of the registers names them, with the way they came by."""
        return f"{self.person.name} ({self.actor(request).via})"


class Credentials(BaseModel):
    """登录名与密码 Login and password."""

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


class PersonOut(BaseModel):
    """登录人 The person who is logged in."""

    person_id: int
    login: str
    name: str
    role: Role
    home_id: int | None


class LoggedIn(BaseModel):
    """登录结果；`csrf_token` 须随每次修改以 X-CSRF-Token 头送回。

    The token goes back in the X-CSRF-Token header with every change.
    """

    person: PersonOut
    csrf_token: str


def cookie_name(service: Service) -> str:
    """Return the name of the session cookie; the prefix binds it to this host over TLS."""
    return "__Host-yian" if service.config.secure_cookies else "yian"


def csrf_of(service: Service, token: str) -> str:
    """Return the request token that belongs to a session token; nothing of it is stored."""
    key = service.config.secret_key.encode()
    return hmac.new(key, b"csrf:" + token.encode(), hashlib.sha256).hexdigest()


def viewer_of_token(service: Service, token: str, now: datetime) -> Viewer | None:
    """Return who holds a session token, None when it is not good (any more). A session in use lives on."""
    token_hash = hashlib.sha256(token.encode()).digest()
    with service.database(None) as conn:
        session = sessions.find_session(conn, token_hash, now)
        if session is None:
            return None
        limit = session.created_at + service.config.session_at_most
        if session.expires_at - now < service.config.session_idle_for / 2 and session.expires_at < limit:
            extended = min(now + service.config.session_idle_for, limit)
            sessions.extend_session(conn, token_hash, extended)
        homes = sessions.homes_seen_by(conn, session.person, session.township)
    return Viewer(session.person, homes, token_hash, csrf_of(service, token))


def maybe_viewer(request: Request, service: OurService) -> Viewer | None:
    """Return who is logged in in this browser, None when nobody is; a page of an error is theirs, too."""
    token = request.cookies.get(cookie_name(service))
    viewer = None if not token else viewer_of_token(service, token, service.clock())
    request.state.viewer = viewer
    return viewer


MaybeViewer = Annotated[Viewer | None, Depends(maybe_viewer)]


def signed_in(viewer: MaybeViewer) -> Viewer:
    """Return who is logged in. Raises NotSignedIn."""
    if viewer is None:
        raise NotSignedIn("请先登录 log in first")
    return viewer


SignedIn = Annotated[Viewer, Depends(signed_in)]


def writer(viewer: SignedIn, x_csrf_token: Annotated[str, Header()] = "") -> Viewer:
    """Return who is logged in, for a change; the request must carry the page's token. Raises Forbidden."""
    if not hmac.compare_digest(viewer.csrf_token.encode(), x_csrf_token.encode()):
        raise Forbidden("页面已过期，请刷新 X-CSRF-Token is missing or is not this session's")
    return viewer


Writer = Annotated[Viewer, Depends(writer)]


def overseer(viewer: SignedIn) -> Viewer:
    """Return who is logged in, for what only the offices see. Raises Forbidden."""
    if not viewer.oversight:
        raise Forbidden(
            "仅乡镇、县局和管理员可看 only the township, the bureau and the administrator see this"
        )
    return viewer


Overseer = Annotated[Viewer, Depends(overseer)]


def _count_guess(service: Service, login: str, address: str, now: datetime) -> None:
    config = service.config
    with service.database(None) as conn:
        # A refused guess rolls back, so that hammering does not lengthen the wait.
        counted = sessions.note_attempt(
            conn, login=login, address=address, now=now, since=now - config.guesses_within
        )
        if (
            counted.pair > config.guesses_per_login_and_address
            or counted.for_login > config.guesses_per_login
            or counted.from_address > config.guesses_per_address
        ):
            raise TooManyGuesses(config.guesses_within)


@router.post(
    "/api/login",
    summary="登录 Log in",
    description="成功后设置 HttpOnly 会话 Cookie。连续猜错密码会被限制。\n\n"
    "Sets an HttpOnly session cookie. Guesses are limited per login and address.",
    responses={
        401: {"description": "登录名或密码不对 wrong login or password"},
        429: {"description": "猜测过多"},
    },
)
def login(body: Credentials, request: Request, response: Response, service: OurService) -> LoggedIn:
    """Check a password and start a session; the old one of this browser ends."""
    now, address = service.clock(), address_of(request)
    if "\x00" in body.login:
        raise BadInput("login", "不含空字符的文字 text without NUL")
    _count_guess(service, body.login, address, now)
    with service.database(None) as conn:
        found = sessions.person_by_login(conn, body.login)
    if not service.passwords.matches(body.password, found.password_hash if found else None) or found is None:
        raise NotSignedIn("登录名或密码不对 wrong login or password")
    token = secrets.token_urlsafe(32)
    with service.database(None) as conn:
        old = request.cookies.get(cookie_name(service))
        if old:
            sessions.end_session(conn, hashlib.sha256(old.encode()).digest())
        sessions.forget_attempts(conn, login=body.login, address=address)
        sessions.start_session(
            conn,
            token_hash=hashlib.sha256(token.encode()).digest(),
            person_id=found.person_id,
            now=now,
            expires_at=now + service.config.session_idle_for,
            seen_from=address,
        )
    response.set_cookie(
        cookie_name(service),
        token,
        max_age=int(service.config.session_at_most.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=service.config.secure_cookies,
        path="/",
    )
    return LoggedIn(person=_shown(found.person), csrf_token=csrf_of(service, token))


@router.get("/api/me", summary="当前登录人 Who is logged in")
def me(viewer: SignedIn) -> LoggedIn:
    """Return the person and the request token."""
    return LoggedIn(person=_shown(viewer.person), csrf_token=viewer.csrf_token)


@router.post("/api/logout", status_code=204, summary="退出登录 Log out")
def logout(viewer: Writer, response: Response, service: OurService) -> None:
    """End this browser's session."""
    with service.database(None) as conn:
        sessions.end_session(conn, viewer.token_hash)
    response.delete_cookie(
        cookie_name(service), path="/", httponly=True, samesite="strict", secure=service.config.secure_cookies
    )


def _shown(person: Person) -> PersonOut:
    return PersonOut(
        person_id=person.person_id,
        login=person.login,
        name=person.name,
        role=person.role,
        home_id=person.home_id,
    )
