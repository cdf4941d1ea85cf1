"""`yian rosters`: who is on duty, swaps (换班) and leave (请假), gaps ahead, quiet off duty (下班免打扰)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from alerts import on_duty, roster_changes
from alerts import rosters as duty_times
from alerts.on_duty import Ahead
from alerts.roster_changes import Leave, LeavesNobody, Swap
from model.clock import SHANGHAI, utc_now
from model.errors import BadInput, Missing, Refused
from model.people import ROLE_WORDS, Actor, Role
from store import rosters
from store.rosters import Change, HomeName, Shift, Staff
from store.sql import Conn
from yian import asked, reach
from yian.settings import load
from yian.show import show_json

app = typer.Typer(help="排班、换班、请假 · duty rosters, swaps and leave", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]
Home = Annotated[str, typer.Option(help="机构代码 · code of the home")]
By = Annotated[str, typer.Option(help="谁登记 · who enters it, as the record names them")]
Reason = Annotated[str, typer.Option(help="原因 · why")]
Force = Annotated[
    bool, typer.Option("--force", help="明知会无人值班仍登记，记录在案 · enter it though it leaves nobody")
]


@app.command()
def show(
    home: Home,
    from_: Annotated[str | None, typer.Option("--from", help="起，缺省现在 · from, now by default")] = None,
    days: Annotated[int, typer.Option(min=1, max=62, help="几天 · days")] = 7,
    as_json: Json = False,
) -> None:
    """谁在何时值班 · who is on duty when, with swaps and leave, and what was changed."""
    from_at = asked.instant(from_, utc_now(), "--from")
    to_at = from_at + timedelta(days=days)
    with reach.connection(load()) as conn:
        [one] = asked.homes(conn, home)
        ahead = on_duty.look(conn, one.home_id, from_at, to_at)
        changes = rosters.changes(conn, one.home_id, from_at, to_at)
        staff = rosters.staff(conn, one.home_id)
    if as_json:
        show_json(
            {
                "home": one.code,
                "turns": [asdict(turn) for turn in ahead.turns],
                "gaps": [_gap(one, gap) for gap in ahead.gaps],
                "on_call": ahead.on_call,
                "without": ahead.without,
                "changes": [asdict(change) for change in changes],
                "quiet": [person.login for person in staff if person.quiet],
            }
        )
        return
    _say_turns(ahead, {person.person_id: person.name for person in staff})
    _say_changes(changes)


def _say_turns(ahead: Ahead, names: Mapping[int, str]) -> None:
    for turn in ahead.turns:
        instead = "" if turn.person_id == turn.planned_id else f"替 for {names.get(turn.planned_id, '—')}"
        span, role = _span(turn.starts_at, turn.ends_at), ROLE_WORDS[turn.role][0]
        print(turn.duty_id, span, role, turn.name, instead, sep="\t")
    for gap in ahead.gaps:
        print("✗", duty_times.in_words(gap, SHANGHAI), sep="\t")
    _say_roles("无排班，随时全员通知 · no roster, all are called", ahead.on_call)
    _say_roles("无此岗位人员 · nobody has this role", ahead.without)


def _say_changes(changes: Iterable[Change]) -> None:
    for change in changes:
        what = "请假 leave" if change.kind == "leave" else f"换班 → {change.taker}"
        by = f"{change.made_by} {_at(change.made_at)}"
        undone = change.cancelled_at
        until = "" if undone is None else f"已撤销 undone by {change.cancelled_by} {_at(undone)}"
        span = _span(change.starts_at, change.ends_at)
        print(f"#{change.change_id}", span, change.person, what, change.reason, by, until, sep="\t")


@app.command()
def swap(
    home: Home,
    person: Annotated[str, typer.Option(help="谁的班，登录名 · whose turn, by login")],
    at: Annotated[str, typer.Option(help="该班次内的任一时刻 · any instant of that turn")],
    to: Annotated[str, typer.Option(help="交给谁，登录名 · who takes it, by login")],
    by: By,
    against: Annotated[
        str | None,
        typer.Option(help="对换：对方班次内的时刻 · exchange for the taker's turn at this instant"),
    ] = None,
    reason: Reason = "",
    force: Force = False,
    as_json: Json = False,
) -> None:
    """换班：交给同院的人，或两人对换一班 · hand one turn over, or exchange it for another."""

    def enter(conn: Conn, one: HomeName, now: datetime) -> int:
        staff = rosters.staff(conn, one.home_id)
        giver, taker = _person(staff, person), _person(staff, to)
        own = _turn(conn, one, giver, asked.instant(at, now, "--at"))
        other = None if against is None else _turn(conn, one, taker, asked.instant(against, now, "--against"))
        wanted = Swap(
            one.home_id, own.duty_id, taker.person_id, None if other is None else other.duty_id, reason
        )
        return roster_changes.swap(conn, wanted, actor=Actor(None, by, "cli"), now=now, known=force)

    _change(home, enter, as_json)


@app.command()
def leave(
    home: Home,
    person: Annotated[str, typer.Option(help="谁请假，登录名 · who, by login")],
    from_: Annotated[str, typer.Option("--from", help="起 · from")],
    to: Annotated[str, typer.Option(help="止 · to")],
    by: By,
    reason: Reason = "",
    force: Force = False,
    as_json: Json = False,
) -> None:
    """请假：这段时间不值班、不通知 · take a person off all turns for a time; they are not called."""

    def enter(conn: Conn, one: HomeName, now: datetime) -> int:
        wanted = Leave(
            one.home_id,
            _person(rosters.staff(conn, one.home_id), person).person_id,
            asked.instant(from_, now, "--from"),
            asked.instant(to, now, "--to"),
            reason,
        )
        return roster_changes.leave(conn, wanted, actor=Actor(None, by, "cli"), now=now, known=force)

    _change(home, enter, as_json)


@app.command()
def undo(
    change_id: Annotated[int, typer.Argument(help="编号 · number of the swap or leave")],
    by: By,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """撤销换班或请假，记录保留 · undo a swap or leave from now on; its record stays."""
    with _plainly(), reach.connection(load()) as conn:
        actor = Actor(None, by, "cli")
        undone = roster_changes.undo(conn, change_id, actor=actor, now=utc_now(), known=force)
    if as_json:
        show_json(asdict(undone))
    else:
        print(f"#{change_id}", undone.person, _span(undone.starts_at, undone.ends_at), sep="\t")


@app.command()
def gaps(
    home: Annotated[
        str | None, typer.Option(help="机构代码，缺省为全部 · code of the home, all by default")
    ] = None,
    role: Annotated[
        Role | None, typer.Option(help="岗位，缺省为全部 · role, all of the ladder by default")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=60, help="往后几天 · days ahead")] = 14,
    as_json: Json = False,
) -> None:
    """值班空档 · when nobody is on duty in the days ahead; exit code 1 where there is a gap."""
    now = utc_now()
    found: list[dict[str, Any]] = []
    with reach.connection(load()) as conn:
        for one in asked.homes(conn, home):
            ahead = on_duty.look(conn, one.home_id, now, now + timedelta(days=days))
            found += [_gap(one, gap) for gap in ahead.gaps if role is None or gap.role is role]
    if as_json:
        show_json(found)
    else:
        for gap in found:
            print(gap["home"], gap["words"], sep="\t")
    if found:
        raise SystemExit(1)


@app.command()
def quiet(
    home: Home,
    person: Annotated[str, typer.Option(help="谁，登录名 · who, by login")],
    on: Annotated[
        bool | None, typer.Option("--on/--off", help="开启或关闭 · turn on or off; neither only shows")
    ] = None,
    by: Annotated[str, typer.Option(help="谁登记 · who sets it, as the record names them")] = "cli",
    as_json: Json = False,
) -> None:
    """下班免打扰：不影响火警、求助、走失 · quiet off duty, never for what is about life."""
    with reach.connection(load()) as conn:
        [one] = asked.homes(conn, home)
        who = _person(rosters.staff(conn, one.home_id), person)
        if on is not None:
            actor = Actor(None, by, "cli")
            roster_changes.set_quiet(conn, who.person_id, one.home_id, quiet=on, actor=actor, now=utc_now())
        record = rosters.quiet_log(conn, who.person_id)
    if as_json:
        show_json([asdict(choice) for choice in record])
        return
    for choice in record:
        print(
            "开 on" if choice.quiet else "关 off", _at(choice.set_at), choice.set_by, choice.set_via, sep="\t"
        )


@contextmanager
def _plainly() -> Generator[None]:
    """Say what would enter it all the same where a change would leave nobody."""
    try:
        yield
    except LeavesNobody as exc:
        raise Refused(f"{exc}; 明知仍登记请加 · to enter it knowingly add --force") from exc


def _change(code: str, enter: Callable[[Conn, HomeName, datetime], int], as_json: bool) -> None:
    with _plainly(), reach.connection(load()) as conn:
        [one] = asked.homes(conn, code)
        change_id = enter(conn, one, utc_now())
        made = rosters.change(conn, change_id)
    if made is None:
        raise Missing(f"no such change: {change_id}")
    if as_json:
        show_json(asdict(made))
    else:
        print(f"#{change_id}", "✗ 无人值班 nobody" if made.leaves_nobody else "✓", sep="\t")


def _person(staff: list[Staff], login: str) -> Staff:
    found = next((one for one in staff if one.login == login), None)
    if found is None:
        raise Refused(f"{login} 不是该机构在岗人员 · is not of this home")
    return found


def _turn(conn: Conn, home: HomeName, person: Staff, at: datetime) -> Shift:
    found = [
        one
        for one in rosters.shifts(conn, home.home_id, at, at + timedelta(microseconds=1))
        if one.person_id == person.person_id
    ]
    if not found:
        raise Refused(f"{person.login} 那时没有班 · has no turn then")
    if len(found) > 1:
        raise BadInput("--at", "an instant at which the person has one turn only", at)
    return found[0]


def _gap(home: HomeName, gap: duty_times.Gap) -> dict[str, Any]:
    return {"home": home.code, **asdict(gap), "words": duty_times.in_words(gap, SHANGHAI)}


def _say_roles(words: str, roles: tuple[Role, ...]) -> None:
    if roles:
        print("–", "、".join(ROLE_WORDS[role][0] for role in roles), words, sep="\t")


def _at(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def _span(start: datetime, end: datetime) -> str:
    return f"{_at(start)}–{_at(end)}"
