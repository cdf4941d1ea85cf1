"""How a setting stands in an environment variable, and how it is read from there. Pure.

By hand and not by pydantic, which is some 10 MB in each process that reads a setting; each reader takes the
text and returns the value, or raises ValueError that says what was expected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any, cast


class Secret:
    """A text that no log and no error message shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """Return the text itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"


def secret(least: int = 0) -> Callable[[str], Secret]:
    """Read a secret of so many characters at least."""

    def read(text: str) -> Secret:
        if len(text) < least:
            raise ValueError(f"at least {least} characters")
        return Secret(text)

    return read


def number(least: int, most: int) -> Callable[[str], int]:
    """Read a whole number within bounds."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return value

    return read


def matching(pattern: str) -> Callable[[str], str]:
    """Read a text of a form."""

    def read(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(f"a text like {pattern}")
        return text

    return read


def yes_no(text: str) -> bool:
    """Read a switch."""
    known = {
        **dict.fromkeys(("true", "1", "yes", "on"), True),
        **dict.fromkeys(("false", "0", "no", "off"), False),
    }
    if text.lower() not in known:
        raise ValueError("true or false")
    return known[text.lower()]


def listed(text: str) -> tuple[str, ...]:
    """Read a JSON list of texts."""
    try:
        found: object = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in cast("list[object]", found)):
        raise ValueError('a JSON list of texts, as ["one", "two"]')
    return tuple(cast("list[str]", found))


def time_of_day(text: str) -> time:
    """Read a time of day, as 09:00."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError("a time of day, as 09:00") from None


def written(value: Any) -> str:
    """Return a value as its reader takes it."""
    match value:
        case Secret():
            return value.get_secret_value()
        case bool():
            return "true" if value else "false"
        case tuple():
            return json.dumps(value)
        case time() | Path() | str() | int():
            return str(value)
        case _:
            raise TypeError(type(value).__name__)
