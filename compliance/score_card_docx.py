"""The score card as .docx (and so as .pdf): one page of A4, large enough for a wall."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt

from compliance import layout, pdf
from compliance.docx_parts import GREEN, GREY, RED, line, row
from compliance.layout import FANG_SONG, HEI, KAI, XIAO_BIAO_SONG
from compliance.priorities import Mark
from compliance.score_card import UNHEARD, Card
from model.clock import SHANGHAI

_WIDTHS_MM = (62, 29, 24, 29, 30)
_TABLE_PT, _PAD_PT = 11, 1
"""So that every goal and what to fix first stand on one page."""
_HEADS = ("指标", "本月", "目标", "去年同月", "结果")
_COLOURS = {Mark.GOOD: GREEN, Mark.SHORT: RED, Mark.THIN: GREY, Mark.UNKNOWN: GREY}
_SIGNS = {Mark.GOOD: "✓ ", Mark.SHORT: "✗ ", Mark.THIN: "", Mark.UNKNOWN: ""}


def render(card: Card, faces: Mapping[str, str] | None = None) -> bytes:
    """Return the .docx file; `faces` maps typefaces to those of this machine, for rendering here only."""
    document = Document()
    style: Any = document.styles["Normal"]
    layout.set_face(style, FANG_SONG, 12)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(18)
    page.top_margin = page.bottom_margin = Mm(14)
    layout.name_stand_ins(document)
    core = document.core_properties
    core.title, core.author, core.language = f"{card.home}{card.month}安全成绩单", "颐安 Yi'an", "zh-CN"
    core.created = core.modified = card.known_at.replace(tzinfo=None)

    line(document, card.home, XIAO_BIAO_SONG, 26, centred=True)
    line(document, f"{card.month} 安全成绩单", KAI, 16, centred=True, after=4)
    good = card.judged > 0 and card.reached == card.judged
    line(
        document,
        f"{card.judged} 项可评，{card.reached} 项达标" if card.judged else "本月没有可评的指标",
        HEI,
        24,
        centred=True,
        colour=GREEN if good else None,
        after=6,
    )
    _table(document, card)
    line(document, "先改什么", HEI, 16, before=8, after=2)
    if card.unheard:
        line(document, f"{UNHEARD}。", FANG_SONG, 14)
    for number, one in enumerate(card.first, 1):
        line(document, f"{number}. {one.said()}", FANG_SONG, 13, after=2)
    if not card.first and not card.unheard:
        line(document, "各项均已达标，请保持。", FANG_SONG, 14)
    when = card.known_at.astimezone(SHANGHAI)
    if card.since:
        line(document, f"{card.since}。", KAI, 10.5, before=8, colour=GREY)
    note = "*数据完整率不足95%。报警次数多少不影响结果。"
    line(
        document,
        f"{note}数据截至 {when:%Y-%m-%d %H:%M}。",
        KAI,
        10.5,
        before=0 if card.since else 8,
        colour=GREY,
    )
    layout.replace_faces(document, faces or {})
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def render_pdf(card: Card) -> bytes:
    """Return the .pdf file; raises Unavailable where LibreOffice or a Chinese typeface is missing."""
    return pdf.convert(lambda faces: render(card, faces))


def _table(document: Any, card: Card) -> None:
    table: Any = document.add_table(rows=0, cols=len(_HEADS))
    table.style = "Table Grid"
    table.autofit = False
    for column, width_mm in zip(table.columns, _WIDTHS_MM, strict=True):
        column.width = Mm(width_mm)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    plain = (None,) * (len(_HEADS) - 1)
    row(table, _HEADS, _WIDTHS_MM, (HEI,) * len(_HEADS), _TABLE_PT, (*plain, GREY), _PAD_PT)
    for one in card.rows:
        mark = one.standing.mark
        texts = (
            one.standing.figure.label,
            one.value,
            one.goal,
            one.before,
            f"{_SIGNS[mark]}{one.word}",
        )
        faces = (*(FANG_SONG,) * (len(_HEADS) - 1), HEI)
        row(table, texts, _WIDTHS_MM, faces, _TABLE_PT, (*plain, _COLOURS[mark]), _PAD_PT)
