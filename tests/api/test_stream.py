"""The live stream: who hears what, and what happens when something breaks."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from api.hub import Hub
from store.notices import Notice
from tests.county import PASSWORD, Board, County, config_for, raise_alert, served

SignIn = Callable[[str], httpx.Client]
pytestmark = pytest.mark.ground("plain")


class Heard:
    """The events of one stream, as they come."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def next(self) -> tuple[str, dict[str, Any], str]:
        fields: dict[str, str] = {}
        for line in self._lines:
            if line == "" and "event" in fields:
                return fields["event"], json.loads(fields["data"]), fields["id"]
            name, _, value = line.partition(": ")
            if name:
                fields[name] = value
        raise EOFError

    def until(self, event: str) -> dict[str, Any]:
        while True:
            name, data, _ = self.next()
            if name == event:
                return data


@contextmanager
def listening(client: httpx.Client, **headers: str) -> Generator[Heard]:
    with client.stream("GET", "/api/stream", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Heard(answer.iter_lines())


def test_an_alert_is_heard_when_it_is_committed(county: County, sign_in: SignIn) -> None:
    with listening(sign_in("sunny-carer")) as heard:
        assert heard.next()[0] == "hello"
        incident, alert = raise_alert(county, "sunny/203室")
        assert heard.until("alert") == {
            "alert_id": alert,
            "incident_id": incident,
            "home_id": county.homes["sunny"],
            "device_id": county.devices["sunny/203室"],
            "class": "F1",
            "state": "raised",
        }


def test_staff_hear_nothing_of_another_home(county: County, sign_in: SignIn) -> None:
    for login in ("sunny-carer", "qinghe"):
        with listening(sign_in(login)) as heard:
            heard.next()
            raise_alert(county, "willow/203室", scope=login)
            raise_alert(county, "sunny/203室", scope=login)
            assert heard.until("alert")["home_id"] == county.homes["sunny"]
        with county.connect() as conn:
            conn.execute("UPDATE alerts SET state = 'resolved', outcome = 'test', resolved_at = now()")


def test_the_bureau_hears_every_home_and_what_has_none(county: County, sign_in: SignIn) -> None:
    with listening(sign_in("bureau")) as heard, listening(sign_in("sunny-head")) as staff:
        heard.next()
        staff.next()
        with county.connect() as conn:
            conn.execute(
                "WITH i AS (INSERT INTO incidents (family, scope, class, ladder, opened_at)"
                " VALUES ('fire', 'x', 'F1', '{}', now()) RETURNING incident_id)"
                " INSERT INTO alerts (incident_id, subject, class, kind, happened_at, raised_at, reason)"
                " SELECT incident_id, 'x', 'F1', 'smoke', now(), now(), 'smoke' FROM i"
            )
        assert heard.until("alert")["home_id"] is None
        raise_alert(county, "sunny/203室")
        assert staff.until("alert")["home_id"] == county.homes["sunny"]


def test_who_reconnects_is_told_to_read_again(sign_in: SignIn) -> None:
    client = sign_in("sunny-carer")
    with listening(client) as heard:
        _, _, last = heard.next()
    with listening(client, **{"Last-Event-ID": last}) as heard:
        assert heard.next()[0] == "resync"


def test_a_quiet_stream_beats(sign_in: SignIn) -> None:
    with listening(sign_in("sunny-carer")) as heard:
        assert heard.until("beat")["live"] is True


def test_who_is_disabled_hears_no_more(county: County, sign_in: SignIn) -> None:
    with listening(sign_in("sunny-carer")) as heard:
        heard.next()
        with county.connect() as conn:
            conn.execute("UPDATE people SET disabled_at = now() WHERE login = 'sunny-carer'")
        heard.until("signed_out")
        with pytest.raises(EOFError):
            heard.next()


def test_who_moves_to_another_home_hears_the_new_one_only(county: County, sign_in: SignIn) -> None:
    with listening(sign_in("sunny-carer")) as heard:
        heard.next()
        with county.connect() as conn:
            conn.execute(
                "UPDATE people SET home_id = %s WHERE login = 'sunny-carer'", [county.homes["willow"]]
            )
        heard.until("beat")
        heard.until("beat")
        raise_alert(county, "sunny/203室")
        raise_alert(county, "willow/203室")
        assert heard.until("alert")["home_id"] == county.homes["willow"]


def test_when_the_database_connection_breaks_everybody_reads_again(county: County, sign_in: SignIn) -> None:
    with listening(sign_in("sunny-carer")) as heard:
        heard.next()
        with county.connect() as conn:
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'yian-board-listen' AND datname = current_database()"
            )
        heard.until("lost")
        heard.until("resync")
        raise_alert(county, "sunny/203室")
        heard.until("alert")


