"""The command line. Exit codes: 0 done, 1 ran and found something wrong, 2 bad usage or settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from model.errors import BadInput
from yian import roles
from yian.edge import fail, plain_errors
from yian.settings import load
from yian.show import show_json
from yian.subjects import Subjects

app = typer.Typer(
    name="yian",
    cls=Subjects,
    help="颐安 Yi'an：养老机构安全值守 · a safety watch for nursing homes",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]
Data = Annotated[Path | None, typer.Option(help="内置服务的数据目录 · folder of the embedded services")]


def main() -> None:
    """Run the command line; what is wrong with the usage is one clear line on stderr, never a traceback."""
    with plain_errors():
        try:
            app(prog_name="yian", standalone_mode=False)
        except typer.TyperException as exc:
            if not exc.format_message():
                raise SystemExit(2) from exc  # the help was asked for by naming no command, and is printed
            fail(f"yian: {exc.format_message()}", 2)
        except typer.Abort:
            fail("yian: stopped", 1)


@app.command()
def ingest() -> None:
    """接收与存储 · receive what devices say and store it."""
    roles.run("ingest")


@app.command()
def alerts() -> None:
    """时限与通知 · keep deadlines and send messages."""
    roles.run("alerts")


@app.command()
def api() -> None:
    """接口与值守页面 · serve the API and the board."""
    roles.run("api")


@app.command()
def serve(
    embedded: Annotated[
        bool, typer.Option("--embedded", help="自带数据库与消息代理 · with own database and broker")
    ] = False,
    data: Data = None,
) -> None:
    """运行全部角色 · run all roles."""
    from yian.serve import become

    become(load(data=data).environment(), embedded=embedded)


@app.command()
def migrate() -> None:
    """升级数据库结构 · bring the database schema up to date."""
    from yian import reach
    from yian.migration import migrate_database

    with reach.database(load()) as url:
        for name in migrate_database(url):
            print(name)


@app.command()
def demo(
    seconds: Annotated[
        int | None, typer.Option(min=5, help="运行多少秒后结束 · end after this many seconds")
    ] = None,
    homes: Annotated[int, typer.Option(min=1, max=50, help="模拟几家机构 · how many homes")] = 3,
    seed: Annotated[int, typer.Option(help="随机种子 · seed of the simulation")] = 1,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """自带全部服务并模拟一个县 · embedded everything and a simulated county."""
    from yian.demo import demo as run

    summary = run(load(data=data), seconds=seconds, homes=homes, seed=seed, quiet=as_json)
    if as_json:
        show_json(summary)
    if summary and (summary["events_lost"] or summary["alerts_missed"] or summary["alerts_unexpected"]):
        raise SystemExit(1)


@app.command()
def simulate(
    scenario: Annotated[str, typer.Argument(help="情景名称 · name of the scenario")],
    embedded: Annotated[
        bool, typer.Option("--embedded", help="为此启动自带服务 · start services for it")
    ] = False,
    seed: Annotated[int, typer.Option(help="随机种子 · seed")] = 1,
    speed: Annotated[float, typer.Option(min=0.01, help="加速倍数 · how much faster than real time")] = 1.0,
    homes: Annotated[int, typer.Option(help="仅 county-year：机构数 · homes")] = 30,
    detectors: Annotated[int, typer.Option(help="仅 county-year：烟感总数 · detectors of all homes")] = 3000,
    bands: Annotated[int, typer.Option(help="仅 county-year：手环总数 · bands of all homes")] = 600,
    as_json: Json = False,
) -> None:
    """播放情景并按真值评分；county-year 为全年数据与报告 · play a scenario and score it against its truth."""
    from simulators.scenarios import SCENARIOS
    from simulators.year import Size
    from yian.county_year import NAME, simulate_year
    from yian.simulate import simulate as run

    if scenario == NAME:
        size = Size(homes, detectors, bands)
        result = simulate_year(load(), embedded_too=embedded, seed=seed, size=size)
    else:
        if scenario not in SCENARIOS:
            raise BadInput("SCENARIO", f"one of {', '.join(sorted({*SCENARIOS, NAME}))}", scenario)
        result = run(load(), scenario, embedded=embedded, seed=seed, speed=speed, quiet=as_json)
    show_json(result, indent=None if as_json else 2)
    if not result["passed"]:
        raise SystemExit(1)
