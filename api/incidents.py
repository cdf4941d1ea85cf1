"""Incidents: what is open, what happened, and what people answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from psycopg import Connection
from pydantic import BaseModel, Field

from alerts import answers, procedure
from alerts.procedure import Step
from api.auth import SignedIn, Viewer, Writer
from api.cards import URGENCY, Card, make_card, waiting_first
from api.plans import Floor, floors_of
from api.script import script_110, script_119
from api.service import OurService, Service
from model.alerts import AlertClass, AlertState, Answer, Outcome
from model.clock import local_day
from model.errors import BadInput, Missing
from store import board

MOST = 200
"""Incidents in one answer; more than that at once is read on the next page."""
_POSITION_FOR = timedelta(hours=24)

router = APIRouter(tags=["报警 Alerts"])


class AnswerIn(BaseModel):
    """人的处置 What a person answers; `outcome` is required to resolve, `burning` may come with confirm."""

    answer: Answer
    outcome: Outcome | None = None
    cause: str | None = Field(default=None, max_length=200)
    burning: str | None = Field(default=None, max_length=answers.BURNING_MAX)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """时间线的一行 One line of the time line; who, when, from where, what."""

    number: int
    at: datetime
    alert_id: int | None
    actor: str
    role: str | None
    via: str
    action: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """一条通知 A message that was sent, or that could not be sent, about the incident."""

    person: str | None
    role: str | None
    stage: str
    created_at: datetime
    sent_at: datetime | None
    given_up_at: datetime | None
    withdrawn_at: datetime | None
    tries: int


@dataclass(frozen=True, slots=True)
class Story:
    """事件全程 An incident with everything that was done about it, and what to read out to 119 or 110.

    `floors` are those of the buildings that a fire is in, with its spread; `procedure` is who must be told
    once a resident is declared missing.
    """

    incident: Card
    time_line: tuple[LogEntry, ...]
    messages: tuple[Sent, ...]
    script_119: str | None
    script_110: str | None
    floors: tuple[Floor, ...]
    procedure: tuple[Step, ...]


def load_cards(
    conn: Connection[Any],
    now: datetime,
    *,
    is_open: bool | None = None,
    incident_id: int | None = None,
    closed_since: datetime | None = None,
    home_id: int | None = None,
    before: int | None = None,
    limit: int = MOST,
) -> list[Card]:
    """Return cards as the connection may see them, open ones as they must be answered."""
    incidents = board.incidents(
        conn,
        urgency=[str(each) for each in URGENCY],
        limit=limit,
        incident_id=incident_id,
        is_open=is_open,
        closed_since=closed_since,
        home_id=home_id,
        before=before,
    )
    rows: defaultdict[int, list[board.AlertRow]] = defaultdict(list)
    for row in board.alerts_of(conn, [incident.incident_id for incident in incidents]):
        rows[row.incident_id].append(row)
    fires = {i.incident_id: _place_of(rows[i.incident_id]) for i in incidents if i.family == "fire"}
    places = sorted({place for place in fires.values() if place is not None})
    floors = board.floors_of(conn, places)
    carried: defaultdict[int, list[board.CannotWalk]] = defaultdict(list)
    for person in board.cannot_walk(conn, sorted({*places, *floors.values()}), local_day(now)):
        carried[person.place_id].append(person)
    bands = {
        row.device_id
        for incident in incidents
        if incident.family == "wristband"
        for row in rows[incident.incident_id]
        if row.device_id is not None
    }
    positions = board.last_positions(conn, sorted(bands), now - _POSITION_FOR)
    cards: list[Card] = []
    for incident in incidents:
        place = fires.get(incident.incident_id)
        cards.append(
            make_card(
                incident,
                rows[incident.incident_id],
                now=now,
                here=carried[place] if place is not None else (),
                floor=carried[floors[place]] if place is not None and place in floors else (),
                positions=positions,
            )
        )
    return sorted(cards, key=waiting_first) if is_open else cards


def _place_of(rows: list[board.AlertRow]) -> int | None:
    shown = [row for row in rows if row.state != AlertState.RESOLVED] or rows
    return next((row.place_id for row in shown if row.place_id is not None), None)


def load_card(conn: Connection[Any], now: datetime, incident_id: int) -> Card:
    """Return one card. Raises Missing where there is none that the connection may see."""
    found = load_cards(conn, now, incident_id=incident_id, limit=1)
    if not found:
        raise Missing(f"没有这起事件 no such incident: {incident_id}")
    return found[0]


def load_story(conn: Connection[Any], now: datetime, incident_id: int, viewer: Viewer) -> Story:
    """Return an incident with its time line. Raises Missing."""
    card = load_card(conn, now, incident_id)
    time_line = board.time_line(conn, incident_id)
    declared_at = next((one.raised_at for one in card.alerts if one.alert_class is AlertClass.W5), None)
    return Story(
        card,
        tuple(
            LogEntry(
                row.number, row.at, row.alert_id, row.actor, row.role, row.via, row.action, dict(row.details)
            )
            for row in time_line
        ),
        tuple(
            Sent(
                row.person,
                row.role,
                row.stage,
                row.created_at,
                row.sent_at,
                None if row.withdrawn_at else row.given_up_at,
                row.withdrawn_at,
                row.tries,
            )
            for row in board.messages_of(conn, incident_id)
        ),
        script_119(card, viewer.person),
        script_110(card, viewer.person),
        floors_of(conn, incident_id),
        ()
        if declared_at is None
        else procedure.steps(declared_at, [(row.action, row.at, row.actor) for row in time_line]),
    )


@router.get(
    "/api/incidents",
    summary="事件列表 Incidents",
    description="open=1：待处置，按紧急程度排序；open=0：已处置，最近的在前。最多 200 条。\n\n"
    "open=1: unresolved, by urgency; open=0: resolved, newest first. At most 200; `before` reads on.",
)
def list_incidents(
    viewer: SignedIn,
    service: OurService,
    open_only: Annotated[bool, Query(alias="open", description="1 待处置 unresolved, 0 已处置")] = True,
    home_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    before: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="只列此编号之前的 older than")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> list[Card]:
    """Return the incidents that this person may see."""
    with service.database(viewer.homes) as conn:
        return load_cards(
            conn, service.clock(), is_open=open_only, home_id=home_id, before=before, limit=limit
        )


@router.get(
    "/api/incidents/{incident_id}",
    summary="事件详情与时间线 One incident with its time line",
    description="包括谁在何时、从何处做了什么，以及通知记录。\n\n"
    "Who did what, when and from where, and who was told.",
)
def read_incident(incident_id: int, viewer: SignedIn, service: OurService) -> Story:
    """Return one incident with everything that was done about it."""
    with service.database(viewer.homes) as conn:
        return load_story(conn, service.clock(), number_of(incident_id), viewer)


@router.post(
    "/api/incidents/{incident_id}/answers",
    summary="处置整起事件 Answer an incident",
    description="收到 acknowledge、已到场 on_scene、处置完毕 resolve（须带 outcome）、确认 confirm、"
    "需要支援 need_help、撤销处置 reopen。确认火情可带起火物 burning。同一答复重复提交不改变结果。\n\n"
    "The same answer twice changes nothing.",
)
def answer_incident(
    incident_id: int, body: AnswerIn, request: Request, viewer: Writer, service: OurService
) -> Card:
    """Apply an answer to all open alerts of an incident; return the card as committed."""
    return give_answer(service, viewer, request, body, incident_id=number_of(incident_id))


@router.post(
    "/api/alerts/{alert_id}/answers",
    summary="处置单条报警 Answer one alert",
    description="与处置事件相同，但只针对一条报警。\n\nAs for an incident, for one alert of it.",
)
def answer_alert(
    alert_id: int, body: AnswerIn, request: Request, viewer: Writer, service: OurService
) -> Card:
    """Apply an answer to one alert; return the card of its incident as committed."""
    return give_answer(service, viewer, request, body, alert_id=number_of(alert_id))


def give_answer(
    service: Service,
    viewer: Viewer,
    request: Request,
    body: AnswerIn,
    *,
    incident_id: int | None = None,
    alert_id: int | None = None,
) -> Card:
    """Apply and commit an answer, then return the card. Raises Missing, Refused, BadInput."""
    if body.cause is not None and "\x00" in body.cause:
        raise BadInput("cause", "不含空字符的文字 text without NUL")
    now = service.clock()
    with service.database(viewer.homes) as conn:
        after = answers.answer(
            conn,
            answer=body.answer,
            actor=viewer.actor(request),
            now=now,
            incident_id=incident_id,
            alert_id=alert_id,
            outcome=body.outcome,
            cause=(body.cause or "").strip() or None,
            burning=body.burning,
        )
        card = load_card(conn, now, after[0].incident_id)
    # Only here, with the block left and the transaction committed, may anybody be told that it is done.
    return card


def number_of(given: int) -> int:
    """Return a number of an address. Raises Missing for one that nothing can have."""
    if not 0 < given < 2**63:
        raise Missing(f"没有这个编号 no such thing: {given}")
    return given
