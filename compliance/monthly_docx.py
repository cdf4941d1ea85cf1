"""A month's report as .docx (and so as .pdf): a table in the faces and side margins of GB/T 9704-2012.

Its grid of 28 characters is for running text; in a table's cells it would tear the words apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt

from compliance import layout, pdf
from compliance.docx_parts import GREY, RED, line, row
from compliance.layout import FANG_SONG, HEI, KAI, XIAO_BIAO_SONG
from compliance.monthly_sheet import Sheet
from model.clock import SHANGHAI

_HEADS = ("指标", "报送", "更正", "去年同月", "同比")
_WIDTHS_MM = (46, 28, 28, 27, 27)
_SIZE_PT = 11


def render(sheet: Sheet, faces: Mapping[str, str] | None = None) -> bytes:
    """Return the .docx file; `faces` maps typefaces to those of this machine, for rendering here only."""
    document = Document()
    style: Any = document.styles["Normal"]
    layout.set_face(style, FANG_SONG, _SIZE_PT)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin = Mm(layout.LEFT_MM), Mm(layout.RIGHT_MM)
    page.top_margin, page.bottom_margin = Mm(25), Mm(20)
    layout.name_stand_ins(document)
    core = document.core_properties
    core.title, core.author, core.language = f"{sheet.scope}{sheet.month}安全月报", "颐安 Yi'an", "zh-CN"
    core.created = core.modified = sheet.known_at.replace(tzinfo=None)

    line(document, f"{sheet.scope}养老机构安全月报" if sheet.home_id is None else f"{sheet.scope}安全月报",
         XIAO_BIAO_SONG, layout.TITLE_PT, centred=True)  # fmt: skip
    line(document, sheet.month, KAI, layout.BODY_PT, centred=True)
    line(document, _stands(sheet), KAI, _SIZE_PT, centred=True, after=8, colour=GREY)
    _table(document, sheet)
    line(document, "*数据完整率不足95%。同比中率的差以百分点计。", KAI, 10.5, before=4, colour=GREY)
    for one in sheet.corrections:
        when = one.filed_at.astimezone(SHANGHAI)
        head = f"第{one.version}版更正（{when:%Y-%m-%d %H:%M}，{one.filed_by}）"
        line(document, head, HEI, _SIZE_PT, before=8, after=2)
        for moved in one.corrects:
            line(document, f"{moved.label}：{moved.was} → {moved.now}", FANG_SONG, _SIZE_PT)
            for why in moved.why:
                line(document, f"　　{why}", KAI, 10.5, colour=GREY)
    if sheet.first:
        line(document, "先改什么", HEI, _SIZE_PT, before=8, after=2)
        for number, standing in enumerate(sheet.first, 1):
            line(document, f"{number}. {standing.said()}", FANG_SONG, _SIZE_PT)
    layout.replace_faces(document, faces or {})
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def render_pdf(sheet: Sheet) -> bytes:
    """Return the .pdf file; raises Unavailable where LibreOffice or a Chinese typeface is missing."""
    return pdf.convert(lambda faces: render(sheet, faces))


def _stands(sheet: Sheet) -> str:
    """Return which version this is, and when and by whom it was filed."""
    known = f"{sheet.known_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if not sheet.versions:
        return f"尚未报送，数据截至 {known}"
    last = sheet.versions[-1]
    when = f"{last.filed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return f"第{last.version}版　{'更正' if last.version > 1 else '报送'}于 {when}　{last.filed_by}"


def _table(document: Any, sheet: Sheet) -> None:
    table: Any = document.add_table(rows=0, cols=len(_HEADS))
    table.style = "Table Grid"
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width_mm in zip(table.columns, _WIDTHS_MM, strict=True):
        column.width = Mm(width_mm)
    none = (None,) * len(_HEADS)
    head = row(table, _HEADS, _WIDTHS_MM, (HEI,) * len(_HEADS), _SIZE_PT, none)
    properties = head._tr.get_or_add_trPr()
    properties.append(layout.element("w:tblHeader", val="true"))
    for one in sheet.rows:
        texts = (one.label, one.filed or one.known, one.corrected, one.year_before, one.over_year)
        colours = (None, GREY if one.corrected else None, RED, None, None)
        faces = (FANG_SONG, FANG_SONG, HEI, FANG_SONG, FANG_SONG)
        made = row(table, texts, _WIDTHS_MM, faces, _SIZE_PT, colours)
        made._tr.get_or_add_trPr().append(layout.element("w:cantSplit", val="true"))
        if one.corrected:
            for run in made.cells[1].paragraphs[0].runs:
                run.font.strike = True
