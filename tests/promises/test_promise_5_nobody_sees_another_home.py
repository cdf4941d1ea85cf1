"""Promise 5: a person sees only the homes that they may see, in every path, whoever tries what.

The ways of the board are held by tests/api/test_sight.py, test_auth.py and test_stream.py. Here: the database
itself as the application's role reaches it, sessions that somebody else chose, and requests made to break.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from itertools import product

import httpx
import psycopg
import pytest
from psycopg import sql

from alerts import links
from model.clock import utc_now
from model.errors import BadInput
from store import pool
from tests.county import PASSWORD, Board, County, config_for, fill, raise_alert, served

pytestmark = pytest.mark.ground("plain")


@pytest.fixture
def county(database: str) -> County:
    return fill(database)


@pytest.fixture
def board(county: County) -> Generator[Board]:
    with served(config_for(county)) as running:
        yield running


@pytest.fixture
def carer(board: Board) -> Generator[httpx.Client]:
    """A carer of the home `sunny` who is logged in."""
    with httpx.Client(base_url=board.address, timeout=30) as client:
        answer = client.post("/api/login", json={"login": "sunny-carer", "password": PASSWORD})
        assert answer.status_code == 200
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield client


def test_no_table_with_a_home_in_it_shows_another_home(county: County) -> None:
    """Whatever query is forgotten to be filtered: the database itself holds the line, for tables to come too."""
    raise_alert(county, "sunny/203室")
    raise_alert(county, "willow/203室")
    with county.connect() as conn:
        tables = [
            row[0]
            for row in conn.execute(
                "SELECT table_name FROM information_schema.columns JOIN information_schema.tables"
                " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
                " AND column_name IN ('home_id', 'device_id', 'incident_id', 'alert_id')"
            )
        ]
    # The service's own: reached by a login or by the clock, never by what a person asks for.
    unguarded = {"people", "timers", "sources"}
    assert {"alerts", "readings", "notifications", "alert_log"} <= set(tables)
    with psycopg.connect(county.url) as conn:
        pool.configure(conn)
        conn.execute("SELECT set_config('yian.homes', '{}', false)")
        for table in sorted(set(tables) - unguarded):
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            assert conn.execute(query).fetchall() == [(0,)], table


def test_what_has_no_home_is_hidden_from_staff_and_an_empty_scope_sees_nothing(county: County) -> None:
    with county.connect() as conn:
        conn.execute(
            "INSERT INTO devices (source, address, name, kind, registered)"
            " VALUES ('yian', 'stray', 'stray', 'unknown', false)"
        )
    opened = pool.open_pool(county.url, name="test", size=1)
    try:
        for homes, seen in (([], 0), ([county.homes["sunny"]], 3), (None, 7)):
            with pool.scoped(opened, homes) as conn:
                assert conn.execute("SELECT count(*) FROM devices").fetchall() == [(seen,)]
        with opened.connection() as conn:
            # One connection serves everybody in turn: the scope of the last one is gone with its transaction.
            assert conn.execute("SELECT count(*) FROM devices").fetchall() == [(0,)]
    finally:
        opened.close()


def test_a_session_that_somebody_else_chose_is_never_ours(board: Board) -> None:
    chosen = "A" * 43
    answer = httpx.post(
        f"{board.address}/api/login",
        json={"login": "sunny-carer", "password": PASSWORD},
        headers={"cookie": f"yian={chosen}"},
    )
    assert answer.status_code == 200
    assert answer.cookies["yian"] != chosen
    assert httpx.get(f"{board.address}/api/me", cookies={"yian": chosen}).status_code == 401


FORMS = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")


def test_a_form_of_another_site_can_neither_log_in_nor_answer(county: County, carer: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    del carer.headers["X-CSRF-Token"]
    body = json.dumps({"answer": "acknowledge", "login": "sunny-head", "password": PASSWORD})
    for path, kind in product(("/api/login", f"/api/incidents/{incident}/answers"), FORMS):
        answer = carer.post(path, content=body, headers={"content-type": kind})
        assert answer.status_code in (400, 403, 422), (path, kind)
        assert "set-cookie" not in answer.headers


TARGETS = ["//[", "https://[", "//evil.example", "/\\evil.example", "\t//evil.example", "http:evil", "/\n/x"]


def test_the_way_on_after_the_login_leads_nowhere_else(carer: httpx.Client) -> None:
    for path, target in product(("/login", "/language/zh"), TARGETS):
        answer = carer.get(path, params={"next": target})
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), (path, target)


QUERIES = [
    "q=%25&kind=detector",
    "q=_",
    "q=%27%3B%20DROP%20TABLE%20devices%3B--",
    "q=%ED%A0%80",
    "home_id=1%20OR%201=1",
    "home_id=%7B1,2%7D",
    "home_id=99999999999999999999",
    "offset=-1",
    "health=offline%27",
]


def test_a_clever_query_is_only_a_text(carer: httpx.Client) -> None:
    paths = ("/devices", "/fragments/devices", "/api/devices", "/api/incidents", "/api/quarantine")
    for path, query in product(paths, QUERIES):
        answer = carer.get(f"{path}?{query}")
        assert answer.status_code in (200, 422), (path, query)
        assert "柳溪" not in answer.text
        assert "willow" not in answer.text


def test_a_request_of_any_size_does_not_fill_the_memory(board: Board, carer: httpx.Client) -> None:
    def endless() -> Generator[bytes]:
        for _ in range(64):
            yield b" " * 1024 * 1024

    for content in (b"{" * 3_000_000, endless()):
        answer = httpx.post(
            f"{board.address}/api/login",
            content=content,
            headers={"content-type": "application/json"},
            timeout=30,
        )
        assert answer.status_code == 413, answer.text
    assert carer.get("/api/incidents").status_code == 200


def test_a_link_of_one_incident_or_person_opens_no_other() -> None:
    now = utc_now()
    token = links.make(7, 3, links.ANSWER, now.replace(year=now.year + 1), "a secret for tests only")
    incident, person, purpose, until, signature = token.split(".")
    assert links.read(token, now, "a secret for tests only").incident_id == 7
    for forged in (
        f"8.{person}.{purpose}.{until}.{signature}",
        f"{incident}.4.{purpose}.{until}.{signature}",
        f"{incident}.{person}.{purpose}.{int(until) + 1}.{signature}",
        f"0{token}",
        f"{token}=",
        f"{token}\n",
        token[:-1],
        token.upper(),
    ):
        with pytest.raises(BadInput):
            links.read(forged, now, "a secret for tests only")
    with pytest.raises(BadInput):
        links.read(token, now, "another secret of tests")
