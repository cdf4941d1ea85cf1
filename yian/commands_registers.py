"""`yian import`, `yian export`, `yian registers`: the registers as files, their history, the way back."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from compliance.registers import documenting, importing, looking, photos, telling
from compliance.registers.cells import words
from compliance.registers.writing import write
from model.clock import SHANGHAI, utc_now
from model.errors import BadInput
from model.sheets import SHEETS
from store import register_sheets, registers_known
from yian import reach
from yian.settings import load
from yian.show import save

app = typer.Typer(help="登记册：历史与撤销 · registers: history and the way back", no_args_is_help=True)
SHOWN = 200
Register = Annotated[
    str | None, typer.Option("--register", help="登记册，缺省按工作表名 · one register, e.g. homes or 机构")
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="这一天有效的 · what held on this day")
]
AsKnown = Annotated[
    str | None,
    typer.Option("--as-known", metavar="YYYY-MM-DD", help="按这一天所知 · as known at the end of this day"),
]


class Form(StrEnum):
    """The formats of an export."""

    XLSX = "xlsx"
    CSV = "csv"


def import_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="XLSX 或 CSV · the file")],
    register: Register = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查 · only check, write nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """导入登记册：全对才写入 · import registers: all rows, or none and every wrong cell."""
    with reach.connection(load()) as conn, Progress(disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("导入 import", total=None)
        outcome = importing.import_file(
            conn,
            file.read_bytes(),
            file.name,
            register=register,
            dry_run=dry_run,
            actor=f"{getpass.getuser()} (command line)",
            now=utc_now(),
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
        conn.commit()
    if as_json:
        print(json.dumps(asdict(outcome), ensure_ascii=False))
    else:
        for one in outcome.faults[:SHOWN]:
            where = f"{one.sheet} 第 {one.row} 行 row {one.row} [{one.column}]"
            print(f"✗ {where}: {one.found or '空 empty'} → {one.expected}")
        if len(outcome.faults) > SHOWN:
            print(f"… {len(outcome.faults)} (--json)")
        for name, counts in (("新增 new", outcome.added), ("更改 changed", outcome.changed)):
            for sheet, count in counts.items():
                print(f"{name}\t{sheet}\t{count}")
        print(f"不变 same\t{outcome.same}")
        if outcome.faults:
            print(f"有 {len(outcome.faults)} 处错误，未写入 · {len(outcome.faults)} wrong, nothing written")
    if outcome.faults:
        raise SystemExit(1)


def export_command(
    register: Annotated[str, typer.Option("--register", help="登记册或 all · one register, or all")] = "all",
    form: Annotated[Form, typer.Option("--format", help="格式 · format")] = Form.XLSX,
    out: Annotated[
        Path | None, typer.Option("--out", help="输出文件，缺省为标准输出 · the file, else standard output")
    ] = None,
    template: Annotated[bool, typer.Option("--template", help="空表 · empty, to fill in")] = False,
    as_of: AsOf = None,
    as_known: AsKnown = None,
) -> None:
    """导出登记册；多个 CSV 为一个 ZIP · export registers; several CSV come as one ZIP."""
    sheets = importing.sheets_of(register)
    if template:
        data = write({}, sheets, form.value)
    else:
        with reach.connection(load()) as conn:
            data = importing.export(
                conn,
                sheets,
                form.value,
                as_of=_day("--as-of", as_of),
                as_known=_day("--as-known", as_known),
            )
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        save(out, data)
        print(out)


@app.command()
def show(
    register: Annotated[str, typer.Argument(help="登记册 · the register, e.g. homes or 机构")],
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: AsJson = False,
) -> None:
    """看登记册：某日有效的，按某日所知 · show a register: what held on a day, as known on a day."""
    sheets = importing.sheets_of(register)
    if len(sheets) != 1:
        raise BadInput("REGISTER", "one register", register)
    (sheet,) = sheets
    with reach.connection(load()) as conn:
        found = looking.look(conn, sheet, as_of=_day("--as-of", as_of), as_known=_day("--as-known", as_known))
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    print("编号", *(column.zh for column in sheet.columns if column.field != "number"), sep="\t")
    for one in found:
        print(one.number, *words(sheet, one), sep="\t")


def _day(option: str, text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as exc:
        raise BadInput(option, "a day, YYYY-MM-DD", text) from exc


@app.command()
def history(
    register: Register = None,
    row: Annotated[int | None, typer.Option(help="编号 · number of the row")] = None,
    home: Annotated[str | None, typer.Option(help="机构代码 · code of a home")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """谁在何时改了什么 · who changed what, and when."""
    table = None if register is None else importing.sheets_of(register)[0].table
    with reach.connection(load()) as conn:
        found = register_sheets.history(conn, register=table, row_id=row, home=home, limit=limit)
        names = registers_known.names(conn, telling.points_at(found))
    if as_json:
        print(json.dumps([asdict(edit) for edit in found], ensure_ascii=False, default=str))
        return
    by_table = {sheet.table: sheet for sheet in SHEETS}
    for edit in found:
        when = f"{edit.changed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        told = telling.sentence(telling.version_of(by_table[edit.register], edit, names))
        print(when, edit.actor, edit.register, edit.row_id, edit.home or "", told, sep="\t")


@app.command()
def verify(as_json: AsJson = False) -> None:
    """核对隐患照片与其日志链 · find any photo of a hazard, or entry of its log, that was changed."""
    with reach.connection(load()) as conn:
        found = photos.broken(conn)
    if as_json:
        print(json.dumps({"broken": found}, ensure_ascii=False))
    else:
        print("\n".join(found) or "✓ 照片与日志一致 · photos and their log are as written")
    if found:
        raise SystemExit(1)


@app.command()
def docs() -> None:
    """登记册的列，docs/registers.md · the columns of all registers, as docs/registers.md has them."""
    print(documenting.document(), end="")


@app.command()
def imports(as_json: AsJson = False) -> None:
    """列出导入 · list the imports, the newest first."""
    with reach.connection(load()) as conn:
        found = register_sheets.imports(conn)
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        when = f"{one.imported_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        undone = "已撤销 undone" if one.undone_at else ""
        print(one.import_id, when, one.actor, one.file_name, f"+{one.added} ~{one.changed}", undone, sep="\t")


@app.command()
def undo() -> None:
    """撤销最近一次导入，其后有改动则拒绝 · take the last import back, if nothing of it changed since."""
    with reach.connection(load()) as conn:
        number = register_sheets.undo(conn, actor=f"{getpass.getuser()} (command line)", now=utc_now())
        conn.commit()
    print(f"已撤销 undone: {number}")
