"""People with a login, as the command line edits them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from model.errors import BadInput, Missing, Refused
from model.people import Role
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)
_WITHOUT_HOME = frozenset({Role.TOWNSHIP, Role.BUREAU, Role.ADMIN})


def add(
    conn: Conn,
    *,
    login: str,
    name: str,
    role: Role,
    home: str | None,
    township: str | None,
    phone: str | None,
    channels: Sequence[str],
    password_hash: str,
) -> None:
    """Enter a person.

    Raises BadInput (home and role do not fit), Missing (no such home), Refused (login taken).
    """
    if (home is None) != (role in _WITHOUT_HOME):
        raise BadInput(
            "home",
            "院内人员填机构代码，其他人不填 a home's code for staff, none for township, bureau and admin",
            home,
        )
    if role is Role.TOWNSHIP and not township:
        raise BadInput("township", "乡镇名称 the name of the township", township)
    if home is not None and not _says(conn, "home_exists", {"home": home}):
        raise Missing(f"没有此代码的机构 no home with code {home}")
    if _says(conn, "login_exists", {"login": login}):
        raise Refused(f"登录名 {login} 已被使用 login {login} is taken")
    conn.execute(
        _Q["add"],
        {
            "login": login,
            "name": name,
            "role": role,
            "home": home,
            "township": township,
            "phone": phone,
            "channels": list(channels),
            "password_hash": password_hash,
        },
    )


def _says(conn: Conn, query: str, params: dict[str, Any]) -> bool:
    row = conn.execute(_Q[query], params).fetchone()
    return bool(row and row[0])


def all_of(conn: Conn) -> list[tuple[Any, ...]]:
    """Return login, name, role, home code, township, phone and when disabled, of everyone."""
    return conn.execute(_Q["all_of"]).fetchall()


def disable(conn: Conn, login: str, now: datetime) -> None:
    """Disable a login and end its sessions; raises Missing where there is none that is enabled."""
    if conn.execute(_Q["disable"], {"login": login, "now": now}).fetchone() is None:
        raise Missing(f"没有此登录名，或已停用 no enabled login {login}")
