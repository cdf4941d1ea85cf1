"""What calls from every page: alarms about life that nobody has answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.auth import SignedIn
from api.cards import Card
from api.incidents import load_cards
from api.render import render
from api.service import OurService

router = APIRouter(include_in_schema=False)

AT_ONCE = 3
"""More than these would not be read beside each other on a phone; they are counted. Source: our choice."""
_LOOK_THROUGH = 50


def calls(card: Card, *, oversight: bool, but: int | None = None) -> bool:
    """Say whether a card calls from another page; an office is called once a home has let it climb. Pure."""
    unanswered = card.life_safety and card.unanswered > 0
    return unanswered and card.incident_id != but and (card.step > 0 or not oversight)


@router.get("/fragments/calling")
def calling_fragment(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    but: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:
    """Return the most urgent alarms that nobody has answered; `but` is the incident that is on the page."""
    with service.database(viewer.homes) as conn:
        cards = load_cards(conn, service.clock(), is_open=True, limit=_LOOK_THROUGH)
    calling = [card for card in cards if calls(card, oversight=viewer.oversight, but=but)]
    more = max(0, len(calling) - AT_ONCE)
    return render(service, request, "_calling.html", viewer=viewer, calling=calling[:AT_ONCE], more=more)
