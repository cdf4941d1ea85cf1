"""A small county in a database of its own, served by a real server."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import httpx
import pytest

from tests.county import PASSWORD, Board, County, config_for, fill, served
from tests.wording import chinese_first


@pytest.fixture
def county(database: str) -> County:
    return fill(database)


@pytest.fixture
def board(county: County) -> Generator[Board]:
    with served(config_for(county)) as running:
        yield running


@pytest.fixture
def sign_in(board: Board) -> Generator[Callable[[str], httpx.Client]]:
    """Log in and return a client that sends the session and its request token."""
    clients: list[httpx.Client] = []

    def enter(login: str) -> httpx.Client:
        client = httpx.Client(
            base_url=board.address, timeout=60, event_hooks={"response": [_refuses_in_chinese_first]}
        )
        clients.append(client)
        answer = client.post("/api/login", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        client.headers["X-CSRF-Token"] = said["csrf_token"]
        return client

    yield enter
    for client in clients:
        client.close()


def _refuses_in_chinese_first(answer: httpx.Response) -> None:
    if answer.status_code >= 400 and answer.headers["content-type"] == "application/json":
        answer.read()
        assert chinese_first(answer.json()["message"]), answer.text


SignIn = Callable[[str], httpx.Client]
