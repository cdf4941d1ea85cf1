"""Only who sees every home keeps the registers, and only with the page's token."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.county import County

SignIn = Callable[[str], httpx.Client]
FILE = "机构代码,机构名称,类别\nnew,新院,民办\n".encode()
IMPORT = "/api/registers/import?file_name=homes.csv&dry_run=false"


@pytest.mark.parametrize("login", ["sunny-carer", "qinghe"])
def test_others_neither_read_nor_write_the_registers(sign_in: SignIn, login: str) -> None:
    client = sign_in(login)
    for path in ("/api/registers/export", "/api/registers/history", "/registers"):
        assert client.get(path).status_code == 403
    assert client.post(IMPORT, content=FILE).status_code == 403
    assert client.post("/api/registers/undo").status_code == 403


def test_the_bureau_imports_reads_the_history_and_undoes(sign_in: SignIn) -> None:
    client = sign_in("bureau")
    octets = {"Content-Type": "application/octet-stream"}
    done = client.post(IMPORT, content=FILE, headers=octets)
    assert (done.status_code, done.json()["added"]) == (200, {"homes": 1})
    (newest, *_) = client.get("/api/registers/history?register=homes").json()
    assert (newest["after"]["code"], newest["actor"][:3]) == ("new", "民政局")
    assert client.post("/api/registers/undo").status_code == 200
    assert client.post("/api/registers/undo").status_code == 404
    without = client.post(IMPORT, content=FILE, headers=octets | {"X-CSRF-Token": "wrong"})
    assert without.status_code == 403
    wrong = client.post(IMPORT, content=b"PK\x03\x04junk", headers=octets)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "file")


def test_a_row_is_followed_through_its_versions_and_seen_as_known_on_a_day(
    county: County, sign_in: SignIn
) -> None:
    client = sign_in("bureau")
    octets = {"Content-Type": "application/octet-stream"}
    client.post(IMPORT, content=FILE, headers=octets)
    client.post(IMPORT, content="机构代码,床位数\nnew,81\n".encode(), headers=octets)
    with county.connect() as conn:
        conn.execute("UPDATE register_log SET changed_at = '2026-05-01 04:00+00'")
        conn.execute("UPDATE register_log SET changed_at = '2026-05-03 04:00+00' WHERE before IS NOT NULL")
        row = conn.execute("SELECT home_id FROM homes WHERE code = 'new'").fetchone()
    assert row is not None
    page = client.get(f"/registers/homes/{row[0]}").text
    assert page.index("<s>空</s> → <b>81</b>") < page.index("新增")
    assert "由文件 homes.csv" in page
    early = client.get("/registers/homes?as_known=2026-05-01").text
    late = client.get("/registers/homes?as_known=2026-05-03").text
    assert "新院" in early
    assert (">81<" in early.split("新院")[1], ">81<" in late.split("新院")[1]) == (False, True)
    asked = "/api/registers/export?register=homes&format=csv&as_known=2026-05-01"
    assert "new,新院,民办,,,,,," in client.get(asked).text
    assert client.get("/registers/homes?as_known=2026-13-01").status_code == 422
    assert client.get("/registers/nothing").status_code == 404
    assert client.get("/registers/homes/999999").status_code == 404
    assert sign_in("sunny-head").get("/registers/homes").status_code == 403
