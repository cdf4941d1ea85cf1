"""The section as Markdown; footnotes in the form [^1]. Pure."""

from __future__ import annotations

from compliance.document import Block, Section
from compliance.sources import source_lines


def render(section: Section) -> str:
    """Return the section as Markdown text."""
    lines = [f"# {section.title.replace(chr(10), '')}", ""]
    if section.subtitle:
        lines += [section.subtitle, ""]
    for block in section.blocks:
        lines += [_block(block), ""]
    if section.style.footnotes:
        lines += [f"[^{number}]: {line}" for number, line in source_lines(section)]
    return "\n".join(lines).rstrip() + "\n"


def _block(block: Block) -> str:
    text = "".join(f"{run.text}[^{run.number}]" if run.number else run.text for run in block.runs)
    return f"{'#' * (block.level + 1)} {text}" if block.level in (1, 2) else text
