"""`yian backup` and `yian restore`: the whole installation in one folder, and back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from model.clock import utc_now
from yian.backup import back_up, restore
from yian.settings import load
from yian.show import show_json

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", file_okay=False, help="备份目录 · folder of the backup")
]
Data = Annotated[Path | None, typer.Option(help="内置服务的数据目录 · folder of the embedded services")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]

_SHOWN = 20


def backup_command(folder: Folder, data: Data = None, as_json: Json = False) -> None:
    """备份整个安装：数据库（含照片）与密钥 · database with photos, and the secret key, while it runs."""
    made = back_up(load(data=data), folder, utc_now())
    if as_json:
        show_json(asdict(made))
        return
    print(
        f"{folder}: {sum(made.rows.values())} 行 rows, {len(made.rows)} 表 tables,"
        f" {made.evidence_rows} 条日志 log rows"
    )
    _tell_before(len(made.faults))


def _tell_before(faults: int) -> None:
    if faults:
        print(
            f"! 备份时日志、签发报告或照片已有 {faults} 处不符（yian audit verify）"
            f" {faults} things were not as written already when it was backed up"
        )


def restore_command(folder: Folder, data: Data = None, as_json: Json = False) -> None:
    """恢复到空库并核对行数、日志链、签发报告与照片 · into an empty database, then compare all of it."""
    done = restore(load(data=data), folder)
    if as_json:
        show_json(asdict(done))
    else:
        print(
            f"{done.rows} 行 rows, {done.tables} 表 tables, {done.evidence_rows} 条日志 log rows,"
            f" {done.photos} 张照片 photos"
        )
        print(f"密钥 secret key: {done.secret}")
        for name in done.migrated:
            print(f"升级 migrated: {name}")
        for line in done.wrong[:_SHOWN]:
            print(f"✗ {line}")
        if len(done.wrong) > _SHOWN:
            print(f"… {len(done.wrong)} (--json)")
        _tell_before(done.before)
        if not done.wrong:
            print("✓ 与备份一致 · as it was backed up")
    if done.wrong:
        raise SystemExit(1)
