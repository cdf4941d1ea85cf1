"""The page behind the link in a message: one incident, one person, no login, no other way in.

The link is the authority, so whoever holds it may answer; but only the person whom it was sent to may do so
by a tap. Whoever else it reached must say who they are, and is written down so, beside whose link it was.
Nothing but the incident of the link can be read or changed here, on a connection that sees its home only.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import quote, unquote, urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from psycopg import Connection

from alerts import answers, links
from alerts.classes import CLASSES
from alerts.links import Link
from api.cards import Card
from api.incidents import load_card
from api.render import render
from api.service import OurService, Service, address_of
from model.alerts import AlertClass, AlertState, Answer, Outcome
from model.errors import BadInput, Missing, Refused
from model.people import Actor, Person
from store import board, incidents, sessions

router = APIRouter(include_in_schema=False)

NAME_MOST = 30
_NAME_COOKIE = "yian_link_name"
_NAME_KEPT = timedelta(hours=12)


class Choice(StrEnum):
    """What a link can say; whatever else there is to do needs a login."""

    ACKNOWLEDGE = "acknowledge"
    ON_SCENE = "on_scene"
    CONFIRM = "confirm"
    NEED_HELP = "need_help"
    FALSE_ALARM = "false_alarm"


_SAYS: dict[Choice, tuple[Answer, Outcome | None]] = {
    Choice.ACKNOWLEDGE: (Answer.ACKNOWLEDGE, None),
    Choice.ON_SCENE: (Answer.ON_SCENE, None),
    Choice.CONFIRM: (Answer.CONFIRM, None),
    Choice.NEED_HELP: (Answer.NEED_HELP, None),
    Choice.FALSE_ALARM: (Answer.RESOLVE, Outcome.FALSE),
}
_ANSWERED = frozenset(str(answer) for answer in Answer)


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that is good: whose it is, and which homes a connection sees for it.

    `homes` is None for an incident of no home, which no narrower connection sees.
    """

    token: str
    incident_id: int
    person: Person
    homes: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Said:
    """Who answered what; an answer to many alerts at once is one."""

    actor: str
    action: str
    outcome: str | None
    at: datetime


def typed_name(given: str) -> str:
    """Return a name as it is written down. Raises BadInput where it is none.

    Brackets are ours: they say by whose link somebody answered.
    """
    name = " ".join(given.split())
    if (
        not 0 < len(name) <= NAME_MOST
        or not name.isprintable()
        or not any(letter.isalpha() for letter in name)
        or set(name) & set("（）()")
    ):
        raise BadInput("name", f"姓名，最多 {NAME_MOST} 字 a name of at most {NAME_MOST} characters", given)
    return name


def form_token(key: str, token: str) -> str:
    """Return what a form must send back with a link: only a page of ours knows it, nothing is stored."""
    return hmac.new(key.encode(), b"yian-answer-form:" + token.encode(), hashlib.sha256).hexdigest()


def offered(card: Card) -> tuple[Choice, ...]:
    """Return the answers that the page offers, the next one first; none when the incident is closed."""
    if card.next_answer is None:
        return ()
    found: list[Choice] = []
    if card.unanswered:
        found.append(Choice.ACKNOWLEDGE)
    if (
        card.state in (AlertState.RAISED, AlertState.ACKNOWLEDGED)
        and CLASSES[card.alert_class].on_scene_within is not None
    ):
        found.append(Choice.ON_SCENE)
    if Answer.CONFIRM in card.answers:
        found.append(Choice.CONFIRM)
    if Answer.NEED_HELP in card.answers:
        found.append(Choice.NEED_HELP)
    return tuple(found) if card.alert_class is AlertClass.C1 else (*found, Choice.FALSE_ALARM)


@router.get("/a/{token}")
def answer_page(token: str, request: Request, service: OurService, done: str = "") -> Response:
    """Return the incident of a link with its answers; looking at it changes nothing."""
    opened = _open(service, token)
    if isinstance(opened, str):
        return _shut(service, request, opened)
    return _page(service, request, opened, done=done, name=unquote(request.cookies.get(_NAME_COOKIE, "")))


