"""Alarms on this phone: a browser subscribes to web push and becomes the first channel of its person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from alerts import service_messages
from alerts.channels import subscription, web_push
from alerts.channels.names import digest_of
from api.auth import SignedIn, Writer
from api.service import OurService
from store import outbox, own_channels

router = APIRouter(tags=["手机通知 This phone"])
_WORKER = Path(__file__).parent / "static" / "push-worker.js"


class SubscriptionIn(BaseModel):
    """浏览器的订阅 The subscription as the browser made it; keys in base64url."""

    endpoint: str = Field(min_length=1, max_length=2048)
    p256dh: str = Field(min_length=1, max_length=100)
    auth: str = Field(min_length=1, max_length=40)


class EndpointIn(BaseModel):
    """浏览器的推送地址 Where the browser was pushed to."""

    endpoint: str = Field(min_length=1, max_length=2048)


@dataclass(frozen=True, slots=True)
class Phones:
    """本人的手机 Our public key, and where this person's browsers are pushed to, the first tried first."""

    key: str
    endpoints: list[str]


@router.get("/push-worker.js", include_in_schema=False)
def worker() -> Response:
    """Return what shows a push while no page is open; at the root: a worker rules what is below it."""
    return FileResponse(_WORKER, media_type="text/javascript")


@router.get(
    "/api/push",
    summary="本人的手机通知 This person's phones",
    description="公钥用于浏览器订阅（RFC 8292）。\n\nThe key is what a browser subscribes with.",
)
def phones(viewer: SignedIn, service: OurService) -> Phones:
    """Return our public key and this person's browsers."""
    with service.database(None) as conn:
        channels = own_channels.of(conn, viewer.person.person_id)
    return _phones(service.config.secret_key, channels)


@router.post("/api/push", summary="在这部手机上接收 Put this phone on")
def put_on(body: SubscriptionIn, viewer: Writer, service: OurService) -> Phones:
    """Make this browser the first channel of its person, and send it a message that proves it."""
    channel = subscription.address_of(
        subscription.Subscription(body.endpoint, body.p256dh, body.auth), service.config.push_services
    )
    person, now, proof = viewer.person, service.clock(), service_messages.phone_on()
    with service.database(None) as conn:
        channels = subscription.subscribed(own_channels.of(conn, person.person_id), channel)
        own_channels.put(conn, person.person_id, channels)
        outbox.insert(
            conn,
            incident_id=None,
            home_id=person.home_id,
            person_id=person.person_id,
            stage=f"phone-on:{digest_of(channel)}:{now:%Y%m%dT%H%M%S}",
            channels=[channel],
            title=proof.title,
            body=proof.body,
            urgent=False,
            now=now,
        )
    return _phones(service.config.secret_key, channels)


@router.post("/api/push/off", summary="不再在这部手机上接收 Take this phone off")
def take_off(body: EndpointIn, viewer: Writer, service: OurService) -> Phones:
    """Forget this browser."""
    person_id = viewer.person.person_id
    with service.database(None) as conn:
        channels = subscription.unsubscribed(own_channels.of(conn, person_id), body.endpoint)
        own_channels.put(conn, person_id, channels)
    return _phones(service.config.secret_key, channels)


def _phones(secret_key: str, channels: list[str]) -> Phones:
    endpoints = [found for one in channels if (found := subscription.endpoint_of(one)) is not None]
    return Phones(web_push.public_key(secret_key), endpoints)
