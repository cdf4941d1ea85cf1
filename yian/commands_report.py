"""`yian report`: the safety section and whether a signed one still holds; months and score cards."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from compliance import monthly, score_card
from model.clock import SHANGHAI, utc_now
from model.errors import BadInput
from yian import reach
from yian.asked import day_named
from yian.settings import load
from yian.show import save

app = typer.Typer(
    help="安全章节、月度小结、成绩单 · the safety section, months, score cards", no_args_is_help=True
)
Data = Annotated[Path | None, typer.Option(help="内置服务的数据目录 · folder of the embedded services")]


@app.command()
def safety(
    year: Annotated[int, typer.Option(min=2000, max=2100, help="年度 · year")],
    out: Annotated[Path, typer.Option(help="写入的文件 · file to write")],
    form: Annotated[str, typer.Option("--format", help="docx、pdf、xlsx、md 或 json")] = "docx",
    home: Annotated[str | None, typer.Option(help="只报一家机构（机构代码）· one home, by code")] = None,
    masked: Annotated[bool, typer.Option("--masked", help="数字以 x 代替 · print x for each digit")] = False,
    footnotes: Annotated[
        bool, typer.Option("--footnotes", help="每个数字注明来源 · number and trace each figure")
    ] = False,
    numbering: Annotated[str, typer.Option(help="层次序号：paren 为（一），digit 为 1.")] = "paren",
    detail: Annotated[
        str, typer.Option(help="详略：full 全部，brief 从简 · every clause, or those that are always said")
    ] = "full",
    rounded: Annotated[
        bool,
        typer.Option("--rounded", help="大数取整：1100余、98%以上 · round large figures, as the genre does"),
    ] = False,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD", help="截至这一天，缺省为全年 · up to this day, else the whole year"
        ),
    ] = None,
    templates: Annotated[
        Path | None, typer.Option(help="县局自己的文字模板 · the bureau's own words")
    ] = None,
    freeze_by: Annotated[
        str | None, typer.Option("--freeze-by", metavar="NAME", help="签发人，定稿存档 · sign and keep it")
    ] = None,
    data: Data = None,
) -> None:
    """生成安全章节 · write the safety section from what the database holds."""
    from yian.report import run_report

    with reach.connection(load(data=data), "report") as conn:
        run_report(
            conn,
            year=year,
            home=home,
            form=form,
            out=out,
            now=utc_now(),
            masked=masked,
            footnotes=footnotes,
            numbering=numbering,
            detail=detail,
            rounded=rounded,
            until=None if until is None else day_named("--until", until),
            templates=templates,
            freeze_by=freeze_by,
        )
    print(out)


@app.command()
def words(
    out: Annotated[
        Path | None, typer.Option(help="把自带的模板存为文件，供修改 · copy ours, to be edited")
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="检查改好的模板 · name every slip of an edited copy"),
    ] = None,
) -> None:
    """文字模板：取出、检查，供 safety --templates 用 · the words of the section, to be edited."""
    from compliance.template_file import OURS, slips_in

    if (out is None) == (check is None):
        raise BadInput("words", "either --out or --check")
    if out is not None:
        if out.exists() or not out.parent.is_dir():
            raise BadInput("--out", "a new file in a folder that exists", str(out))
        save(out, OURS.read_bytes())
        print(out)
    if check is not None:
        slips = slips_in(check)
        print("\n".join(f"✗ {slip}" for slip in slips) or "✓ 模板可用 · the template can be used")
        if slips:
            raise SystemExit(1)


@app.command()
def verify(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="已签发的 .docx 或 .json；缺省只查档案 · signed"),
    ] = None,
    alone: Annotated[
        bool, typer.Option("--one", help="只查这一份，不查整个档案 · this one, not the whole archive")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
    data: Data = None,
) -> None:
    """核对已签发的报告 · say whether the database still agrees, else which figure moved and why."""
    from compliance import archive

    if file is None:
        if alone:
            raise BadInput("--one", "with the file of a signed report")
        with reach.connection(load(data=data), "report") as conn:
            broken = archive.look_through(conn, _progress)
        _archive_told(broken, as_json=as_json)
        return
    with reach.connection(load(data=data), "report") as conn:
        verdict = archive.verify(conn, file, utc_now(), alone=alone, say=_progress)
    signed = verdict.signed
    if as_json:
        told = {
            "report_id": signed.report_id,
            "version": signed.version,
            "frozen_at": signed.frozen_at.isoformat(),
            "frozen_by": signed.frozen_by,
            "good": verdict.good,
            "wrong": list(verdict.wrong),
            "moved": [asdict(one) for one in verdict.moved],
            "rows": list(verdict.rows),
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        when = signed.frozen_at.astimezone(SHANGHAI)
        print(f"第{signed.report_id}号 第{signed.version}版 {when:%Y-%m-%d %H:%M} {signed.frozen_by} 签发")
        for line in verdict.wrong:
            print(f"✗ {line}")
        for one in verdict.moved:
            print(f"✗ {one.label}（{one.key}）：签发时 {one.was}，现在 {one.now}")
            for line in one.why:
                print(f"    {line}")
        if verdict.good:
            print("✓ 数字与数据库一致 · the database still agrees")
        if verdict.rows and not verdict.moved:
            print(f"  有{len(verdict.rows)}处登记变动，未影响数字 · rows changed, no figure moved")
    if not verdict.good:
        raise SystemExit(1)


def _progress(done: int, total: int) -> None:
    """Tell on a terminal how far it is; the report of a county's year takes a while."""
    if sys.stderr.isatty() or done == total:
        print(f"\r归档 {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _archive_told(broken: list[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"good": not broken, "wrong": broken}, ensure_ascii=False))
    else:
        for line in broken:
            print(f"✗ {line}")
        if not broken:
            print("✓ 档案完整 · every signed report is as it was signed")
    if broken:
        raise SystemExit(1)


@app.command()
def month(
    which: Annotated[str | None, typer.Argument(metavar="YYYY-MM", help="月份，缺省为上月 · month")] = None,
    home: Annotated[str | None, typer.Option(help="一家机构（机构代码）· one home, by code")] = None,
    file_by: Annotated[
        str | None,
        typer.Option("--file-by", metavar="NAME", help="报送人，存档或更正 · file it"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="写入的文件（.docx 或 .pdf）· file to write")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
    data: Data = None,
) -> None:
    """月度小结 · a month beside others, as filed and as known today, and what to fix first."""
    from yian import month_report

    if out is not None and (out.suffix not in (".docx", ".pdf") or not out.parent.is_dir()):
        raise BadInput("--out", "a .docx or .pdf in a folder that exists", str(out))
    now = utc_now()
    with reach.connection(load(data=data), "report") as conn:
        first_on = monthly.month_named(which) if which else score_card.last_month(now)
        told = month_report.tell(conn, first_on, home, now, file_by)
        if out is not None:
            save(out, month_report.printed(conn, first_on, home, now, out.suffix))
    print(json.dumps(told, ensure_ascii=False) if as_json else month_report.as_text(told))


@app.command()
def card(
    home: Annotated[str, typer.Option(help="机构代码 · the home's code")],
    out: Annotated[Path, typer.Option(help="写入的文件（.docx 或 .pdf）· file to write")],
    which: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="缺省为上月")] = None,
    data: Data = None,
) -> None:
    """机构成绩单，一页 · a home's score card, one page."""
    from compliance import score_card_docx
    from store.homes import home_id_of

    makers = {".docx": score_card_docx.render, ".pdf": score_card_docx.render_pdf}
    if out.suffix not in makers or not out.parent.is_dir():
        raise BadInput("--out", "a .docx or .pdf in a folder that exists", str(out))
    now = utc_now()
    with reach.connection(load(data=data), "report") as conn:
        first_on = monthly.month_named(which) if which else score_card.last_month(now)
        made = score_card.read(conn, home_id_of(conn, home), first_on, now)
    save(out, makers[out.suffix](made))
    print(out)
