"""Lines and table rows of our one-page .docx sheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from compliance import layout
from compliance.layout import Face

GREEN, RED, GREY = RGBColor(0x10, 0x69, 0x3C), RGBColor(0xBF, 0x2A, 0x12), RGBColor(0x5A, 0x60, 0x6A)


def line(
    document: Any,
    text: str,
    face: Face,
    size_pt: float,
    *,
    centred: bool = False,
    before: float = 0,
    after: float = 0,
    colour: RGBColor | None = None,
) -> None:
    """Add a paragraph in one face; spaces before and after in points."""
    paragraph = document.add_paragraph()
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    run = paragraph.add_run(text)
    layout.set_face(run, face, size_pt)
    if colour is not None:
        run.font.color.rgb = colour


def row(
    table: Any,
    texts: Sequence[str],
    widths_mm: Sequence[float],
    faces: Sequence[Face],
    size_pt: float,
    colours: Sequence[RGBColor | None],
    pad_pt: float = 2.5,
) -> Any:
    """Add a row to a table and return it: the first cell to the left, the others centred."""
    made = table.add_row()
    for place, (cell, text) in enumerate(zip(made.cells, texts, strict=True)):
        cell.width = Mm(widths_mm[place])
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(pad_pt)
        if place:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        layout.set_face(run, faces[place], size_pt)
        colour = colours[place]
        if colour is not None:
            run.font.color.rgb = colour
    return made
