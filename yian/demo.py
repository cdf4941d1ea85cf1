"""`yian demo`: everything on one machine, and a simulated county that lives on it."""

from __future__ import annotations

import threading
from datetime import timedelta
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from model.broker import BrokerLogin
from model.clock import SHANGHAI, local_day, utc_now
from model.people import Role
from simulators import county as counties
from simulators.county import County, Size
from simulators.scenarios import SCENARIOS
from simulators.staff import BRISK, CALM
from store import pool
from yian.performance import Performance
from yian.seed import close_other_demos, kept
from yian.settings import Settings
from yian.simulate import outcome
from yian.stack import Stack, embedded_stack
from yian.stopping import stop_signal

_REPORT_EVERY = timedelta(seconds=15)
_LAST_MOMENT_S = 1.0

_OPENING: tuple[tuple[float, str], ...] = (
    (0.0, "kitchen-smoke"),
    (1.0, "repeats"),
    (3.0, "sos-night"),
    (6.0, "low-battery"),
    (8.0, "detector-test"),
    (11.0, "fence-exit"),
    (14.0, "fire-small"),
    (15.0, "exit-crossing"),
    (16.0, "pacing"),
    (17.0, "exit-lingering"),
    (18.0, "unknown-device"),
)
"""What happens in a demo with an end, by seconds from the start; the first alarm is 1 s after it."""

_EVERYDAY = (
    "kitchen-smoke",
    "sos-night",
    "fence-exit",
    "detector-test",
    "exit-crossing",
    "kitchen-smoke",
    "pacing",
    "low-battery",
    "fire-small",
)
"""What happens in a county on an ordinary day, the more often the more frequently it is named here."""

_CALM_S = (45.0, 90.0)
_BUSY_S = (12.0, 20.0)

_WORDS = {
    "F1": "火警（单点）",
    "F2": "火警（确认）",
    "F3": "测试",
    "T1": "故障",
    "T2": "电量低",
    "T3": "失联",
    "T4": "防拆",
    "W1": "求助",
    "W2": "走出围栏",
    "W3": "出口徘徊",
    "W4": "徘徊",
    "W5": "走失",
    "W6": "手环电量低或离身",
}
_STATES = {"raised": "报警", "acknowledged": "收到", "on_scene": "已到场", "resolved": "已处置"}


def demo(
    settings: Settings, *, seconds: int | None, homes: int, seed: int, quiet: bool
) -> dict[str, Any] | None:
    """Start everything, play a county, and return the summary; without `seconds` it plays until stopped.

    `quiet` leaves standard output to the caller. Who looks on until it is stopped wants
    no summary. Raises BadInput where the data folder is not a demo's.
    """
    console = Console(stderr=quiet)
    stopping = stop_signal()
    with embedded_stack(settings.environment(), console.print) as started:
        return run_demo(
            started,
            settings,
            seconds=seconds,
            homes=homes,
            seed=seed,
            console=console,
            stopping=stopping,
            summed=quiet,
        )


def run_demo(
    stack: Stack,
    settings: Settings,
    *,
    seconds: int | None,
    homes: int,
    seed: int,
    console: Console,
    stopping: threading.Event,
    summed: bool,
) -> dict[str, Any] | None:
    """Play a county on a running stack; return the summary, None if played until stopped and not `summed`."""
    now = utc_now()
    mine = kept(settings.data, local_day(now))
    county = counties.build(seed, Size(homes=homes), mine.began_on)
    with pool.connect(stack.database_url, name="demo") as conn:
        close_other_demos(conn, county, now)
    performance = Performance(
        stack,
        county,
        password=mine.password,
        broker=BrokerLogin(stack.mqtt_host, stack.mqtt_port),
        report_every=_REPORT_EVERY,
        pace=CALM if seconds is None else BRISK,
        on_news=lambda news: teller.tell(news),
    )
    teller = _Teller(console, performance)
    with performance:
        _introduce(console, stack, county, mine.password)
        if seconds is None:
            _live(performance, county.seed, console, stopping)
            if not summed:
                return None
        else:
            _perform(performance, county.seed, seconds)
        result = performance.finish(stopping)
    for word, left in (
        ("漏报 missed", result.score.missed),
        ("误报 unexpected", result.score.unexpected),
        ("丢失 lost", result.balance.missing),
    ):
        for one in left:
            console.print(f"[bold red]{word}[/bold red] {one}")
    return {**outcome(result), "board_url": stack.board_url}