@router.post("/a/{token}")
def answer_by_link(
    token: str,
    request: Request,
    service: OurService,
    answer: Annotated[Choice, Form()],
    who: Annotated[Literal["me", "other"], Form()],
    form: Annotated[str, Form(max_length=200)] = "",
    name: Annotated[str, Form(max_length=400)] = "",
    burning: Annotated[str, Form(max_length=answers.BURNING_MAX)] = "",
) -> Response:
    """Apply an answer to the incident of a link, then show the page as committed."""
    opened = _open(service, token)
    if isinstance(opened, str):
        return _shut(service, request, opened)
    if not _from_our_page(service, request, token, form):
        return _page(service, request, opened, status=403, problem="link.not_ours", name=name)
    person = opened.person
    via = f"link {address_of(request)}"
    if who == "me":
        actor = Actor(person.person_id, person.name, via)
    else:
        try:
            name = typed_name(name)
        except BadInput:
            return _page(service, request, opened, status=422, problem="link.name_needed", asking=True)
        actor = Actor(None, f"{name}（经 {person.name} 的链接）", via)
    said, outcome = _SAYS[answer]
    try:
        with service.database(opened.homes) as conn:
            answers.answer(
                conn,
                answer=said,
                actor=actor,
                now=service.clock(),
                incident_id=opened.incident_id,
                outcome=outcome,
                burning=burning if said is Answer.CONFIRM else None,
            )
    except Refused:
        return _page(service, request, opened, status=409, problem="answer.refused", name=name)
    # Only here, with the block left and the transaction committed, may anybody be told that it is done.
    back = RedirectResponse(f"/a/{token}?done={said}", 303)
    if who == "me":
        back.delete_cookie(_NAME_COOKIE, path="/a/")
    else:
        back.set_cookie(
            _NAME_COOKIE,
            quote(name),
            max_age=int(_NAME_KEPT.total_seconds()),
            path="/a/",
            httponly=True,
            samesite="lax",
            secure=service.config.secure_cookies,
        )
    return back


def _open(service: Service, token: str) -> Opened | str:
    """Return what a link opens, or the word for why it opens nothing."""
    try:
        link: Link = links.read(token, service.clock(), service.config.secret_key)
    except BadInput:
        return "broken"
    except Refused:
        return "expired"
    with service.database(None) as conn:
        found = sessions.person_by_id(conn, link.person_id)
        home = incidents.incident_home(conn, link.incident_id)
        if found is None or home is None:
            return "broken"
        seen = sessions.homes_seen_by(conn, found.person, found.township)
    # Whoever has left the home since the message was sent sees it no longer, by link either.
    if seen is not None and home[0] not in seen:
        return "broken"
    homes = None if home[0] is None else (home[0],)
    return Opened(token, link.incident_id, found.person, homes)


def _from_our_page(service: Service, request: Request, token: str, form: str) -> bool:
    """Say whether a form was sent from a page of ours; there is no session that a token could belong to."""
    if not hmac.compare_digest(form_token(service.config.secret_key, token).encode(), form.encode()):
        return False
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    ours = {request.headers.get("host"), urlsplit(service.config.public_url).netloc}
    # Browsers that send no origin at all are old; what they send still carries the form's token.
    return origin is None or urlsplit(origin).netloc in ours


def _said(conn: Connection[Any], incident_id: int) -> tuple[Said, ...]:
    found: dict[tuple[str, str, datetime], Said] = {}
    for row in board.time_line(conn, incident_id):
        if row.action in _ANSWERED:
            said = Said(row.actor, row.action, row.details.get("outcome"), row.at)
            found.setdefault((row.actor, row.action, row.at), said)
    return tuple(found.values())


def _page(
    service: Service,
    request: Request,
    opened: Opened,
    *,
    status: int = 200,
    problem: str | None = None,
    done: str = "",
    name: str = "",
    asking: bool = False,
) -> Response:
    now = service.clock()
    try:
        with service.database(opened.homes) as conn:
            card = load_card(conn, now, opened.incident_id)
            said = _said(conn, opened.incident_id)
    except Missing:
        return _shut(service, request, "broken")
    try:
        name = typed_name(name)
    except BadInput:
        name = ""
    return render(
        service,
        request,
        "answer.html",
        status=status,
        card=card,
        person=opened.person,
        path=f"/a/{opened.token}",
        form=form_token(service.config.secret_key, opened.token),
        choices=offered(card),
        said=said,
        problem=problem,
        # What an address claims to be done is shown only where the log says so.
        done=done if any(each.action == done for each in said) else "",
        name=name,
        name_most=NAME_MOST,
        asking=asking or bool(name),
    )


def _shut(service: Service, request: Request, reason: str) -> Response:
    status = 410 if reason == "expired" else 404
    return render(service, request, "answer_shut.html", status=status, reason=reason)
