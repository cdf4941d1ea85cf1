"""Reading the words of the section from the file that ships with us, or from the bureau's own copy."""

from __future__ import annotations

import tomllib
from pathlib import Path

from compliance.words import Words, words_of
from model.errors import BadInput

OURS = Path(__file__).parent / "templates" / "safety.toml"


def read_words(file: Path = OURS) -> Words:
    """Return the words of a template file; raises BadInput where it cannot be read or is not one."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise BadInput("templates", "a readable TOML file", str(exc)) from exc
    return words_of(raw)
