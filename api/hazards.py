"""Hazards: the list, recording one, closing it and opening it again, and its photos before and after."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api import uploads
from api.auth import SignedIn, Viewer, Writer
from api.errors import Forbidden
from api.home_choice import HomeText, chosen_home, named_home
from api.once import Once
from api.render import render
from api.service import OurService
from compliance.registers import photos as keeping
from compliance.registers import rectifying
from compliance.registers.photos import Stage
from model.clock import local_day
from model.people import Role
from store import hazards, photos, register_sheets
from store.hazards import Closing, Hazard, NewHazard
from store.homes import home_names
from store.photos import Photo

router = APIRouter(tags=["隐患 Hazards"])

PAGE = 100
_ONE_AT_A_TIME = threading.Lock()
"""A photo in the making takes up to 200 MB; two at once would be twice that."""
_MAY_NOT_REMOVE = frozenset({Role.CARER, Role.MAINTENANCE})
GIVEN_WITHIN = timedelta(days=7)
"""The deadline that the form proposes. Source: our choice; no rule gives one for a general hazard."""
_FIRST_DAY = date(2000, 1, 1)
Day = Annotated[date, Field(ge=_FIRST_DAY)]
Words = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
HazardId = Annotated[int, Path(gt=0, lt=2**31)]
PhotoId = Annotated[int, Path(gt=0, lt=2**63)]


class RemovePhoto(BaseModel):
    """为何移除 Why it is removed."""

    reason: str = Field(min_length=1, max_length=200)


class HazardIn(BaseModel):
    """发现的隐患 A hazard that was found; days without one are today, and no deadline.

    A major one, and those of the county's lists (unlicensed, no_sprinkler), are for those who may close.
    """

    home_id: int | None = Field(None, ge=1, le=2**31 - 1, description="本机构可省略 not needed for one's own")
    description: Words
    grade: Literal["general", "major"] = "general"
    kind: Literal["other", "fire_system", "unlicensed", "no_sprinkler"] = "other"
    found_on: Day | None = None
    deadline_on: Day | None = None


class Recorded(BaseModel):
    """编号 The number of the hazard."""

    hazard_id: int


class ClosingIn(BaseModel):
    """销号：做了什么 What was done about it; the day is today where none is given."""

    measures: Words
    closed_how: Literal["rectified", "retrofitted", "closed_down"] = "rectified"
    closed_on: Day | None = None


class ReopenIn(BaseModel):
    """为何重新打开 Why it is opened again."""

    reason: Words


def _closer(viewer: Viewer) -> None:
    if not viewer.in_charge:
        raise Forbidden(
            "隐患由负责人、乡镇或县局销号 a hazard is closed by the head, the township or the bureau"
        )


@router.post(
    "/api/hazards",
    summary="登记隐患 Record a hazard",
    description="本机构人人可登记一般隐患；重大隐患由负责人或主管单位登记。照片随后上传。\n\n"
    "Anybody of the home; a major one the head or an office. Photos are sent afterwards.",
    status_code=201,
)
def record_hazard(
    body: HazardIn, request: Request, viewer: Writer, service: OurService, once: Once
) -> Recorded:
    """Record a hazard and return its number."""
    if not viewer.in_charge and (body.grade == "major" or body.kind in ("unlicensed", "no_sprinkler")):
        raise Forbidden("重大隐患由负责人或主管单位登记 a major hazard is recorded by the head or an office")
    today = local_day(service.clock())
    with service.database(viewer.homes) as conn:
        home = named_home(conn, viewer, body.home_id)
        found = NewHazard(
            home, body.found_on or today, body.grade, body.kind, body.description.strip(), body.deadline_on
        )
        return once.answer(
            conn,
            Recorded,
            lambda: Recorded(hazard_id=rectifying.record(conn, found, viewer.signature(request), today)),
        )


@router.post(
    "/api/hazards/{hazard_id}/close",
    summary="隐患销号 Close a hazard",
    description="负责人或主管单位；销号日期不早于发现日期，不晚于今天，登记时间另记。\n\n"
    "The head or an office; when it was entered is kept beside the day.",
)
def close_hazard(
    hazard_id: HazardId, body: ClosingIn, request: Request, viewer: Writer, service: OurService, once: Once
) -> Hazard:
    """Close a hazard and return it; 409 where it is closed already."""
    _closer(viewer)
    today = local_day(service.clock())
    closing = Closing(body.closed_on or today, body.closed_how, body.measures.strip())
    with service.database(viewer.homes) as conn:
        return once.answer(
            conn,
            Hazard,
            lambda: rectifying.close(conn, hazard_id, closing, viewer.signature(request), today),
        )


@router.post(
    "/api/hazards/{hazard_id}/reopen",
    summary="撤销销号 Open a hazard again",
    description="记录保留。销号后已复查的，只由主管单位重新打开。\n\n"
    "What was said stays on record. After a re-inspection only an office.",
)
def reopen_hazard(
    hazard_id: HazardId, body: ReopenIn, request: Request, viewer: Writer, service: OurService, once: Once
) -> Hazard:
    """Open a closed hazard again and return it; 409 where it is open, or was re-inspected."""
    _closer(viewer)
    with service.database(viewer.homes) as conn:
        return once.answer(
            conn,
            Hazard,
            lambda: rectifying.reopen(
                conn, hazard_id, body.reason, viewer.signature(request), reinspected_too=viewer.oversight
            ),
        )


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
        actor = viewer.signature(request)
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
    with service.database(viewer.homes) as conn:
        return keeping.remove(conn, photo_id, body.reason, viewer.signature(request), service.clock())


@router.get("/hazards", include_in_schema=False)
def hazards_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    home_id: HomeText = "",
    every: bool = False,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Return the hazards of a home, or of all that a person sees: open ones, or every one."""
    today = local_day(service.clock())
    with service.database(viewer.homes) as conn:
        home = chosen_home(conn, viewer, home_id) if home_id or viewer.person.home_id else None
        found = hazards.hazards(conn, home, open_only=not every, limit=PAGE + 1, offset=offset)
        late = hazards.overdue(conn, home, today)
        homes = home_names(conn) if viewer.oversight else []
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
        late=late,
        today=today,
    )


