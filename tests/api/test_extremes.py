"""Every way in, with the ends of the calendar and of numbers: refused or answered, never an error of ours."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.app import ROUTERS
from tests.api.conftest import SignIn
from tests.county import routes

ENDS = (
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "0001-01",
    "9999-12",
    "1",
    "9999",
    str(2**31),
    "-1",
    "\x00",
    "<b>",
)
_WHOLE = re.compile(r"-?\d+")


def _asked(dependant: Dependant) -> set[str]:
    return {field.alias for field in dependant.query_params}.union(*map(_asked, dependant.dependencies))


def _path(route: APIRoute) -> str:
    return re.sub(r"\{\w+\}", "1", route.path.replace("{form}", "json"))


@pytest.mark.ground("plain")
@pytest.mark.parametrize("login", ["bureau", "sunny-head"])
def test_a_query_is_answered_or_refused(sign_in: SignIn, login: str) -> None:
    client = sign_in(login)
    broken = [
        (route.path, name, end)
        for route in routes()
        if "GET" in (route.methods or ()) and route.path != "/api/stream"
        for name in sorted(_asked(route.dependant))
        for end in ENDS
        if client.get(_path(route), params={name: end}).status_code >= 500
    ]
    assert broken == []


@pytest.mark.ground("plain")
def test_a_body_is_answered_or_refused(sign_in: SignIn) -> None:
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    described = app.openapi()
    assert "/api/report/sign" in described["paths"]
    client = sign_in("bureau")
    broken = [
        (path, name, end)
        for path, ways in described["paths"].items()
        if "post" in ways and path != "/api/logout"
        for model in [_model(described, ways["post"])]
        for name in model
        for end in ENDS
        if _sent(client, re.sub(r"\{\w+\}", "1", path), model | {name: _as_told(end)}) >= 500
    ]
    assert broken == []


def _sent(client: httpx.Client, path: str, body: dict[str, Any]) -> int:
    return client.post(path, json=body).status_code


def _as_told(end: str) -> str | int:
    return int(end) if _WHOLE.fullmatch(end) else end


def _model(described: dict[str, Any], way: dict[str, Any]) -> dict[str, Any]:
    """Return a body that the route takes as far as its description tells, empty where it takes none."""
    shown = way.get("requestBody", {}).get("content", {}).get("application/json")
    return _example(described, shown["schema"]) if shown else {}


def _example(described: dict[str, Any], schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _example(described, described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return _example(described, schema["anyOf"][0])
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"), schema.get("format"):
        case "object", _:
            return {name: _example(described, one) for name, one in schema.get("properties", {}).items()}
        case "string", "date":
            return "2026-05-01"
        case "string", "date-time":
            return "2026-05-01T08:00:00Z"
        case "string", _:
            return "x" * max(1, schema.get("minLength", 1))
        case "integer" | "number", _:
            return max(1, schema.get("minimum", 1))
        case "boolean", _:
            return False
        case _:
            return []
