"""The evidence: any row that is changed, taken out or put in between is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.log import broken, hash_of


def chain(length: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    previous = b""
    for number in range(1, length + 1):
        row: dict[str, Any] = {
            "incident_id": 1,
            "number": number,
            "at": datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=number),
            "alert_id": 5,
            "person_id": None,
            "actor": "王秀英",
            "via": "board",
            "action": "acknowledge",
            "details": {"from": "raised"},
        }
        row |= {"previous_hash": previous, "hash": hash_of(previous, row)}
        previous = row["hash"]
        rows.append(row)
    return rows


@given(st.integers(1, 8))
def test_an_untouched_log_verifies(length: int) -> None:
    assert broken(chain(length)) == []


@given(st.integers(0, 5), st.sampled_from(["at", "actor", "action", "details", "person_id"]))
def test_a_changed_row_is_named(index: int, field: str) -> None:
    rows = chain(6)
    rows[index][field] = {"at": datetime(2020, 1, 1, tzinfo=UTC), "person_id": 9}.get(field, "x")
    assert any(f"row {index + 1} was changed" in line for line in broken(rows))


@given(st.integers(0, 4))
def test_a_row_that_was_taken_out_is_missed(index: int) -> None:
    rows = chain(6)
    del rows[index]
    assert broken(rows)
