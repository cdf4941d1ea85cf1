"""The safety section as a finished document: headings, paragraphs and notes, and how they are set. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from compliance.figures import Figure

_NUMBER = re.compile(r"\d+(年)?")


class Numbering(StrEnum):
    """The two competing heading orders of the genre."""

    PAREN = "paren"  # 一、（一）
    DIGIT = "digit"  # 一、1.


class Detail(StrEnum):
    """How much is said: every clause, or those that the genre always has."""

    FULL = "full"
    BRIEF = "brief"


@dataclass(frozen=True, slots=True)
class Style:
    """How the text is set: heading order, detail, digits rounded or masked, figures numbered and traced."""

    numbering: Numbering = Numbering.PAREN
    masked: bool = False
    footnotes: bool = False
    detail: Detail = Detail.FULL
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `figure` is the key of the figure that it prints, `number` that of its footnote."""

    text: str
    figure: str | None = None
    maskable: bool = False
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (level 1 or 2), a paragraph (0) or a numbered note (3)."""

    level: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Return the block without footnote marks."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Section:
    """The finished document, with the figures that it prints in the order of the text."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    printed: tuple[str, ...]
    dropped: Mapping[str, str]
    """Clauses that are not said, each with the reason."""
    style: Style
    issued_on: date
    figures: Mapping[str, Figure]

    @property
    def text(self) -> str:
        """Return all of it as plain text, a line for each block."""
        head = [self.title.replace("\n", ""), *([self.subtitle] if self.subtitle else [])]
        return "\n".join([*head, *(block.text for block in self.blocks)])


def styled(blocks: Sequence[Block], style: Style, printed: Sequence[str | None]) -> list[Block]:
    """Return the blocks masked and with footnote marks, as the style asks; `printed` numbers the notes."""
    numbers = {key: number for number, key in enumerate(printed, 1)} if style.footnotes else {}
    return [
        replace(block, runs=tuple(_style(run, style.masked, numbers.get(run.figure)) for run in block.runs))
        for block in blocks
    ]


def _style(run: Run, masked: bool, number: int | None) -> Run:
    text = mask(run.text) if masked and run.maskable else run.text
    return replace(run, text=text, number=number)


def mask(text: str) -> str:
    """Return the text with one x per digit, as the genre prints what is not public; a year (2025年) stays."""
    return _NUMBER.sub(lambda found: found[0] if found[1] else "x" * len(found[0]), text)
