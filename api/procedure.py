"""Once a resident is missing: who was told outside the home, by when, and noting it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

from alerts import procedure
from alerts.procedure import Step, Told
from api.auth import Writer
from api.incidents import Story, load_story, number_of
from api.service import OurService

router = APIRouter(tags=["报警 Alerts"])


class ToldIn(BaseModel):
    """已通知谁 Who was told: the family, the police (110), or the bureau."""

    told: Told


@router.post(
    "/api/incidents/{incident_id}/told",
    summary="记下已通知 Note who was told",
    description="确认走失之后：家属 family、110 police、民政局 bureau。先记的为准。\n\n"
    "After a resident was declared missing; the first note counts.",
)
def note_told(
    incident_id: int, body: ToldIn, request: Request, viewer: Writer, service: OurService
) -> tuple[Step, ...]:
    """Note that somebody was told and return the steps as committed."""
    number = number_of(incident_id)
    with service.database(viewer.homes) as conn:
        procedure.note(conn, number, body.told, viewer.actor(request), service.clock())
        story: Story = load_story(conn, service.clock(), number, viewer)
    return story.procedure
