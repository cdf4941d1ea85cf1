"""The registers for the bureau: download, check a file, store it, see who changed what."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.responses import HTMLResponse

from api import uploads
from api.auth import Overseer, Writer
from api.errors import Forbidden
from api.render import render
from api.service import OurService
from compliance.registers import cells, importing, looking, telling
from compliance.registers.importing import Outcome
from compliance.registers.writing import write
from model.errors import BadInput, Missing
from model.sheets import BY_NAME, SHEETS
from model.sheets.shape import Sheet
from model.spans import check_year
from store import register_sheets, registers_known

router = APIRouter(tags=["登记册 Registers"])

FAULTS_SHOWN = 300
ROWS_SHOWN = 100
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}


def keeper(viewer: Overseer) -> Overseer:
    """Return who is logged in, for what only who sees every home may do. Raises Forbidden."""
    if viewer.homes is not None:
        raise Forbidden("台账由县局和管理员登记 only the bureau and the administrator keep the registers")
    return viewer


def writing_keeper(viewer: Writer, _: Annotated[Overseer, Depends(keeper)]) -> Writer:
    """Return who is logged in, for changes to the registers; the request carries their token."""
    return viewer


Keeper = Annotated[Overseer, Depends(keeper)]
WritingKeeper = Annotated[Writer, Depends(writing_keeper)]
FileName = Annotated[str, Query(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]*$")]
Register = Annotated[str, Query(max_length=32)]


Day = Annotated[str, Query(max_length=10)]


def day_of(field: str, text: str) -> date | None:
    """Return a day as a form sends it, None where it is empty; raises BadInput."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as exc:
        raise BadInput(field, "日期，年-月-日 a day, YYYY-MM-DD", text) from exc
    if day is not None:
        check_year(field, day)
    return day


async def received_file(_: WritingKeeper, request: Request, service: OurService) -> bytes:
    """Return the file that a keeper of the registers sends, up to the limit of the installation."""
    return await uploads.received(request, service.config.import_mb, "YIAN_IMPORT_MB")


File = Annotated[bytes, Depends(received_file)]


@router.get("/api/registers/export", response_class=Response, summary="导出 Export")
def export(
    viewer: Keeper,
    service: OurService,
    register: Register = "all",
    form: Annotated[Literal["xlsx", "csv"], Query(alias="format")] = "xlsx",
    template: bool = False,
    as_of: Day = "",
    as_known: Day = "",
) -> Response:
    """Return registers as a work-book, as CSV, or as a ZIP of CSV; `template` is empty, to fill in.

    `as_of` takes what held on a day, `as_known` what was known at the end of one; the file's name says so.
    """
    held_on, known_on = day_of("as_of", as_of), day_of("as_known", as_known)
    sheets = importing.sheets_of(register)
    if template:
        data = write({}, sheets, form)
    else:
        with service.database(viewer.homes) as conn:
            data = importing.export(conn, sheets, form, as_of=held_on, as_known=known_on)
    ending = "zip" if form == "csv" and len(sheets) > 1 else form
    name = sheets[0].name if len(sheets) == 1 else "registers"
    name += "-template" if template else ""
    name += f"-of-{held_on}" if held_on else ""
    name += f"-known-{known_on}" if known_on else ""
    named = f'attachment; filename="{name}.{ending}"'
    return Response(data, media_type=TYPES[ending], headers={"Content-Disposition": named})


def imported(
    viewer: WritingKeeper,
    service: OurService,
    request: Request,
    data: File,
    file_name: FileName,
    register: Register = "",
    dry_run: bool = True,
) -> Outcome:
    """Check the file of a request, and store it where nothing is wrong and this is no dry run."""
    with service.database(viewer.homes) as conn:
        return importing.import_file(
            conn,
            data,
            file_name,
            register=register,
            dry_run=dry_run,
            actor=viewer.signature(request),
            now=service.clock(),
        )


Imported = Annotated[Outcome, Depends(imported)]


@router.post("/api/registers/import", summary="导入 Import", openapi_extra=uploads.BINARY_BODY)
def take(outcome: Imported) -> Outcome:
    """Check a file, and store it where nothing is wrong and this is no dry run."""
    return outcome


