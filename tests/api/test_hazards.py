"""Hazards recorded, closed and opened again; their photos; and files up to a limit that is a setting."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator
from datetime import timedelta

import httpx
import psycopg
import pytest
from PIL import Image

from compliance.registers import photos
from model.clock import local_day, utc_now
from store import pool
from tests.county import PASSWORD, County, config_for, served

SignIn = Callable[[str], httpx.Client]
OCTETS = {"Content-Type": "application/octet-stream"}


def jpeg(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return out.getvalue()


def hazard(county: County, home: str = "sunny") -> int:
    with county.connect() as conn:
        row = conn.execute(
            "INSERT INTO hazards (home_id, found_on, grade, description, deadline_on)"
            " VALUES (%s, '2026-03-01', 'major', '安全出口堵塞', '2026-03-08') RETURNING hazard_id",
            [county.homes[home]],
        ).fetchone()
    assert row is not None
    return row[0]


def test_photos_are_added_shown_and_removed_only_by_marking(county: County, sign_in: SignIn) -> None:
    number = hazard(county)
    carer, bureau = sign_in("sunny-carer"), sign_in("bureau")
    path = f"/api/hazards/{number}/photos"
    before = carer.post(f"{path}?stage=before", content=jpeg(), headers=OCTETS)
    after = carer.post(f"{path}?stage=after", content=jpeg("green"), headers=OCTETS)
    assert (before.status_code, after.status_code) == (201, 201), before.text
    again = carer.post(f"{path}?stage=before", content=jpeg(), headers=OCTETS)
    assert (again.status_code, again.json()["error"]) == (409, "refused")
    bad = carer.post(f"{path}?stage=after", content=b"GIF89a", headers=OCTETS)
    assert (bad.status_code, bad.json()["field"]) == (422, "photo")
    assert (
        carer.post(f"{path}?stage=after", content=jpeg("blue"), headers={"X-CSRF-Token": "x"}).status_code
        == 403
    )

    one = before.json()["photo_id"]
    shown = carer.get(f"/api/photos/{one}.jpg")
    assert (shown.headers["content-type"], shown.content[:2]) == ("image/jpeg", b"\xff\xd8")
    page = bureau.get(f"/hazards/{number}").text
    assert before.json()["sha256"][:16] in page
    assert page.index('id="before"') < page.index(f"/api/photos/{one}.jpg") < page.index('id="after"')
    assert "逾期" in bureau.get("/hazards").text

    assert carer.post(f"/api/photos/{one}/remove", json={"reason": "错拍"}).status_code == 403
    done = bureau.post(f"/api/photos/{one}/remove", json={"reason": "拍到老人"})
    assert done.json()["removed_why"] == "拍到老人"
    assert bureau.post(f"/api/photos/{one}/remove", json={"reason": "再次"}).status_code == 409
    assert carer.get(f"/api/photos/{one}.jpg").status_code == 404
    assert "拍到老人" in bureau.get(f"/hazards/{number}").text

    with pool.connect(county.url, name="test") as conn:
        assert photos.broken(conn) == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege), conn.transaction():
            conn.execute("DELETE FROM photos")
    with county.connect() as conn:
        with pytest.raises(psycopg.errors.RaiseException):
            conn.execute("UPDATE photos SET stage = 'after'")
        conn.execute("ALTER TABLE photos DISABLE TRIGGER USER")
        conn.execute(
            "UPDATE photos SET content = '\\x00', sha256 = sha256('\\x00') WHERE photo_id = %s", [one]
        )
    with pool.connect(county.url, name="test") as conn:
        assert photos.broken(conn) == [f"photo {one}: its content was changed"]


@pytest.mark.ground("plain")
def test_photos_of_another_home_do_not_exist(county: County, sign_in: SignIn) -> None:
    number = hazard(county, "willow")
    added = sign_in("bureau").post(
        f"/api/hazards/{number}/photos?stage=before", content=jpeg(), headers=OCTETS
    )
    carer = sign_in("sunny-carer")
    for path in (
        f"/hazards/{number}",
        f"/api/hazards/{number}/photos",
        f"/api/photos/{added.json()['photo_id']}.jpg",
    ):
        assert carer.get(path).status_code == 404, path
    stranger = carer.post(f"/api/hazards/{number}/photos?stage=after", content=jpeg("blue"), headers=OCTETS)
    assert stranger.status_code == 404


@pytest.fixture
def small(county: County) -> Generator[tuple[str, County]]:
    with served(config_for(county, import_mb=1, photo_mb=1)) as running:
        yield running.address, county


@pytest.mark.ground("plain")
def test_a_file_over_the_limit_is_refused_by_name_of_the_setting(small: tuple[str, County]) -> None:
    address, county = small
    number = hazard(county)
    with httpx.Client(base_url=address, timeout=60) as client:
        said = client.post("/api/login", json={"login": "bureau", "password": PASSWORD}).json()
        client.headers["X-CSRF-Token"] = said["csrf_token"]
        large = b"x" * 1_000_001

        def in_pieces() -> Generator[bytes]:
            yield large[:600_000]
            yield large[600_000:]

        for path, setting in (
            ("/api/registers/import?file_name=a.csv", "YIAN_IMPORT_MB"),
            (f"/api/hazards/{number}/photos?stage=before", "YIAN_PHOTO_MB"),
        ):
            for body in (large, in_pieces()):
                answer = client.post(path, content=body, headers=OCTETS)
                assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
                assert setting in answer.json()["message"]
        rows = "".join(f"h{number},院 {number},民办\n" for number in range(20_000))
        file = ("机构代码,机构名称,类别\n" + rows).encode()[:999_000].rsplit(b"\n", 1)[0]
        taken = client.post("/api/registers/import?file_name=homes.csv", content=file, headers=OCTETS)
        assert taken.json()["added"] == {"homes": file.count(b"\n")}


@pytest.mark.ground("plain")
def test_a_carer_records_the_head_closes_and_a_closing_is_undone(county: County, sign_in: SignIn) -> None:
    today = local_day(utc_now())
    carer, head, bureau = sign_in("sunny-carer"), sign_in("sunny-head"), sign_in("bureau")
    found = {"description": " 东侧出口堆放轮椅 ", "deadline_on": str(today + timedelta(days=7))}
    made = carer.post("/api/hazards", json=found)
    assert made.status_code == 201, made.text
    path = f"/api/hazards/{made.json()['hazard_id']}"
    done = {"measures": "轮椅移走，划了黄线"}
    assert carer.post(f"{path}/close", json=done).status_code == 403
    early = head.post(f"{path}/close", json=done | {"closed_on": str(today - timedelta(days=1))})
    assert (early.status_code, early.json()["field"]) == (422, "closed_on")
    closed = head.post(f"{path}/close", json=done)
    assert closed.status_code == 200, closed.text
    assert (closed.json()["closed_on"], closed.json()["description"]) == (str(today), "东侧出口堆放轮椅")
    assert head.post(f"{path}/close", json=done).status_code == 409
    assert carer.post(f"{path}/reopen", json={"reason": "又堆上了"}).status_code == 403
    assert head.post(f"{path}/reopen", json={"reason": "又堆上了"}).json()["closed_on"] is None
    assert head.post(f"{path}/reopen", json={"reason": "再次"}).status_code == 409
    page = head.get(path.removeprefix("/api")).text
    story = page[page.index('id="story"') :]
    entered = ["登记</b>", "张敏", "销号</b>", "轮椅移走，划了黄线", "陈院长", "重新打开</b>", "又堆上了"]
    assert [story.index(each) for each in entered] == sorted(story.index(each) for each in entered)

    head.post(f"{path}/close", json=done)
    with county.connect() as conn:
        conn.execute("UPDATE hazards SET reinspected_on = closed_on")
    assert head.post(f"{path}/reopen", json={"reason": "又堆上了"}).status_code == 409
    shown = path.removeprefix("/api")
    assert ['id="reopen"' in who.get(shown).text for who in (head, bureau)] == [False, True]
    assert bureau.post(f"{path}/reopen", json={"reason": "复查不合格"}).status_code == 200


@pytest.mark.ground("plain")
def test_what_is_grave_is_recorded_by_who_answers_for_it_and_in_a_home_that_they_see(
    county: County, sign_in: SignIn
) -> None:
    carer, head, bureau = sign_in("sunny-carer"), sign_in("sunny-head"), sign_in("bureau")
    grave = {"description": "消防泵停用", "grade": "major"}
    assert carer.post("/api/hazards", json=grave).status_code == 403
    assert carer.post("/api/hazards", json={"description": "x", "kind": "no_sprinkler"}).status_code == 403
    assert head.post("/api/hazards", json=grave).status_code == 201
    nowhere = bureau.post("/api/hazards", json=grave)
    assert (nowhere.status_code, nowhere.json()["field"]) == (422, "home_id")
    there = grave | {"home_id": county.homes["willow"]}
    number = bureau.post("/api/hazards", json=there).json()["hazard_id"]
    assert sign_in("qinghe").post("/api/hazards", json=there).status_code == 404
    for what, body in (("close", {"measures": "x"}), ("reopen", {"reason": "x"})):
        assert head.post(f"/api/hazards/{number}/{what}", json=body).status_code == 404
    for field, value in (("description", "  "), ("found_on", "2999-01-01"), ("deadline_on", "2001-01-01")):
        wrong = head.post("/api/hazards", json=grave | {field: value})
        assert (wrong.status_code, wrong.json()["field"]) == (422, field)


@pytest.mark.ground("plain")
def test_overdue_hazards_are_told_first(county: County, sign_in: SignIn) -> None:
    today = local_day(utc_now())
    with county.connect() as conn:
        for found, grade, deadline, words in (
            (400, "general", None, "无期限"),
            (9, "general", 1, "快到期"),
            (3, "major", None, "重大无期限"),
            (30, "general", -20, "早已逾期"),
        ):
            conn.execute(
                "INSERT INTO hazards (home_id, found_on, grade, description, deadline_on)"
                " VALUES (%s, %s, %s, %s, %s)",
                [
                    county.homes["sunny"],
                    today - timedelta(days=found),
                    grade,
                    words,
                    None if deadline is None else today + timedelta(days=deadline),
                ],
            )
    page = sign_in("sunny-carer").get("/hazards").text
    ordered = ["早已逾期", "重大无期限", "快到期", "无期限</a>"]
    assert [page.index(f">{each}") for each in ordered] == sorted(page.index(f">{each}") for each in ordered)
    assert "逾期未整改 2 处" in page
    assert "逾期 3 天" in page
    assert "逾期 2<" in sign_in("sunny-head").get("/round").text
    homes = {home["code"]: home["hazards_overdue"] for home in sign_in("bureau").get("/api/homes").json()}
    assert homes == {"sunny": 2, "willow": 0}
