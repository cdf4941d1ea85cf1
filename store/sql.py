"""Named queries from the .sql file beside a module: `-- name: open_alerts` starts one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, LiteralString, cast

from psycopg import Connection

Conn = Connection[Any]
"""A connection in the caller's transaction."""
_NAME = re.compile(r"^-- name: (\w+)[^\n]*\n", re.MULTILINE)


def load(module_file: str) -> dict[str, LiteralString]:
    """Return the queries of the .sql file that stands beside `module_file`, by name.

    The text may be vouched for as literal because it ships with the code and takes nothing in.
    """
    parts = _NAME.split(Path(module_file).with_suffix(".sql").read_text(encoding="utf-8"))
    return {
        name: cast(LiteralString, text.strip()) for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }
