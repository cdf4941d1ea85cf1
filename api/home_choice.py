"""Which home a page or a change is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query
from psycopg import Connection
from psycopg.rows import TupleRow

from api.auth import Viewer
from model.errors import BadInput, Missing
from store.homes import home_names

HomeText = Annotated[str, Query(max_length=10)]
"""The home that a form's field names; empty where it names none."""
HomeNumber = Annotated[int, Query(ge=0, le=2**31 - 1)]
"""The home that is asked for by its number; 0 for none."""


def chosen_home(conn: Connection[TupleRow], viewer: Viewer, home_id: str) -> int | None:
    """Return the home that a page is about: one's own, the one asked for, else the first. Raises Missing."""
    own = viewer.person.home_id
    if own is not None:
        if home_id not in ("", str(own)):
            raise Missing(f"没有这家机构 no such home: {home_id}")
        return own
    seen = [one for one, _ in home_names(conn)]
    if not home_id:
        return seen[0] if seen else None
    if home_id not in {str(one) for one in seen}:
        raise Missing(f"没有这家机构 no such home: {home_id}")
    return int(home_id)


def named_home(conn: Connection[TupleRow], viewer: Viewer, home_id: int | None) -> int:
    """Return the home that a change names, one's own where it may name none.

    Raises BadInput where somebody who looks after several names none, Missing for what they may not see.
    """
    home = None if home_id is None and viewer.oversight else chosen_home(conn, viewer, str(home_id or ""))
    if home is None:
        raise BadInput("home_id", "机构 the home in which it is")
    return home


def one_of(homes: Sequence[tuple[int, str]], home_id: int) -> int | None:
    """Return the home that is asked for, else the first of them; None where there is none."""
    return home_id if home_id in {each for each, _ in homes} else homes[0][0] if homes else None
