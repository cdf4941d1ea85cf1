"""Named queries from the .sql file beside a module: `-- name: open_alerts` starts one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString, TypeVar, cast

from psycopg import Connection

Conn = Connection[Any]
"""A connection in the caller's transaction."""
T = TypeVar("T")
Later = Callable[[], T]
"""A question that was asked: called, it waits for the answer. In a pipeline several travel as one."""
_NAME = re.compile(r"^-- name: (\w+)[^\n]*\n", re.MULTILINE)


def load(module_file: str) -> dict[str, LiteralString]:
    """Return the queries of the .sql file that stands beside `module_file`, by name.

    The text may be vouched for as literal because it ships with the code and takes nothing in.
    """
    parts = _NAME.split(Path(module_file).with_suffix(".sql").read_text(encoding="utf-8"))
    return {
        name: cast(LiteralString, text.strip()) for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }
