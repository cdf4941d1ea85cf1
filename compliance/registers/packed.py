"""What is packed in an .xlsx file, before a library opens it: how much, and which cells are merged. Pure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from model.errors import BadInput

UNPACKED_MOST = 1_000_000_000
ORDINARY_MOST = 50_000_000
RATIO_MOST = 200
"""Bytes unpacked; what is larger than ordinary may not have shrunk further than this. Source: our choice."""
_BLOCK_BYTES = 1 << 20
_PART = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
WORK_BOOK = "可以打开的工作簿（XLSX） a work-book that can be opened (XLSX)"
_TAIL_BYTES = 100
"""Longer than a merged area is written, so that none is cut in two."""


@dataclass(frozen=True, slots=True)
class Merged:
    """An area of merged cells, as A2:B3, with its first and last row."""

    area: str
    first: int
    last: int


def merged_areas(data: bytes) -> dict[int, list[Merged]]:
    """Return the merged areas by the number of the sheet.

    Raises BadInput for what is no .xlsx, or unpacks to more than a register can be.
    """
    areas: dict[int, list[Merged]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as work_book:
            whole = sum(entry.file_size for entry in work_book.infolist())
            if whole > UNPACKED_MOST or (whole > ORDINARY_MOST and whole > RATIO_MOST * len(data)):
                raise BadInput(
                    "file",
                    "一般大小的工作簿 a work-book of ordinary size",
                    f"{whole // 1_000_000} MB unpacked",
                )
            for entry in work_book.infolist():
                number = _PART.fullmatch(entry.filename)
                if number is not None:
                    with work_book.open(entry) as part:
                        areas[int(number[1])] = sorted(set(_merged_in(part)), key=lambda one: one.area)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as exc:
        raise BadInput("file", WORK_BOOK, type(exc).__name__) from exc
    return areas


def _merged_in(part: IO[bytes]) -> Iterator[Merged]:
    tail = b""
    while block := part.read(_BLOCK_BYTES):
        for hit in _MERGED.finditer(tail + block):
            left, first, right, last = (piece.decode() for piece in hit.groups())
            yield Merged(f"{left}{first}:{right}{last}", int(first), int(last))
        tail = b"" if block.endswith(b">") else block[-_TAIL_BYTES:]
