"""Colours that stand on each other can be read (WCAG 2.2 AA: 4.5 to 1 for text)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAIRS = [
    ("text", "ground"), ("text", "surface"), ("soft", "ground"), ("soft", "surface"), ("soft", "raised"),
    ("link", "surface"), ("link", "ground"), ("brand", "surface"), ("on-main", "main"),
    ("on-critical", "critical"), ("on-danger", "danger"), ("on-warning", "warning"), ("on-calm", "calm"),
    ("on-drill", "drill"), ("on-lost", "lost"), ("good", "surface"), ("good", "good-wash"),
    ("text", "critical-wash"), ("text", "danger-wash"), ("text", "warning-wash"), ("text", "calm-wash"),
]  # fmt: skip


def _tokens() -> dict[str, dict[str, str]]:
    source = Path("api/static/tokens.css").read_text(encoding="utf-8")
    light, dark = source.split("@media (prefers-color-scheme: dark)")
    read = {name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part)) for name, part in
            (("light", light), ("dark", dark))}  # fmt: skip
    return {"light": read["light"], "dark": {**read["light"], **read["dark"]}}


def _brightness(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "under"), PAIRS)
def test_text_can_be_read(scheme: str, text: str, under: str) -> None:
    colours = _tokens()[scheme]
    bright, dim = sorted((_brightness(colours[text]), _brightness(colours[under])), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= 4.5
