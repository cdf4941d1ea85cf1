"""`yian bench`: what this machine can do, each figure beside its baselines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from model.errors import Unavailable

app = typer.Typer(help="性能测量 · measure what this machine can do", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]
Figures = dict[str, Any]


def _benchmarks(module: str) -> Any:
    """Return a module of the folder benchmarks/, which only a checkout of the source has."""
    if find_spec("benchmarks") is None:
        raise Unavailable("bench: run it in a checkout of the source, where the folder benchmarks/ is")
    return import_module(f"benchmarks.{module}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _run(name: str) -> Figures:
    benchmarks = cast(
        "dict[str, Callable[[Callable[[str], None]], Figures]]", _benchmarks("everything").BENCHMARKS
    )
    return benchmarks[name](_say)


def _show(figures: Figures, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for name, value in _flat(figures):
        print(f"{name:<40} {value}")


def _flat(figures: Figures, before: str = "") -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for name, value in figures.items():
        if isinstance(value, dict):
            rows += _flat(cast("Figures", value), f"{before}{name}.")
        else:
            rows.append((before + name, value))
    return rows


@app.command()
def ingest(as_json: Json = False) -> None:
    """接收速率与四条基线 · telemetry beside its four baselines."""
    _show(_run("ingest"), as_json=as_json)


@app.command()
def alarm(as_json: Json = False) -> None:
    """满负荷下的报警时延 · an alarm while telemetry runs at 70 % of the maximum."""
    _show(_run("alarm"), as_json=as_json)


@app.command()
def storm(as_json: Json = False) -> None:
    """千点同时报警 · 1,000 detectors alarm and 10,000 devices come back within a second."""
    _show(_run("storm"), as_json=as_json)


@app.command()
@app.command(name="queries", hidden=True)
def query(as_json: Json = False) -> None:
    """查询时延 · what people wait for, over HTTP on a year of 10,000 devices, beside direct SQL."""
    _show(_run("query"), as_json=as_json)


@app.command()
def storage(as_json: Json = False) -> None:
    """存储 · bytes of a device and year, raw, in rollups, after retention."""
    _show(_run("storage"), as_json=as_json)


@app.command()
def workers(as_json: Json = False) -> None:
    """多个接收进程 · two ingest workers on one share, and one of them killed."""
    _show(_run("workers"), as_json=as_json)


@app.command()
def curves(
    as_json: Json = False,
    minutes: Annotated[float, typer.Option(min=0.5, max=60, help="持续多少分钟 · how many minutes")] = 10,
) -> None:
    """随规模的成本 · CPU per message against replicas, devices, stored history, minutes."""
    bench = _benchmarks("curves")
    _show(bench.run(bench.Size(minutes=minutes), say=_say), as_json=as_json)


@app.command()
def report(as_json: Json = False) -> None:
    """年度章节 · the annual section of 10,000 devices, beside direct SQL over raw rows."""
    _show(_run("report"), as_json=as_json)


@app.command()
def board(as_json: Json = False) -> None:
    """空闲占用与启动 · the embedded stack at rest."""
    _show(_run("board"), as_json=as_json)


@app.command(name="all")
def everything(
    as_json: Json = False,
    report: Annotated[
        Path | None, typer.Option(help="同时写成文档（如 docs/performance.md）· also write the document")
    ] = None,
) -> None:
    """全部 · all of them."""
    figures = cast("Figures", _benchmarks("everything").run(_say))
    _show(figures, as_json=as_json)
    if report is not None:
        report.write_text(_benchmarks("report").document(figures), encoding="utf-8")