@router.get("/hazards/new", include_in_schema=False)
def new_hazard_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    home_id: HomeText = "",
) -> Response:
    """Return the form that records a hazard."""
    today = local_day(service.clock())
    with service.database(viewer.homes) as conn:
        home = chosen_home(conn, viewer, home_id) if home_id or viewer.person.home_id else None
        homes = home_names(conn) if viewer.oversight else []
    return render(
        service,
        request,
        "hazard_new.html",
        viewer=viewer,
        home=home,
        homes=homes,
        may_close=viewer.in_charge,
        most_mb=service.config.photo_mb,
        today=today,
        deadline=today + GIVEN_WITHIN,
    )


@router.get("/hazards/{hazard_id}", include_in_schema=False)
def hazard_page(request: Request, service: OurService, viewer: SignedIn, hazard_id: HazardId) -> Response:
    """Return one hazard with its photos, what became of it, and what may be done about it."""
    with service.database(viewer.homes) as conn:
        one = hazards.hazard(conn, hazard_id)
        pictures = photos.of_hazard(conn, hazard_id)
        edits = register_sheets.history(conn, register="hazards", row_id=hazard_id)
    return render(
        service,
        request,
        "hazard.html",
        viewer=viewer,
        hazard=one,
        photos=[photo for photo in pictures if photo.removed_at is None],
        removed=[photo for photo in pictures if photo.removed_at is not None],
        story=rectifying.story(edits),
        may_close=viewer.in_charge,
        may_reopen=viewer.in_charge and (viewer.oversight or not rectifying.reinspected(one)),
        may_remove=viewer.person.role not in _MAY_NOT_REMOVE,
        most_mb=service.config.photo_mb,
        today=local_day(service.clock()),
    )
