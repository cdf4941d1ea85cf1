"""The page of GB/T 9704-2012 for .docx: measures, fonts with stand-ins, the XML that python-docx lacks.

Source: domain rules section 7. Millimetres unless named otherwise; a twip is 1/20 pt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from xml.sax.saxutils import quoteattr

import docx.oxml
from docx.document import Document
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, Twips

TOP_MM, LEFT_MM, RIGHT_MM = 37, 28, 26
BOTTOM_TWIPS = 1978
"""34.9 mm: 35 mm as printed, less what rounding to whole twips would take from the 22nd line."""
FOOTER_MM = 23
"""The page number stands 7 mm below the frame: 35 - 7 mm less its own height of 14 pt."""
CHARACTERS, LINES = 28, 22
LINE_TWIPS = 580
"""Exactly 29 pt: 225 mm in 22 lines."""
CHARACTER_TWIPS = (11906 - 1588 - 1474) / CHARACTERS
BODY_PT, TITLE_PT, PAGE_PT = 16, 22, 14
"""3号, 2号, 4号."""


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface by the name that the standard's users have, with stand-ins for machines without it."""

    name: str
    stand_ins: tuple[str, ...]


FANG_SONG = Face("仿宋_GB2312", ("仿宋", "FangSong", "STFangsong"))
KAI = Face("楷体_GB2312", ("楷体", "KaiTi", "STKaiti"))
HEI = Face("黑体", ("SimHei", "Noto Sans CJK SC"))
XIAO_BIAO_SONG = Face("方正小标宋简体", ("方正小标宋_GBK", "华文中宋", "宋体"))
SONG = Face("宋体", ("SimSun", "Noto Serif CJK SC"))
FACES = (FANG_SONG, KAI, HEI, XIAO_BIAO_SONG, SONG)
LATIN = "Times New Roman"


def set_page(document: Document) -> None:
    """Give the first section paper, margins, the grid of 22 lines by 28 characters, and footers per side."""
    section = document.sections[0]
    section.page_width, section.page_height = Twips(11906), Twips(16838)
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Twips(BOTTOM_TWIPS)
    section.left_margin, section.right_margin = Twips(1588), Twips(1474)
    section.footer_distance, section.header_distance = Mm(FOOTER_MM), Mm(15)
    document.settings.odd_and_even_pages_header_footer = True
    properties: Any = section._sectPr  # pyright: ignore[reportPrivateUsage]
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(
        element(
            "w:docGrid",
            type="linesAndChars",
            linePitch=str(LINE_TWIPS),
            # what a cell is narrower than the body type, in 1/4096 pt
            charSpace=str(round((CHARACTER_TWIPS / 20 - BODY_PT) * 4096)),
        )
    )


def set_settings(document: Document) -> None:
    """Keep full-width punctuation full, so that a line stays 28 characters."""
    settings: Any = document.settings.element
    for old in settings.findall(qn("w:characterSpacingControl")):
        settings.remove(old)
    control = element("w:characterSpacingControl", val="doNotCompress")
    later = [
        settings.find(qn(name)) for name in ("w:compat", "w:rsids", "w:themeFontLang", "w:decimalSymbol")
    ]
    first = next((one for one in later if one is not None), None)
    settings.append(control) if first is None else first.addprevious(control)


def name_stand_ins(document: Document, faces: Sequence[Face] = FACES) -> None:
    """Write the font table, so that a machine without a face takes the stand-in that we mean."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            part: Part = relation.target_part
            part._blob = _font_table(faces).encode("utf-8")  # pyright: ignore[reportPrivateUsage]


def _font_table(faces: Sequence[Face]) -> str:
    fonts = "".join(
        f"<w:font w:name={quoteattr(face.name)}><w:altName w:val={quoteattr(','.join(face.stand_ins))}/>"
        '<w:charset w:val="86"/></w:font>'
        for face in faces
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'{fonts}<w:font w:name="{LATIN}"><w:charset w:val="00"/></w:font></w:fonts>'
    )


def element(tag: str, **attributes: str) -> Any:
    """Return a WordprocessingML element with attributes of the same namespace."""
    make = cast(Callable[[str], Any], docx.oxml.OxmlElement)
    made = make(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def set_face(run: Any, face: Face, size_pt: float, latin: str = LATIN) -> None:
    """Set a run in a face; digits and Latin letters in `latin`."""
    run.font.size = Pt(size_pt)
    run.font.name = latin
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("eastAsia", "ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), face.name if script == "eastAsia" else latin)
    fonts.set(qn("w:hint"), "eastAsia")


def fit_cell(run: Any) -> None:
    """Narrow a run of body type by 0.3 pt, so that 28 characters of 16 pt stand in 156 mm.

    The page declares the grid; the paragraphs do not snap to it, since LibreOffice gives a 16 pt glyph two of
    the grid's 15.8 pt cells. Narrowed, Word, WPS and LibreOffice all break the lines after 28 characters.
    """
    properties = run._element.get_or_add_rPr()
    properties.insert_element_before(
        element("w:spacing", val="-6"),
        "w:w",
        "w:kern",
        "w:position",
        "w:sz",
        "w:szCs",
        "w:vertAlign",
        "w:lang",
    )


def indent_characters(paragraph: Any, *, first: float = 0, left: float = 0, right: float = 0) -> None:
    """Indent by whole characters of the body type, which Word recounts when the type changes."""
    properties = paragraph._p.get_or_add_pPr()
    indent = properties.get_or_add_ind()
    for name, characters in (("firstLine", first), ("left", left), ("right", right)):
        if characters:
            indent.set(qn(f"w:{name}Chars"), str(round(characters * 100)))
            indent.set(qn(f"w:{name}"), str(round(characters * CHARACTER_TWIPS)))


def replace_faces(document: Document, faces: Mapping[str, str]) -> None:
    """Put other typefaces in the place of the standard's, wherever a run or a style names one."""
    section = document.sections[0]
    roots: list[Any] = [
        document.element,
        document.styles.element,
        section.footer._element,  # pyright: ignore[reportPrivateUsage]
        section.even_page_footer._element,  # pyright: ignore[reportPrivateUsage]
    ]
    for root in roots:
        for fonts in root.iter(qn("w:rFonts")):
            for name, value in fonts.attrib.items():
                fonts.set(name, faces.get(value, value))
