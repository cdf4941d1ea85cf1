"""`yian doctor`: what is configured, reachable and wrong."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from yian.doctor import examine
from yian.settings import load
from yian.show import show_json

Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]


def doctor(
    role: Annotated[str | None, typer.Option(help="只查一个角色 · one role only")] = None,
    as_json: Json = False,
) -> None:
    """检查配置与连通 · what is configured, reachable and wrong, in words."""
    findings = examine(load(), role)
    if as_json:
        show_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{'✓' if finding.good else '✗'} {finding.what}: {finding.words}")
    if not all(finding.good for finding in findings):
        raise SystemExit(1)
