"""Cards: an incident with all that a person needs to answer it. Pure: rows in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts import lifecycle
from alerts.classes import CLASSES, Limits
from model.alerts import LIFE_SAFETY, AlertClass, AlertState, Answer, Outcome
from model.clock import local_day
from store.board import AlertRow, CannotWalk, IncidentRow, Position

URGENCY: tuple[AlertClass, ...] = tuple(sorted(CLASSES, key=lambda each: CLASSES[each].urgency))
"""Classes in the order in which they must be answered."""

_CONFIRMABLE = frozenset({AlertClass.F1, AlertClass.W2})


@dataclass(frozen=True, slots=True)
class Muted:
    """静音 Why an alert is quiet, by whom, until when; `told` where it is about life: told all the same."""

    reason: str
    by: str | None
    until: datetime | None
    told: bool


@dataclass(frozen=True, slots=True)
class CardAlert:
    """一条报警 One alert of an incident; `place` runs from the building down to the room."""

    alert_id: int
    alert_class: AlertClass
    kind: str
    state: AlertState
    device_id: int | None
    device_name: str | None
    place: tuple[str, ...]
    resident: str | None
    happened_at: datetime
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    on_scene_at: datetime | None
    on_scene_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    outcome: Outcome | None
    cause: str | None
    cleared_by_device_at: datetime | None
    late: bool
    unregistered: bool
    reason: str
    overdue_hazard: int | None
    repeats: int
    muted: Muted | None


@dataclass(frozen=True, slots=True)
class CardHome:
    """养老机构 The home, with what a fire brigade asks for."""

    home_id: int
    name: str
    address: str
    phone: str
    township: str


@dataclass(frozen=True, slots=True)
class LastPosition:
    """手环最后位置 Where the wristband was last (WGS-84 degrees, accuracy in metres)."""

    at: datetime
    lat: float
    lon: float
    accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class StrangeDevice:
    """未登记设备 A device that nobody had registered when it raised an alarm.

    `home_said` is the home's code that its topic names, of ours or not; it `waits` to be registered.
    """

    device_id: int
    source: str
    address: str
    home_said: str | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Card:
    """一起事件 An incident: what, where, since when, who has answered, and what may be answered next.

    `due_at` is when it climbs to the next role, None when no deadline runs. `cannot_walk_here` names the
    residents of the room who must be carried, `cannot_walk_floor` counts those of the floor; `burning` is
    what somebody on the spot said burns. `unanswered` counts the alerts that nobody has answered yet, also
    where somebody is on the scene of the others. `step` is how many rungs of the ladder the incident has
    climbed for want of an answer.
    """

    incident_id: int
    alert_class: AlertClass
    state: AlertState
    unanswered: int
    life_safety: bool
    home: CardHome | None
    place: tuple[str, ...]
    resident: str | None
    resident_room: str | None
    resident_age: int | None
    device: str | None
    stranger: StrangeDevice | None
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    overdue: bool
    step: int
    late: bool
    unregistered: bool
    drill: bool
    cleared_by_device: bool
    confirmed: bool
    cannot_walk_here: tuple[str, ...]
    cannot_walk_floor: int
    burning: str | None
    acknowledged_by: tuple[str, ...]
    acknowledged_at: datetime | None
    on_scene_by: tuple[str, ...]
    on_scene_at: datetime | None
    resolved_by: tuple[str, ...]
    outcome: Outcome | None
    cause: str | None
    last_position: LastPosition | None
    muted: Muted | None
    next_answer: Answer | None
    answers: tuple[Answer, ...]
    alerts: tuple[CardAlert, ...]


def next_answer(alert_class: AlertClass, state: AlertState) -> Answer | None:
    """Return the one answer that moves an incident on; None when it is resolved.

    A class that nobody must run to goes from acknowledged straight to resolved; a canary ends by itself then.
    """
    if alert_class is AlertClass.C1 and state is not AlertState.RAISED:
        return None
    match state:
        case AlertState.RAISED:
            return Answer.ACKNOWLEDGE
        case AlertState.ACKNOWLEDGED:
            going = CLASSES[alert_class].on_scene_within is not None
            return Answer.ON_SCENE if going else Answer.RESOLVE
        case AlertState.ON_SCENE:
            return Answer.RESOLVE
        case AlertState.RESOLVED:
            return None


def possible_answers(alert_class: AlertClass, state: AlertState, confirmed: bool) -> tuple[Answer, ...]:
    """Return every answer that the board offers, the next one first."""
    following = next_answer(alert_class, state)
    if alert_class is AlertClass.C1:
        return () if following is None else (following,)
    if following is None:
        return (Answer.REOPEN,)
    offered = [following]
    if alert_class in _CONFIRMABLE and not confirmed:
        offered.append(Answer.CONFIRM)
    if alert_class in LIFE_SAFETY:
        offered.append(Answer.NEED_HELP)
    if following is not Answer.RESOLVE:
        offered.append(Answer.RESOLVE)
    return tuple(offered)


def make_card(
    incident: IncidentRow,
    rows: Sequence[AlertRow],
    *,
    now: datetime,
    here: Sequence[CannotWalk] = (),
    floor: Sequence[CannotWalk] = (),
    positions: Mapping[int, Position] | None = None,
) -> Card:
    """Return the card of one incident; `rows` are its alerts in the order in which they were raised."""
    alert_class = AlertClass(incident.alert_class)
    open_rows = [row for row in rows if row.state != AlertState.RESOLVED]
    shown = open_rows or list(rows)
    state = lifecycle.incident_state(shown, Limits().owner_for)
    unanswered = sum(row.state == AlertState.RAISED for row in open_rows)
    waits_as = AlertState.RAISED if unanswered else state
    # The alert that gave the incident its class says where; a fire's place is where it began.
    lead = next((row for row in shown if row.place), shown[0] if shown else None)
    confirmed = any(row.alert_class in (AlertClass.F2, AlertClass.W5) for row in rows)
    seen = (positions or {}).get(lead.device_id) if lead and lead.device_id else None
    last = None if seen is None else LastPosition(seen.happened_at, seen.lat, seen.lon, seen.accuracy_m)
    # Nobody else is told of a canary: its deadline is the clock's own.
    climbs = incident.closed_at is None and alert_class is not AlertClass.C1
    due_at = incident.due_at if climbs else None
    return Card(
        incident_id=incident.incident_id,
        alert_class=alert_class,
        state=state,
        unanswered=unanswered,
        life_safety=alert_class in LIFE_SAFETY,
        home=None
        if incident.home_id is None
        else CardHome(
            incident.home_id,
            incident.home_name or "",
            incident.home_address or "",
            incident.home_phone or "",
            incident.township or "",
        ),
        place=tuple(lead.place) if lead else (),
        resident=lead.resident_name if lead else None,
        resident_room=lead.resident_room if lead else None,
        resident_age=_age(lead.resident_born_on, now) if lead and lead.resident_born_on else None,
        device=(lead.device_name or lead.device_address) if lead else None,
        stranger=next((found for row in shown if (found := _stranger(row))), None),
        opened_at=incident.opened_at,
        closed_at=incident.closed_at,
        due_at=due_at,
        overdue=due_at is not None and due_at < now,
        step=incident.step or 0,
        late=any(row.late for row in shown),
        unregistered=any(row.unregistered for row in shown),
        drill=incident.drill,
        cleared_by_device=bool(shown) and all(row.cleared_by_device_at is not None for row in shown),
        confirmed=confirmed,
        cannot_walk_here=tuple(dict.fromkeys(person.name for person in here)),
        cannot_walk_floor=len(floor),
        burning=incident.burning,
        acknowledged_by=_names(row.acknowledged_by for row in shown),
        acknowledged_at=min((r.acknowledged_at for r in shown if r.acknowledged_at), default=None),
        on_scene_by=_names(row.on_scene_by for row in shown),
        on_scene_at=min((r.on_scene_at for r in shown if r.on_scene_at), default=None),
        resolved_by=_names(row.resolved_by for row in shown),
        outcome=_only(Outcome(row.outcome) for row in shown if row.outcome),
        cause=next((row.cause for row in shown if row.cause), None),
        last_position=last,
        muted=next((found for row in shown if (found := _muted(row))), None),
        next_answer=next_answer(alert_class, waits_as),
        answers=possible_answers(alert_class, waits_as, confirmed),
        alerts=tuple(_alert(row) for row in rows),
    )


def _age(born_on: date, now: datetime) -> int:
    today = local_day(now)
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def waiting_first(card: Card) -> tuple[int, bool, bool, datetime]:
    """Return the place of a card on the board: by class, a drill after what is real, then who waits longest.

    A card that nobody has answered stands before those that are in hand.
    """
    return (
        URGENCY.index(card.alert_class),
        card.drill,
        card.unanswered == 0,
        card.opened_at,
    )


def _muted(row: AlertRow) -> Muted | None:
    if row.muted is None:
        return None
    return Muted(row.muted, row.muted_by, row.muted_until, AlertClass(row.alert_class) in LIFE_SAFETY)


def _alert(row: AlertRow) -> CardAlert:
    return CardAlert(
        alert_id=row.alert_id,
        alert_class=AlertClass(row.alert_class),
        kind=row.kind,
        state=AlertState(row.state),
        device_id=row.device_id,
        device_name=row.device_name or row.device_address,
        place=tuple(row.place),
        resident=row.resident_name,
        happened_at=row.happened_at,
        raised_at=row.raised_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        on_scene_at=row.on_scene_at,
        on_scene_by=row.on_scene_by,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        cause=row.cause,
        cleared_by_device_at=row.cleared_by_device_at,
        late=row.late,
        unregistered=row.unregistered,
        reason=row.reason,
        overdue_hazard=_hazard(row.subject),
        repeats=row.repeats,
        muted=_muted(row),
    )


def _stranger(row: AlertRow) -> StrangeDevice | None:
    if not row.unregistered or row.device_id is None:
        return None
    return StrangeDevice(
        row.device_id,
        row.device_source or "",
        row.device_address or "",
        row.home_said,
        not row.device_registered,
    )


def _hazard(subject: str) -> int | None:
    """Return which hazard is overdue (alerts.patrols names it home:13:hazard:4), None for anything else."""
    found = re.fullmatch(r"home:\d+:hazard:(\d+)", subject)
    return int(found[1]) if found else None


def _names(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _only(outcomes: Iterable[Outcome]) -> Outcome | None:
    found = set(outcomes)
    return found.pop() if len(found) == 1 else None