@router.post("/api/registers/undo", summary="撤销最近一次导入 Undo the last import")
def undo(viewer: WritingKeeper, service: OurService, request: Request) -> dict[str, int]:
    """Take the last import back; refused where one of its rows was changed or used since."""
    actor = viewer.signature(request)
    with service.database(viewer.homes) as conn:
        return {"import_id": register_sheets.undo(conn, actor=actor, now=service.clock())}


@router.get("/api/registers/history", summary="改动历史 Who changed what")
def history(
    viewer: Keeper,
    service: OurService,
    register: Register = "all",
    row: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[dict[str, Any]]:
    """Return the changes, the newest first, with the values before and after."""
    table = None if register == "all" else importing.sheets_of(register)[0].table
    with service.database(viewer.homes) as conn:
        found = register_sheets.history(conn, register=table, row_id=row, limit=limit)
    return [{name: getattr(edit, name) for name in edit.__slots__} for edit in found]


@router.get("/registers", include_in_schema=False)
def registers_page(request: Request, viewer: Keeper, service: OurService) -> HTMLResponse:
    """Return the page of the registers."""
    with service.database(viewer.homes) as conn:
        counts = {sheet.name: len(register_sheets.rows(conn, sheet)) for sheet in SHEETS}
        imports = register_sheets.imports(conn, 10)
    last = next((one.import_id for one in imports if one.undone_at is None), None)
    return render(
        service,
        request,
        "registers.html",
        viewer=viewer,
        sheets=SHEETS,
        counts=counts,
        imports=imports,
        last=last,
        most_mb=service.config.import_mb,
    )


@router.post("/fragments/registers/import", include_in_schema=False)
def import_fragment(viewer: Keeper, service: OurService, request: Request, outcome: Imported) -> HTMLResponse:
    """Return what an import did or would do, as the page shows it."""
    return render(
        service, request, "_registers.html", viewer=viewer, outcome=outcome, sheets=SHEETS, most=FAULTS_SHOWN
    )


@router.get("/registers/{name}", include_in_schema=False)
def register_page(
    name: str,
    request: Request,
    viewer: Keeper,
    service: OurService,
    as_of: Day = "",
    as_known: Day = "",
    q: Annotated[str, Query(max_length=64)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> HTMLResponse:
    """Return the rows of a register: all of them, or what held on a day, as known today or on another day."""
    sheet = _sheet(name)
    with service.database(viewer.homes) as conn:
        stored = looking.look(
            conn, sheet, as_of=day_of("as_of", as_of), as_known=day_of("as_known", as_known)
        )
    rows = [(one.number, cells.words(sheet, one)) for one in stored]
    found = [row for row in rows if not q or any(q.lower() in word.lower() for word in row[1])]
    return render(
        service,
        request,
        "register.html",
        viewer=viewer,
        sheet=sheet,
        columns=[column for column in sheet.columns if column.field != "number"],
        rows=found[offset : offset + ROWS_SHOWN],
        total=len(found),
        asked={"as_of": as_of, "as_known": as_known, "q": q},
        offset=offset,
        step=ROWS_SHOWN,
    )


@router.get("/registers/{name}/{number}", include_in_schema=False)
def row_page(
    name: str,
    number: Annotated[int, Path(gt=0, lt=2**63)],
    request: Request,
    viewer: Keeper,
    service: OurService,
) -> HTMLResponse:
    """Return one row with its versions: who changed what, when, from what to what."""
    sheet = _sheet(name)
    with service.database(viewer.homes) as conn:
        edits = register_sheets.history(conn, register=sheet.table, row_id=number, limit=1000)
        names = registers_known.names(conn, telling.points_at(edits))
        now = next((one for one in register_sheets.rows(conn, sheet) if one.number == number), None)
        files = {one.import_id: one.file_name for one in register_sheets.imports(conn, 1000)}
    if now is None and not edits:
        raise Missing(f"没有这一行 no such row: {name} {number}")
    return render(
        service,
        request,
        "register_row.html",
        viewer=viewer,
        sheet=sheet,
        number=number,
        facts=[]
        if now is None
        else [
            (column, word)
            for column, word in zip(sheet.columns, cells.words(sheet, now, numbers=True), strict=True)
            if column.field != "number"
        ],
        versions=[telling.version_of(sheet, edit, names) for edit in edits],
        files=files,
    )


def _sheet(name: str) -> Sheet:
    if name not in BY_NAME:
        raise Missing(f"没有这本登记册 no such register: {name}")
    return BY_NAME[name]
