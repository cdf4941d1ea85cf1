"""Signed links: what was signed comes back, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import links
from model.errors import BadInput, Refused

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
KEY = "a key of more than sixteen characters"
LINK = links.make(12, 5, links.ANSWER, NOW + timedelta(hours=1), KEY)


@given(st.integers(0, 10**12), st.integers(0, 10**8), st.integers(1, 10**6))
def test_what_was_signed_is_read_back(incident_id: int, person_id: int, seconds: int) -> None:
    # For any incident, person and time to live: the same values, up to the very second of the end.
    until = NOW + timedelta(seconds=seconds)
    token = links.make(incident_id, person_id, links.ANSWER, until, KEY)
    assert links.read(token, NOW, KEY) == links.Link(incident_id, person_id, links.ANSWER, until)
    with pytest.raises(Refused, match="expired"):
        links.read(token, until, KEY)


@given(st.integers(0, len(LINK) - 1), st.characters(codec="ascii"))
def test_a_changed_link_is_refused(at: int, other: str) -> None:
    # No single changed character gives a link that is accepted.
    changed = LINK[:at] + other + LINK[at + 1 :]
    if changed != LINK:
        with pytest.raises(BadInput):
            links.read(changed, NOW, KEY)


@given(st.text(max_size=80))
def test_any_text_is_no_link(text: str) -> None:
    with pytest.raises(BadInput):
        links.read(text, NOW, KEY)


def test_a_link_of_another_key_is_none() -> None:
    with pytest.raises(BadInput):
        links.read(LINK, NOW, KEY + "!")


def test_a_link_serves_one_purpose() -> None:
    token = links.make(12, 5, "report", NOW + timedelta(hours=1), KEY)
    with pytest.raises(Refused, match="purpose"):
        links.read(token, NOW, KEY)
    assert links.read(token, NOW, KEY, purpose="report").incident_id == 12


def test_a_link_fits_a_short_message_and_an_address() -> None:
    assert len(LINK) <= 60
    assert all(c.isalnum() or c in "._-" for c in LINK)


@pytest.mark.parametrize("purpose", ["", "An Answer", "a.b", "x" * 21])
def test_a_purpose_is_a_plain_word(purpose: str) -> None:
    with pytest.raises(BadInput):
        links.make(1, 1, purpose, NOW, KEY)
