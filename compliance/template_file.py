"""Reading the words of the section from the file that ships with us, or from the bureau's own copy."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from compliance.indicators import keys
from compliance.words import Words, words_of
from compliance.words_check import Wrong, wrong_words
from model.errors import BadInput

OURS = Path(__file__).parent / "templates" / "safety.toml"


def read_words(file: Path = OURS) -> Words:
    """Return the words of a template file; raises BadInput, which names every line that is wrong."""
    return parsed(_text_of(file))


def slips_in(file: Path) -> list[str]:
    """Return every slip of a template file; raises BadInput where it cannot be read."""
    return slips_of(_text_of(file))


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise BadInput("templates", "可读的 TOML 文件 a readable TOML file in UTF-8", str(exc)) from exc


def parsed(text: str) -> Words:
    """Return the words of a template; raises BadInput, which names every line that is wrong."""
    raw, slips = _look(text)
    if slips:
        more = f" (+{len(slips) - 1}: yian report words --check FILE)" if slips[1:] else ""
        raise BadInput("templates", f"没有错处的文字 words without slips: {slips[0]}{more}")
    return words_of(raw)


def slips_of(text: str) -> list[str]:
    """Return every slip of a template, each with its line; none where it can be used."""
    return _look(text)[1]


def _look(text: str) -> tuple[dict[str, Any], list[str]]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        return {}, [f"TOML: {exc}"]
    lines = text.splitlines()
    return raw, list(dict.fromkeys(told(one, lines) for one in wrong_words(raw, keys())))


def told(one: Wrong, lines: Sequence[str]) -> str:
    """Return a slip with the line on which its text first stands, after its own heading where it has one."""
    head = f"[{'.'.join(one.where.split('.')[:2])}]"
    begin = next((number for number, line in enumerate(lines) if line.strip().startswith(head)), 0)
    seen = [number for number, line in enumerate(lines[begin:], begin + 1) if one.found and one.found in line]
    place = f"第 {seen[0]} 行 line {seen[0]} " if seen else ""
    found = f": {one.found}" if one.found and len(one.found) < 60 else ""
    return f"{place}[{one.where}]{found} → {one.expected}"
