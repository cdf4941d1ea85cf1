"""Where each printed figure comes from, as a line that an auditor can follow. Pure."""

from __future__ import annotations

from compliance.document import Section, mask
from compliance.figures import Figure
from compliance.row_words import noun, parts_of_figure

_SHOWN = 6
"""The work-book lists all of them."""


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
    """Return a figure's source in one line: value, parts of a rate, rows by register, completeness."""
    text = f"{figure.label}{figure.printed()}{figure.unit}{parts_of_figure(figure)}"
    rows, what = figure.evidence.rows, noun(figure.evidence.table)
    if rows:
        shown = "、".join(map(str, rows[:_SHOWN])) + ("等" if len(rows) > _SHOWN else "")
        text += f"。依据：{what}第{shown}号，共{len(rows)}条"
    else:
        text += f"。依据：{what}"
    if figure.completeness is not None and figure.completeness < 1:
        text += f"；数据完整率{int(figure.completeness * 1000) / 10:g}%"
    return text
