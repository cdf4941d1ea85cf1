"""What a month was counted from, a hash of each home's rows: the night counts anew what has another. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256

from model.counted import ROWS_OF_A_HOME, Counted

ROWS = ("homes", *ROWS_OF_A_HOME)


def marks_of(counted: Counted) -> dict[int | None, bytes]:
    """Return a hash of what each home's figures count; under None of all, what is no home's too.

    From the county's rows a home gets the hash that it gets from its own: both find what names that home.
    A hash that differs may be for nothing, as after an upgrade; one that is the same hides no row.
    """
    of_home: defaultdict[int | None, list[object]] = defaultdict(list)
    for name in ROWS:
        for row in getattr(counted, name):
            of_home[row.home_id].append(row)
    for home_id, sums in counted.by_home.items():
        of_home[home_id] += sums
    shared = (counted.period, sorted(counted.targets.items()))
    found: dict[int | None, bytes] = {
        home_id: _hash((shared, *rows)) for home_id, rows in of_home.items() if home_id is not None
    }
    homes = sorted((str(home_id), mark) for home_id, mark in found.items())
    return found | {None: _hash((shared, homes, *of_home[None], *counted.care_visits))}


def _hash(values: Iterable[object]) -> bytes:
    digest = sha256()
    for value in values:
        digest.update(repr(value).encode())
    return digest.digest()
