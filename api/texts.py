"""What users read, in one catalogue per language; Chinese first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from model.counting_words import filled

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("zh", "en")
"""The first one is what people get who chose none."""

Catalogue = Mapping[str, str]


class Texts:
    """The catalogues, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._catalogues: dict[str, Catalogue] = {
            language: json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
            for language in LANGUAGES
        }

    def keys(self, language: str) -> frozenset[str]:
        """Return the keys that a language has."""
        return frozenset(self._catalogues[language])

    def get(self, language: str, key: str, **values: object) -> str:
        """Return a text with its values filled in. Raises KeyError for a key that nobody wrote."""
        return filled(self._catalogues[language][key], **values)

    def some(self, language: str, starts: tuple[str, ...]) -> dict[str, str]:
        """Return the texts whose keys start so, for what a page says by itself."""
        return {key: text for key, text in self._catalogues[language].items() if key.startswith(starts)}

    def word(self, language: str, group: str, key: str | None) -> str:
        """Return the word for a code, or the code itself where it is newer than the catalogue."""
        return "" if key is None else self._catalogues[language].get(f"{group}.{key}", key)