def test_a_browser_that_does_not_read_is_cut_off(county: County) -> None:
    config = config_for(county, client_buffer=20, send_within=timedelta(seconds=1))
    with served(config) as board:
        token = httpx.post(
            f"{board.address}/api/login", json={"login": "bureau", "password": PASSWORD}
        ).cookies["yian"]
        host, port = board.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as stuck:
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.sendall(f"GET /api/stream HTTP/1.1\r\nHost: x\r\nCookie: yian={token}\r\n\r\n".encode())
            greeting = b""
            while b"event: hello" not in greeting:
                greeting += stuck.recv(64)
            assert board.hub.listeners == 1
            said = json.dumps(
                {"alert_id": 1, "incident_id": 1, "home_id": 1, "device_id": 1, "class": "F1"}
                | {"state": "x" * 500}
            )
            with county.connect() as conn:
                while board.hub.listeners:
                    conn.execute(
                        "SELECT pg_notify('yian_alerts', %s || repeat(' ', n)) FROM generate_series(1, 100) n",
                        [said],
                    )
            assert httpx.get(f"{board.address}/healthz").status_code == 200


def test_a_subscription_that_is_too_far_behind_is_cut() -> None:
    async def behind() -> None:
        hub = Hub("", buffer=3)
        with hub.subscribe(None) as slow, hub.subscribe(frozenset({2})) as other:
            for number in range(4):
                hub.tell(Notice(number, 1, 1, 1, "F1", "raised"))
            assert slow.cut
            assert await slow.next(0.01) is None
            assert not other.cut
            assert await other.next(0.01) is None
        assert hub.listeners == 0

    # In a thread of its own: the driver of the browser tests keeps a loop running in the main one.
    with ThreadPoolExecutor(1) as own:
        own.submit(asyncio.run, behind()).result()


def test_no_stream_without_a_session(board: Board) -> None:
    assert httpx.get(f"{board.address}/api/stream").status_code == 401


def test_a_server_that_cannot_reach_its_database_says_so_and_recovers(county: County) -> None:
    with county.connect() as conn:
        row = conn.execute("SELECT current_database()").fetchone()
    assert row is not None
    with (
        psycopg.connect(county.url, autocommit=True, dbname="postgres") as owner,
        served(config_for(county)) as board,
        httpx.Client(base_url=board.address, timeout=20) as client,
    ):
        assert client.get("/healthz").status_code == 200
        client.post("/api/login", json={"login": "sunny-carer", "password": PASSWORD})
        owner.execute(f'ALTER DATABASE "{row[0]}" WITH ALLOW_CONNECTIONS false')  # pyright: ignore[reportArgumentType, reportCallIssue]
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [row[0]],
        )
        assert client.get("/healthz").status_code == 503
        said = client.get("/api/incidents")
        assert (said.status_code, said.json()["error"]) == (503, "unavailable")
        assert "retry-after" in said.headers
        page = client.get("/")
        assert page.status_code == 503
        assert "现场报警器照常工作" in page.text
        owner.execute(f'ALTER DATABASE "{row[0]}" WITH ALLOW_CONNECTIONS true')  # pyright: ignore[reportArgumentType, reportCallIssue]
        with httpx.Client(base_url=board.address, timeout=20) as again:
            while again.get("/healthz").status_code != 200:
                pass
        assert client.get("/api/incidents").status_code == 200
