"""Only who sees every home keeps the registers, and only with the page's token."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

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
