"""The page of GB/T 9704-2012: measures in the file, and the lines of the page as LibreOffice sets them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx as library
import pytest
from docx.oxml.ns import qn

from compliance import docx, pdf
from compliance.document import Block, Run, Section, Style
from tests.compliance.test_section import BLANK, NOW, told
from tests.services.absence import absent

_MM = 72 / 25.4
_FRAME_ENDS_PT = (297 - 35) * _MM + 5
_NEEDED = ("soffice", "pdftotext", "pdftoppm", "fc-list")


def long_section(style: Style | None = None) -> Section:
    """A section of some pages of full lines, no digits: 28 characters stand in each."""
    made = {key: replace(figure, value=3.0, completeness=1.0) for key, figure in BLANK.items()}
    section = told(made, style)
    text = "今年以来全县养老机构安全工作扎实推进老人生命财产安全得到有效保障" * 40
    return replace(section, title="标题", subtitle="", blocks=(Block(0, (Run(text),)),))


def measures(content: bytes) -> Any:
    """Return the properties of the section of a .docx."""
    document: Any = library.Document(io.BytesIO(content))
    return document.element.body.sectPr


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[dict[int, list[tuple[float, float, str]]]]:
    """Per page: words by the height of their line, as (left, right, text) in points."""
    for program in _NEEDED:
        if shutil.which(program) is None:
            absent(f"{program} is not installed")
    folder = tmp_path_factory.mktemp("pdf")
    file = folder / "long.pdf"
    file.write_bytes(pdf.render(long_section(), NOW))
    return lines_of(file)


def lines_of(file: Path) -> list[dict[int, list[tuple[float, float, str]]]]:
    """Return the words of each page by line."""
    shown = subprocess.run(
        ["pdftotext", "-bbox", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout
    word = re.compile(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
    found: list[dict[int, list[tuple[float, float, str]]]] = []
    for page in shown.split("<page ")[1:]:
        lines: defaultdict[int, list[tuple[float, float, str]]] = defaultdict(list)
        for left, right, bottom, text in word.findall(page):
            lines[round(float(bottom))].append((float(left), float(right), text))
        found.append(dict(sorted(lines.items())))
    return found


def _said(line: list[tuple[float, float, str]]) -> str:
    return "".join(text for _, _, text in sorted(line))


def test_paper_and_margins_are_within_a_millimetre() -> None:
    properties = measures(docx.render(long_section(), NOW))
    size, margins = properties.find(qn("w:pgSz")), properties.find(qn("w:pgMar"))
    assert (size.get(qn("w:w")), size.get(qn("w:h"))) == ("11906", "16838")
    for side, millimetres in (("top", 37), ("bottom", 35), ("left", 28), ("right", 26)):
        assert int(margins.get(qn(f"w:{side}"))) / 20 / _MM == pytest.approx(millimetres, abs=0.2), side


def test_the_grid_is_22_lines_of_28_characters() -> None:
    properties = measures(docx.render(long_section(), NOW))
    grid, margins = properties.find(qn("w:docGrid")), properties.find(qn("w:pgMar"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    pitch = int(grid.get(qn("w:linePitch")))
    height = 16838 - int(margins.get(qn("w:top"))) - int(margins.get(qn("w:bottom")))
    assert pitch == 580
    assert height // pitch == 22
    cell = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert (11906 - 1588 - 1474) / 20 / cell == pytest.approx(28, abs=0.01)


def test_faces_sizes_and_stand_ins() -> None:
    content = docx.render(
        told({key: replace(f, value=3.0, completeness=1.0) for key, f in BLANK.items()}), NOW
    )
    document = library.Document(io.BytesIO(content))
    faces: dict[str, set[tuple[str, float]]] = {}
    for paragraph in document.paragraphs:
        runs: list[Any] = [*paragraph.runs]
        for run in runs:
            face: str = run._element.rPr.rFonts.get(qn("w:eastAsia"))
            kind = next(
                (
                    kind
                    for lead, kind in (("一、", "level 1"), ("（一）", "level 2"))
                    if run.text.startswith(lead)
                ),
                "title" if "综合考评" in run.text else "body",
            )
            faces.setdefault(kind, set()).add((face, run.font.size.pt))
    assert faces["title"] == {("方正小标宋简体", 22)}
    assert faces["level 1"] == {("黑体", 16)}
    assert faces["level 2"] == {("楷体_GB2312", 16)}
    assert ("仿宋_GB2312", 16) in faces["body"]
    table = ZipFile(io.BytesIO(content)).read("word/fontTable.xml").decode()
    assert 'w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong' in table


def test_body_paragraphs_are_indented_by_two_characters_on_exact_lines() -> None:
    document = library.Document(io.BytesIO(docx.render(long_section(), NOW)))
    body: Any = max(document.paragraphs, key=lambda paragraph: len(paragraph.text))
    indent = body._p.pPr.find(qn("w:ind"))
    spacing = body._p.pPr.find(qn("w:spacing"))
    assert indent.get(qn("w:firstLineChars")) == "200"
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("580", "exact")


def test_a_full_page_has_22_lines_of_28_characters(
    pages: list[dict[int, list[tuple[float, float, str]]]],
) -> None:
    body = [_said(line) for height, line in pages[1].items() if height < _FRAME_ENDS_PT]
    assert len(body) == 22
    assert all(len(line) == 28 for line in body), body


def test_the_text_stands_in_the_frame(pages: list[dict[int, list[tuple[float, float, str]]]]) -> None:
    words = [word for height, line in pages[1].items() if height < _FRAME_ENDS_PT for word in line]
    # A glyph has up to a quarter of a millimetre of white beside it.
    assert min(left for left, _, _ in words) / _MM == pytest.approx(28, abs=1)
    assert 210 - max(right for _, right, _ in words) / _MM == pytest.approx(26, abs=1)


def test_page_numbers_stand_below_the_frame_odd_right_even_left(
    pages: list[dict[int, list[tuple[float, float, str]]]],
) -> None:
    for number, page in enumerate(pages, 1):
        height, line = max(page.items())
        # The digits and the dashes may stand on bases that round apart.
        line = [word for at, words in page.items() if at >= height - 2 for word in words]
        assert re.sub(r"\s", "", _said(line)) == f"—{number}—"
        top = height / _MM - 14 / 72 * 25.4
        assert top - (297 - 35) == pytest.approx(7, abs=2)
        left, right = min(word[0] for word in line), max(word[1] for word in line)
        if number % 2:
            assert 210 - 26 - right / _MM == pytest.approx(16 / _MM, abs=1)
        else:
            assert left / _MM - 28 == pytest.approx(16 / _MM, abs=1)


@pytest.mark.parametrize("last_lines", [1, 5])
def test_the_date_stands_on_a_page_with_text(tmp_path: Path, last_lines: int) -> None:
    for program in _NEEDED:
        if shutil.which(program) is None:
            absent(f"{program} is not installed")
    line = "今年以来全县养老机构安全工作" * 2
    # From a date that just fits on the page to one that is pushed off it.
    for lines in range(17, 21):
        counts = (lines - last_lines - 5, 5, last_lines)
        # Half a line of the last, and two characters of indent.
        blocks = [Block(0, (Run((line * count)[16:]),)) for count in counts]
        file = tmp_path / f"{lines}.pdf"
        file.write_bytes(pdf.render(replace(long_section(), blocks=tuple(blocks)), NOW))
        *_, last = lines_of(file)
        body = [_said(words) for height, words in last.items() if height < _FRAME_ENDS_PT]
        assert re.fullmatch(r"\d+年\d+月\d+日", body[-1]), lines
        assert len(body) >= 3, (lines, body)


def test_a_file_is_the_same_for_the_same_section() -> None:
    def parts(content: bytes) -> dict[str, bytes]:
        with ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    assert parts(docx.render(long_section(), NOW)) == parts(docx.render(long_section(), NOW))
