"""Login, logout, guesses, request tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Literal

import argon2
import httpx
import pytest

from api.passwords import Passwords, hash_of_nobody, hash_password
from tests.county import PASSWORD, Board, County, config_for, raise_alert, routes, served

pytestmark = pytest.mark.ground("plain")

SignIn = Callable[[str], httpx.Client]


def test_a_session_cookie_is_kept_from_scripts_and_other_sites(board: Board) -> None:
    answer = httpx.post(f"{board.address}/api/login", json={"login": "sunny-carer", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert answer.json()["person"]["name"] == "张敏"
    assert "password" not in answer.text


def test_over_tls_the_cookie_is_bound_to_the_host(county: County) -> None:
    with served(config_for(county, secure_cookies=True)) as board:
        answer = httpx.post(f"{board.address}/api/login", json={"login": "sunny-carer", "password": PASSWORD})
    assert answer.headers["set-cookie"].startswith("__Host-yian=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]


def test_only_the_hash_of_a_token_is_stored(county: County, sign_in: SignIn) -> None:
    token = sign_in("sunny-carer").cookies["yian"]
    with county.connect() as conn:
        rows = conn.execute("SELECT token_hash FROM sessions").fetchall()
    assert [bytes(row[0]) for row in rows] == [hashlib.sha256(token.encode()).digest()]
    assert len(token) >= 43


@pytest.mark.parametrize("login", ["sunny-carer", "nobody"])
def test_a_wrong_password_and_an_unknown_login_read_alike(board: Board, login: str) -> None:
    answer = httpx.post(f"{board.address}/api/login", json={"login": login, "password": "wrong"})
    assert answer.status_code == 401
    assert answer.json() == {"error": "not_signed_in", "message": "登录名或密码不对 wrong login or password"}
    assert "set-cookie" not in answer.headers


def test_an_unknown_login_is_worked_through_at_the_cost_of_a_wrong_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worked_through: list[str] = []
    verify = argon2.PasswordHasher.verify

    def noted(hasher: argon2.PasswordHasher, hash: str | bytes, password: str | bytes) -> Literal[True]:
        worked_through.append(str(hash))
        return verify(hasher, hash, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", noted)
    passwords, known = Passwords(), hash_password(PASSWORD)
    assert not passwords.matches("wrong", None)
    assert not passwords.matches("wrong", known)
    nobody, somebody = map(argon2.extract_parameters, worked_through)
    assert nobody == somebody


def test_the_hash_of_nobody_costs_what_any_does_and_is_worked_through() -> None:
    nobody = hash_of_nobody()
    assert argon2.extract_parameters(nobody) == argon2.extract_parameters(hash_password("any"))
    with pytest.raises(argon2.exceptions.VerifyMismatchError):
        argon2.PasswordHasher().verify(nobody, "any")
    assert hash_of_nobody() != nobody


def test_guesses_are_limited_and_a_right_password_must_wait_too(board: Board) -> None:
    for _ in range(8):
        assert (
            httpx.post(
                f"{board.address}/api/login", json={"login": "sunny-carer", "password": "wrong"}
            ).status_code
            == 401
        )
    answer = httpx.post(f"{board.address}/api/login", json={"login": "sunny-carer", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    other = httpx.post(f"{board.address}/api/login", json={"login": "sunny-head", "password": PASSWORD})
    assert other.status_code == 200


def test_guesses_at_once_do_not_slip_under_the_limit(county: County) -> None:
    with served(config_for(county, guesses_per_login_and_address=3)) as board:

        def guess(number: int) -> int:
            return httpx.post(
                f"{board.address}/api/login",
                json={"login": "sunny-carer", "password": f"wrong {number}"},
                timeout=30,
            ).status_code

        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(guess, range(12)))
    assert answers.count(401) == 3
    assert answers.count(429) == 9


def test_after_logout_the_old_cookie_opens_nothing(board: Board, sign_in: SignIn) -> None:
    client = sign_in("sunny-carer")
    token = client.cookies["yian"]
    assert client.post("/api/logout").status_code == 204
    assert httpx.get(f"{board.address}/api/me", cookies={"yian": token}).status_code == 401


def test_a_disabled_person_is_out_at_once(county: County, sign_in: SignIn) -> None:
    client = sign_in("sunny-carer")
    with county.connect() as conn:
        conn.execute("UPDATE people SET disabled_at = now() WHERE login = 'sunny-carer'")
    assert client.get("/api/incidents").status_code == 401
    again = client.post("/api/login", json={"login": "sunny-carer", "password": PASSWORD})
    assert again.status_code == 401


def test_a_session_runs_out_and_one_in_use_lives_on(county: County, sign_in: SignIn) -> None:
    client = sign_in("sunny-carer")
    with county.connect() as conn:
        conn.execute("UPDATE sessions SET expires_at = now() + interval '1 hour'")
        assert client.get("/api/me").status_code == 200
        row = conn.execute("SELECT expires_at > now() + interval '11 hours' FROM sessions").fetchone()
        assert row == (True,)
        conn.execute("UPDATE sessions SET created_at = now() - interval '31 days', expires_at = now()")
    assert client.get("/api/me").status_code == 401


def test_every_change_needs_the_request_token(county: County, sign_in: SignIn) -> None:
    incident, alert = raise_alert(county, "sunny/203室")
    client = sign_in("sunny-carer")
    del client.headers["X-CSRF-Token"]
    changes = [route for route in routes() if (route.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}]
    assert {route.path for route in changes} >= {"/api/logout", "/api/incidents/{incident_id}/answers"}
    for route in changes:
        # A login has no session yet; an answer by link has a token of its own in its form (test_answer_link).
        if route.path in {"/api/login", "/a/{token}"}:
            continue
        path = route.path.replace("{incident_id}", str(incident)).replace("{alert_id}", str(alert))
        for token in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": "é"}):
            answer = client.post(
                path,
                json={"answer": "acknowledge"},
                headers=[(name.encode(), value.encode()) for name, value in token.items()],
            )
            assert answer.status_code == 403, path


def test_the_token_of_one_session_is_none_of_another(county: County, sign_in: SignIn) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    client, other = sign_in("sunny-carer"), sign_in("sunny-head")
    answer = client.post(
        f"/api/incidents/{incident}/answers",
        json={"answer": "acknowledge"},
        headers={"X-CSRF-Token": other.headers["X-CSRF-Token"]},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"{}",
        b'{"login": 7, "password": []}',
        b'{"login": "a\\u0000b", "password": "x"}',
        b'{"login": "' + b"x" * 100 + b'", "password": "x"}',
        b'{"login": "\\ud800", "password": "x"}',
    ],
)
def test_a_login_that_makes_no_sense_is_named(board: Board, body: bytes) -> None:
    answer = httpx.post(
        f"{board.address}/api/login", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["error"] == "bad_input"
    assert answer.json()["field"]


def test_a_short_secret_is_refused(county: County) -> None:
    with pytest.raises(ValueError, match="16"):
        config_for(county).__class__(county.url, "short", beat_every=timedelta(seconds=1))
