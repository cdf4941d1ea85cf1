"""Hazards: the list, one of them with its photos before and after, and adding or removing a photo."""

from __future__ import annotations

import threading
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api import uploads
from api.auth import SignedIn, Writer
from api.errors import Forbidden
from api.ledger import chosen_home
from api.render import render
from api.service import OurService
from compliance.registers import photos as keeping
from compliance.registers.photos import Stage
from model.clock import SHANGHAI
from model.people import Role
from store import board, hazards, photos
from store.photos import Photo

router = APIRouter(tags=["隐患 Hazards"])

PAGE = 100
_ONE_AT_A_TIME = threading.Lock()
"""A photo in the making takes up to 200 MB; two at once would be twice that."""
_MAY_NOT_REMOVE = frozenset({Role.CARER, Role.MAINTENANCE})
HazardId = Annotated[int, Path(gt=0, lt=2**31)]
PhotoId = Annotated[int, Path(gt=0, lt=2**63)]


class RemovePhoto(BaseModel):
    """为何移除 Why it is removed."""

    reason: str = Field(min_length=1, max_length=200)


async def received_photo(_: Writer, request: Request, service: OurService) -> bytes:
    """Return the photo that somebody who is logged in sends, up to the limit of the installation."""
    return await uploads.received(request, service.config.photo_mb, "YIAN_PHOTO_MB")


@router.get("/api/hazards/{hazard_id}/photos", summary="隐患照片 Photos of a hazard")
def list_photos(hazard_id: HazardId, viewer: SignedIn, service: OurService) -> list[Photo]:
    """Return the photos of a hazard; those that are marked as removed say by whom, when and why."""
    with service.database(viewer.homes) as conn:
        hazards.hazard(conn, hazard_id)
        return photos.of_hazard(conn, hazard_id)


@router.post(
    "/api/hazards/{hazard_id}/photos",
    summary="上传隐患照片 Add a photo",
    description="JPEG、PNG 或 WebP，按内容识别。转正后存为 JPEG，位置信息默认去除；`keep_location` 保留。\n\n"
    "Told by its content, turned upright, kept as JPEG; its place is dropped unless `keep_location`.",
    status_code=201,
    openapi_extra=uploads.BINARY_BODY,
)
async def add_photo(
    hazard_id: HazardId,
    stage: Stage,
    viewer: Writer,
    service: OurService,
    request: Request,
    data: Annotated[bytes, Depends(received_photo)],
    keep_location: bool = False,
) -> Photo:
    """Keep a photo before or after the rectification."""

    def keep() -> Photo:
        with service.database(viewer.homes) as conn:
            hazards.hazard(conn, hazard_id)
        with _ONE_AT_A_TIME:
            # Here and not above: few send photos, and the service would carry the library all along.
            from compliance.registers.pictures import prepare

            picture = prepare(data, keep_location=keep_location)
        actor = f"{viewer.person.name} ({viewer.actor(request).via})"
        with service.database(viewer.homes) as conn:
            return keeping.add(conn, hazard_id, stage, picture, actor, service.clock())

    return await run_in_threadpool(keep)


@router.get("/api/photos/{photo_id}.jpg", response_class=Response, summary="照片 A photo")
def photo_file(photo_id: PhotoId, viewer: SignedIn, service: OurService, small: bool = False) -> Response:
    """Return a photo, or its thumbnail; none that is marked as removed."""
    with service.database(viewer.homes) as conn:
        return Response(photos.content(conn, photo_id, small=small), media_type="image/jpeg")


@router.post("/api/photos/{photo_id}/remove", summary="移除照片 Remove a photo")
def remove_photo(
    photo_id: PhotoId, body: RemovePhoto, viewer: Writer, service: OurService, request: Request
) -> Photo:
    """Mark a photo as removed; it stays stored with its hash. Not for carers."""
    if viewer.person.role in _MAY_NOT_REMOVE:
        raise Forbidden(
            "照片由负责人、乡镇或县局移除 a photo is removed by the head, the township or the bureau"
        )
    actor = f"{viewer.person.name} ({viewer.actor(request).via})"
    with service.database(viewer.homes) as conn:
        return keeping.remove(conn, photo_id, body.reason, actor, service.clock())


@router.get("/hazards", include_in_schema=False)
def hazards_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    home_id: Annotated[str, Query(max_length=10)] = "",
    every: bool = False,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Return the hazards of a home, or of all that a person sees: open ones, or every one."""
    with service.database(viewer.homes) as conn:
        home = chosen_home(conn, viewer, home_id) if home_id or viewer.person.home_id else None
        found = hazards.hazards(conn, home, open_only=not every, limit=PAGE + 1, offset=offset)
        homes = board.home_names(conn) if viewer.oversight else []
    return render(
        service,
        request,
        "hazards.html",
        viewer=viewer,
        hazards=found[:PAGE],
        more=len(found) > PAGE,
        homes=homes,
        home=home,
        every=every,
        offset=offset,
        step=PAGE,
        today=service.clock().astimezone(SHANGHAI).date(),
    )


@router.get("/hazards/{hazard_id}", include_in_schema=False)
def hazard_page(request: Request, service: OurService, viewer: SignedIn, hazard_id: HazardId) -> Response:
    """Return one hazard with its photos."""
    with service.database(viewer.homes) as conn:
        one = hazards.hazard(conn, hazard_id)
        pictures = photos.of_hazard(conn, hazard_id)
    return render(
        service,
        request,
        "hazard.html",
        viewer=viewer,
        hazard=one,
        photos=[photo for photo in pictures if photo.removed_at is None],
        removed=[photo for photo in pictures if photo.removed_at is not None],
        may_remove=viewer.person.role not in _MAY_NOT_REMOVE,
        most_mb=service.config.photo_mb,
        today=service.clock().astimezone(SHANGHAI).date(),
    )
