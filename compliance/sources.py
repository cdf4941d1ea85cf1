"""Where each printed figure comes from, as a line that an auditor can follow. Pure."""

from __future__ import annotations

from compliance.figures import Figure, number
from compliance.section import Section, mask

_SHOWN = 12


def source_lines(section: Section) -> list[tuple[int, str]]:
    """Return (footnote number, source) of every printed figure in the order of the text."""
    return [
        (place, masked_if(section, source_of(section.figures[key])))
        for place, key in enumerate(section.printed, 1)
    ]


def masked_if(section: Section, text: str) -> str:
    """Return the text, with its digits masked where the section is."""
    return mask(text) if section.style.masked else text


def source_of(figure: Figure) -> str:
    """Return a figure's source in one line: value, parts of a rate, query, rows, completeness."""
    text = f"{figure.label} {figure.printed()}{figure.unit}"
    if figure.numerator is not None and figure.denominator is not None:
        text += f"（{number(figure.numerator, 1)}/{number(figure.denominator, 1)}）"
    text += f"；查询 {figure.evidence.query}"
    rows = figure.evidence.rows
    if rows:
        shown = "、".join(map(str, rows[:_SHOWN])) + ("等" if len(rows) > _SHOWN else "")
        text += f"，{figure.evidence.table} 第 {shown} 号，共{len(rows)}行"
    if figure.completeness is not None:
        text += f"；数据完整率{int(figure.completeness * 1000) / 10:g}%"
    return text
