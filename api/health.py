"""Whether this process can do its work, for whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.service import OurService
from model.errors import Unavailable
from store import board, liveness
from store.migrate import pending

router = APIRouter(tags=["运行 Health"])


@dataclass(frozen=True, slots=True)
class HealthOut:
    """状态 Status of the process and of what it stands on."""

    status: str
    database: str


@dataclass(frozen=True, slots=True)
class ReadyOut:
    """能否接待请求 Whether requests can be served: the database, its schema, and the live stream.

    接收与时限仅供参考 `ingest` and `alerts` are told beside it: without them pages are served all the same.
    """

    status: str
    database: str
    schema: str
    stream: str
    ingest: str
    alerts: str


@router.get("/healthz", summary="进程与数据库 Process and database")
def healthz(response: Response, service: OurService) -> HealthOut:
    """Answer 200 while the process runs and the database answers, else 503."""
    try:
        with service.database(()) as conn:
            board.answers_now(conn)
    except Unavailable:
        response.status_code = 503
        return HealthOut("degraded", "unreachable")
    return HealthOut("ok", "ok")


@router.get("/readyz", summary="能否服务 Ready to serve")
def readyz(response: Response, service: OurService) -> ReadyOut:
    """Answer 200 when pages are complete and live, else 503 with what is missing."""
    stream = "ok" if service.hub.live else "not listening"
    try:
        with service.database(()) as conn:
            waiting = pending(conn)
            now = service.clock()
            ingest, alerts = (
                "unknown" if waiting else "ok" if liveness.beats(conn, role, now) else "silent"
                for role in ("ingest", "alerts")
            )
    except Unavailable:
        response.status_code = 503
        return ReadyOut("not ready", "unreachable", "unknown", stream, "unknown", "unknown")
    schema = "ok" if not waiting else f"{len(waiting)} migrations to apply"
    ready = not waiting and service.hub.live
    response.status_code = 200 if ready else 503
    return ReadyOut("ready" if ready else "not ready", "ok", schema, stream, ingest, alerts)
