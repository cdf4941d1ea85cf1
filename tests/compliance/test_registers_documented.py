"""What officers read about the registers is what the code declares."""

from __future__ import annotations

from pathlib import Path

from compliance.registers.documenting import document
from model.sheets import SHEETS

DOCS = Path(__file__).parents[2] / "docs" / "registers.md"


def test_the_registers_document_is_current() -> None:
    assert DOCS.read_text(encoding="utf-8") == document(), "yian registers docs > docs/registers.md"


def test_every_register_and_column_is_in_it() -> None:
    text = document()
    for sheet in SHEETS:
        part = text.split(f"## {sheet.zh} `{sheet.name}`")[1].split("\n## ")[0]
        assert [line.split(" | ")[0][2:] for line in part.splitlines() if line.startswith("| ")][2:] == [
            column.zh for column in sheet.columns
        ]
