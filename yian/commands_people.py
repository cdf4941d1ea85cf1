"""`yian user`: people with a login."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Annotated

import typer
from argon2 import PasswordHasher

from model.clock import utc_now
from model.errors import BadInput, Missing
from model.people import Role
from store import people, registers
from yian import reach
from yian.settings import load

app = typer.Typer(help="人员账号 · people with a login", no_args_is_help=True)
PASSWORD_MIN = 10


def _password() -> str:
    """Return the new password: from YIAN_NEW_PASSWORD, from a pipe, or asked for without echo."""
    given = os.environ.get("YIAN_NEW_PASSWORD")
    if given is None:
        given = (
            sys.stdin.readline().rstrip("\n")
            if not sys.stdin.isatty()
            else getpass.getpass("密码 password: ")
        )
    if len(given) < PASSWORD_MIN:
        raise BadInput("password", f"at least {PASSWORD_MIN} characters")
    return given


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="登录名 · login")],
    name: Annotated[str, typer.Option(help="姓名 · name")],
    role: Annotated[Role, typer.Option(help="岗位 · role")],
    home: Annotated[str | None, typer.Option(help="机构代码 · code of the home")] = None,
    township: Annotated[str | None, typer.Option(help="乡镇 · township")] = None,
    phone: Annotated[str | None, typer.Option(help="电话 · phone")] = None,
    channel: Annotated[
        list[str] | None, typer.Option(help="通知渠道（apprise 地址），按序 · channels in order")
    ] = None,
) -> None:
    """新增；密码取自 YIAN_NEW_PASSWORD、管道或提示 · add one; the password is asked for."""
    with reach.connection(load()) as conn:
        people.add(
            conn,
            login=login,
            name=name,
            role=role,
            home=home,
            township=township,
            phone=phone,
            channels=channel or [],
            password_hash=PasswordHasher().hash(_password()),
        )
    print(login)


@app.command("list")
def show() -> None:
    """列出 · list them."""
    with reach.connection(load()) as conn:
        for row in people.all_of(conn):
            print("\t".join("" if cell is None else str(cell) for cell in row))


@app.command()
def disable(login: Annotated[str, typer.Argument(help="登录名 · login")]) -> None:
    """停用并注销其会话 · disable one and end its sessions."""
    with reach.connection(load()) as conn:
        people.disable(conn, login, utc_now())


@app.command()
def enable(login: Annotated[str, typer.Argument(help="登录名 · login")]) -> None:
    """恢复停用的账号 · enable a disabled one; its time without duty stays counted."""
    with reach.connection(load()) as conn:
        if not registers.enable_people(conn, [login], utc_now()):
            raise Missing(f"no disabled login {login}")