def _perform(performance: Performance, seed: int, seconds: int) -> None:
    """Put scenarios one after the other until the time is used up; each ends before the demo does."""
    left_s = seconds - _LAST_MOMENT_S
    for after_s, name in _OPENING:
        if after_s + _length_s(name) <= left_s:
            performance.play(SCENARIOS[name], after=timedelta(seconds=after_s))
    rng = Random(seed)  # noqa: S311  a demo must be repeatable, not unguessable
    after_s = 28.0
    while True:
        name = rng.choice(_EVERYDAY)
        if after_s + _length_s(name) > left_s:
            break
        performance.play(SCENARIOS[name], after=timedelta(seconds=after_s))
        after_s += rng.uniform(*_BUSY_S)
    performance.last_until(timedelta(seconds=seconds))


def _length_s(name: str) -> float:
    return _LENGTHS_S.get(name, 8.5)


_LENGTHS_S = {
    "repeats": 26.5,
    "kitchen-smoke": 10.5,
    "fence-exit": 10.5,
    "low-battery": 9.5,
    "pacing": 13.0,
    "exit-lingering": 70.5,
}


def _live(performance: Performance, seed: int, console: Console, stopping: threading.Event) -> None:
    """Let something small happen every minute or so, until told to stop."""
    rng = Random(f"{seed}-{utc_now():%Y%m%d%H%M%S}")  # noqa: S311  every day is another one
    performance.play(SCENARIOS["kitchen-smoke"])
    wait_s = 15.0
    while not stopping.wait(wait_s):
        performance.player.raise_failure()
        performance.refresh_cast()
        scenario = performance.play(SCENARIOS[rng.choice(_EVERYDAY)])
        if scenario is not None:
            console.print(f"[dim]{_clock()}  情景 · scene: {scenario.title}[/dim]")
        wait_s = rng.uniform(*_CALM_S)


def _introduce(console: Console, stack: Stack, county: County, password: str) -> None:
    """Print where the board is, and who may log in."""
    table = Table(title=f"模拟{county.name} · a simulated county", show_edge=False)
    for heading in ("登录名 login", "姓名 name", "岗位 role", "机构 home"):
        table.add_column(heading, overflow="fold")
    names = {home.code: home.name for home in county.registers.homes}
    shown = [one for one in county.registers.people if one.login in _FOR_SHOW]
    for one in shown:
        table.add_row(
            one.login, one.name, _ROLES[one.role], names.get(one.home or "", one.township or "全县")
        )
    console.print(table)
    console.print(f"密码 password（全部 for all）: [bold]{password}[/bold]")
    console.print(f"值守页面 board: [bold]{stack.board_url}[/bold]")
    console.print(f"[dim]MQTT {stack.mqtt_host}:{stack.mqtt_port}   Ctrl-C 停止 stops[/dim]")


_FOR_SHOW = ("carer1a", "leader1a", "repair1a", "head1", "carer2a", "head2", "township1", "bureau", "admin")
_ROLES = {
    Role.CARER: "护理员 carer",
    Role.SHIFT_LEADER: "值班长 shift leader",
    Role.MAINTENANCE: "维修员 maintenance",
    Role.HEAD: "院长 head",
    Role.TOWNSHIP: "乡镇 township",
    Role.BUREAU: "县民政局 bureau",
    Role.ADMIN: "管理员 admin",
}


class _Teller:
    """Prints one line whenever the state of an alert changes."""

    def __init__(self, console: Console, performance: Performance) -> None:
        self._console = console
        self._performance = performance
        self._states: dict[int, str] = {}

    def tell(self, news: dict[str, Any]) -> None:
        """Print the news, unless it changes nothing that people see."""
        alert_id, state = news["alert_id"], news["state"]
        if self._states.get(alert_id) == state:
            return
        self._states[alert_id] = state
        what = f"{news['class']} {_WORDS.get(news['class'], '')}"
        colour = {"F": "red", "W": "yellow"}.get(news["class"][:1], "cyan")
        where = self._performance.where(news["home_id"], news["device_id"])
        self._console.print(
            f"[dim]{_clock()}[/dim]  [{colour}]{what}[/{colour}] {_STATES.get(state, state)}  {where}",
            highlight=False,
            soft_wrap=True,
        )


def _clock() -> str:
    return f"{utc_now().astimezone(SHANGHAI):%H:%M:%S}"
