"""The section as a .docx in the layout of GB/T 9704-2012."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Pt

from compliance import layout
from compliance.document import Block, Section
from compliance.layout import FANG_SONG, HEI, KAI, SONG, XIAO_BIAO_SONG, Face
from compliance.sources import source_lines

_MAKER = "颐安 Yi'an"
_FACES: dict[int, Face] = {0: FANG_SONG, 1: HEI, 2: KAI, 3: FANG_SONG}


def render(
    section: Section, made_at: datetime, faces: Mapping[str, str] | None = None, stamp: str = ""
) -> bytes:
    """Return the .docx file; `made_at` is what its properties say, `stamp` what a signed report carries.

    `faces` maps a typeface of the standard to the one that this machine has, for rendering here only.
    """
    document = Document()
    _normal(document)
    layout.set_page(document)
    layout.set_settings(document)
    layout.name_stand_ins(document)
    _properties(document, section, made_at)
    document.core_properties.identifier = stamp
    for line in section.title.split("\n"):
        _centred(document, line, XIAO_BIAO_SONG, layout.TITLE_PT)
    if section.subtitle:
        _centred(document, section.subtitle, KAI, layout.BODY_PT)
    _paragraph(document)
    told = [_block(document, block) for block in section.blocks]
    _keep_together([*_last_lines(told), _paragraph(document)])
    _date(document, section)
    if section.style.footnotes:
        _sources(document, section)
    _page_numbers(document)
    layout.replace_faces(document, faces or {})
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _normal(document: Doc) -> None:
    style: Any = document.styles["Normal"]
    layout.set_face(style, FANG_SONG, layout.BODY_PT)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def _properties(document: Doc, section: Section, made_at: datetime) -> None:
    core = document.core_properties
    core.title = section.title.replace("\n", "") + section.subtitle
    core.author = core.last_modified_by = _MAKER
    core.language = "zh-CN"
    core.comments = ""
    core.created = core.modified = made_at.replace(tzinfo=None)


def _paragraph(document: Doc) -> Any:
    paragraph: Any = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(layout.LINE_TWIPS / 20)
    shape.space_before = shape.space_after = Pt(0)
    shape.widow_control = False
    properties = paragraph._p.get_or_add_pPr()
    # Punctuation stays inside the frame: 28 characters, never a hanging 29th.
    for name in ("w:overflowPunct", "w:snapToGrid"):
        properties.insert_element_before(layout.element(name, val="0"), "w:spacing", "w:ind", "w:jc", "w:rPr")
    return paragraph


def _say(paragraph: Any, text: str, face: Face, size_pt: float) -> Any:
    run = paragraph.add_run(text)
    layout.set_face(run, face, size_pt)
    if size_pt == layout.BODY_PT:
        layout.fit_cell(run)
    return run


def _centred(document: Doc, text: str, face: Face, size_pt: float) -> None:
    paragraph = _paragraph(document)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(paragraph, text, face, size_pt)


def _block(document: Doc, block: Block) -> Any:
    paragraph = _paragraph(document)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.keep_with_next = block.level in (1, 2)
    layout.indent_characters(paragraph, first=2)
    face = _FACES[block.level]
    for run in block.runs:
        _say(paragraph, run.text, face, layout.BODY_PT)
        if run.number:
            _say(paragraph, f"[{run.number}]", face, layout.BODY_PT).font.superscript = True
    return paragraph


def _last_lines(told: Sequence[Any]) -> Sequence[Any]:
    """Return the paragraphs of which some lines go with the date, none where the last one fills a page."""
    lines = (len(told[-1].text) + 2) / layout.CHARACTERS if told else layout.LINES
    if lines > layout.LINES - 2:
        return ()
    return told[-2:] if lines <= 1 else told[-1:]


def _keep_together(last: Sequence[Any]) -> None:
    """Let two lines of text at least go along with the date where the page ends before it.

    Source: our choice; a date that stands alone looks like a page that was lost. Word and WPS take two lines
    along, LibreOffice the whole paragraph.
    """
    for paragraph in last:
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.widow_control = True


def _date(document: Doc, section: Section) -> None:
    paragraph = _paragraph(document)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    layout.indent_characters(paragraph, right=4)
    day = section.issued_on
    _say(paragraph, f"{day.year}年{day.month}月{day.day}日", FANG_SONG, layout.BODY_PT)


def _sources(document: Doc, section: Section) -> None:
    heading = _paragraph(document)
    heading.paragraph_format.page_break_before = True
    _say(heading, "数字来源", HEI, layout.BODY_PT)
    for number, line in source_lines(section):
        paragraph = _paragraph(document)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        _say(paragraph, f"[{number}] {line}", FANG_SONG, layout.BODY_PT)


def _page_numbers(document: Doc) -> None:
    """Number pages — 1 —, 4号 宋体: odd ones right less one character, even ones left less one character."""
    section = document.sections[0]
    for footer, alignment, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left"),
    ):
        footer.is_linked_to_previous = False
        paragraph: Any = footer.paragraphs[0]
        paragraph.style = document.styles["Normal"]
        paragraph.alignment = alignment
        layout.indent_characters(paragraph, **{side: 1})
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.paragraph_format.line_spacing = Pt(layout.PAGE_PT)
        for piece in ("— ", None, " —"):
            run = paragraph.add_run(piece or "")
            layout.set_face(run, SONG, layout.PAGE_PT, latin=SONG.name)
            if piece is None:
                _field(run, "PAGE")


def _field(run: Any, code: str) -> None:
    instruction = layout.element("w:instrText")
    instruction.text = code
    run._r.append(layout.element("w:fldChar", fldCharType="begin"))
    run._r.append(instruction)
    run._r.append(layout.element("w:fldChar", fldCharType="separate"))
    shown = layout.element("w:t")
    shown.text = "1"
    run._r.append(shown)
    run._r.append(layout.element("w:fldChar", fldCharType="end"))
