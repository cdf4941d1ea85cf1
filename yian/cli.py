"""The command line. Exit codes: 0 done, 1 ran and found something wrong, 2 bad usage or settings."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts.classes import Limits
from alerts.log import broken
from ingest.adapters import FORMATS
from ingest.replay import replay
from model.clock import utc_now
from model.errors import BadInput, YianError
from store import alert_log, dead_letters
from yian import (
    commands_alarms,
    commands_bench,
    commands_devices,
    commands_drills,
    commands_events,
    commands_ledger,
    commands_people,
    commands_registers,
    commands_report,
    commands_rules,
    commands_settings,
    commands_suppress,
    doctor,
    reach,
    roles,
)
from yian.settings import load

app = typer.Typer(
    name="yian",
    help="颐安 Yi'an：养老机构安全值守 · a safety watch for nursing homes",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
letters_app = typer.Typer(help="无法解读的消息 · messages that could not be read", no_args_is_help=True)
audit_app = typer.Typer(help="处置日志 · the evidence log", no_args_is_help=True)
app.add_typer(letters_app, name="dead-letters")
app.add_typer(audit_app, name="audit")
app.add_typer(commands_people.app, name="user")
app.add_typer(commands_devices.app, name="device")
app.add_typer(commands_report.app, name="report")
app.add_typer(commands_ledger.app, name="ledger")
app.add_typer(commands_bench.app, name="bench")
app.add_typer(commands_alarms.app, name="alarms")
app.add_typer(commands_suppress.app, name="mute")
app.add_typer(commands_drills.app, name="drill")
app.add_typer(commands_rules.app, name="rules")
app.add_typer(commands_events.app, name="events")
app.add_typer(commands_registers.app, name="registers")
app.command("import")(commands_registers.import_command)
app.command("export")(commands_registers.export_command)
app.add_typer(commands_settings.app, name="settings")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]
Data = Annotated[Path | None, typer.Option(help="内置服务的数据目录 · folder of the embedded services")]


def main() -> None:
    """Run the command line; what is wrong with the usage is one clear line on stderr, never a traceback."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    try:
        app(standalone_mode=False)
    except BadInput as exc:
        fail(f"yian: {exc}", 2)
    except YianError as exc:
        fail(f"yian: {exc}", 1)
    except typer.TyperException as exc:
        fail(f"yian: {exc.format_message()}", 2)
    except typer.Abort:
        fail("yian: stopped", 1)


def fail(message: str, code: int) -> None:
    """Say what is wrong in one line on stderr and exit."""
    print(message.replace("\n", " "), file=sys.stderr)
    raise SystemExit(code)


def show_json(value: Any) -> None:
    """Print one JSON value on one line, times in ISO 8601."""
    print(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, set | frozenset | tuple):
        return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return str(value)


@app.command()
def ingest() -> None:
    """接收与存储 · receive what devices say and store it."""
    roles.run_ingest(load(), roles.stop_signal())


@app.command()
def alerts() -> None:
    """时限与通知 · keep deadlines and send messages."""
    roles.run_alerts(load(), roles.stop_signal())


@app.command()
def api() -> None:
    """接口与值守页面 · serve the API and the board."""
    roles.run_api(load(), roles.stop_signal())


@app.command()
def serve(
    embedded: Annotated[
        bool, typer.Option("--embedded", help="自带数据库与消息代理 · with own database and broker")
    ] = False,
    data: Data = None,
) -> None:
    """运行全部角色 · run all roles."""
    from yian.stack import serve as run

    run(load(data=data), embedded=embedded)


@app.command()
def migrate() -> None:
    """升级数据库结构 · bring the database schema up to date."""
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
    from simulators.year import Size
    from yian.county_year import NAME, simulate_year
    from yian.simulate import simulate as run

    if scenario == NAME:
        size = Size(homes, detectors, bands)
        result = simulate_year(load(), embedded_too=embedded, seed=seed, size=size)
    else:
        result = run(load(), scenario, embedded=embedded, seed=seed, speed=speed, quiet=as_json)
    show_json(result) if as_json else print(json.dumps(result, ensure_ascii=False, indent=2, default=_plain))
    if not result["passed"]:
        raise SystemExit(1)


@app.command()
def decode(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="报文格式 · wire format")],
    topic: Annotated[str, typer.Option(help="主题 · topic")],
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="报文文件 · file with the payload")
    ] = None,
) -> None:
    """查看适配器如何解读一条报文 · what an adapter makes of one payload."""
    if form not in FORMATS:
        raise BadInput("FORMAT", f"one of {', '.join(sorted(FORMATS))}", form)
    payload = file.read_bytes() if file else sys.stdin.buffer.read()
    show_json([asdict(event) for event in FORMATS[form].decode(topic, payload, utc_now())])


@app.command(name="doctor")
def doctor_command(
    role: Annotated[str | None, typer.Option(help="只查一个角色 · one role only")] = None,
    as_json: Json = False,
) -> None:
    """检查配置与连通 · what is configured, reachable and wrong, in words."""
    findings = doctor.examine(load(), role)
    if as_json:
        show_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{'✓' if finding.good else '✗'} {finding.what}: {finding.words}")
    if not all(finding.good for finding in findings):
        raise SystemExit(1)


@letters_app.command("list")
def list_letters(
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    replayed: Annotated[bool, typer.Option("--replayed", help="包括已重放的 · also those replayed")] = False,
    as_json: Json = False,
) -> None:
    """列出 · list them, the newest first."""
    with reach.connection(load()) as conn:
        found = dead_letters.letters(conn, limit=limit, replayed=replayed)
    if as_json:
        show_json([asdict(letter) for letter in found])
        return
    for letter in found:
        when = f"{letter.last_at:%Y-%m-%d %H:%M:%S}"
        print(letter.dead_letter_id, when, f"×{letter.seen}", letter.topic, letter.reason, sep="\t")


@letters_app.command("replay")
def replay_letters(
    ids: Annotated[
        list[int] | None, typer.Argument(help="编号，缺省为全部 · ids, all of them by default")
    ] = None,
    as_json: Json = False,
) -> None:
    """重新解读 · read them again after a fix."""
    settings = load()
    results: list[dict[str, Any]] = []
    with reach.connection(settings) as conn:
        wanted = ids or [letter.dead_letter_id for letter in dead_letters.letters(conn, limit=10_000)]
        conn.commit()
        for dead_letter_id in wanted:
            with conn.transaction():
                done = replay(conn, dead_letter_id, settings.zigbee_bases, Limits(), utc_now())
            results.append(asdict(done))
    if as_json:
        show_json(results)
    else:
        for done in results:
            print(f"{done['dead_letter_id']}\t{done['still'] or str(done['events']) + ' events'}")
    if any(done["still"] for done in results):
        raise SystemExit(1)


@audit_app.command("verify")
def verify_audit(as_json: Json = False) -> None:
    """核对日志链 · find any change in the evidence log."""
    with reach.connection(load()) as conn:
        rows = alert_log.whole_log(conn)
    found = broken(rows)
    if as_json:
        show_json({"rows": len(rows), "broken": found})
    else:
        print(f"{len(rows)} rows, {len(found)} broken")
        for line in found:
            print(line)
    if found:
        raise SystemExit(1)
