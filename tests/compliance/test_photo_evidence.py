"""A signed month carries the hash of each photo, and shows one that came later without moving a figure."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from hashlib import sha256

from compliance.frozen import changed_rows
from compliance.monthly_filing import file, month
from compliance.registers import photos
from compliance.registers.pictures import Picture
from store import months
from tests.compliance.rows import Hand

MAY = date(2025, 5, 1)
JUNE_5 = datetime(2025, 6, 5, 1, 0, tzinfo=UTC)


def picture(content: bytes) -> Picture:
    digest = sha256(content).digest()
    return Picture(content, content, 4, 4, None, None, None, digest, digest)


def test_the_hash_of_a_photo_is_signed_with_the_month(database: str) -> None:
    hand = Hand(database)
    home = hand.home("qinghe", "青河敬老院", "敬老院", opened_on=date(2020, 1, 1))
    number = hand.one(
        "INSERT INTO hazards (home_id, found_on, grade, description) VALUES (%s, '2025-05-20', 'major', '堵塞')"
        " RETURNING hazard_id",
        home,
    )
    kept = photos.add(hand.conn, number, "before", picture(b"one"), "陈院长", JUNE_5)
    file(hand.conn, MAY, None, "民政局", JUNE_5)
    signed = months.filed(hand.conn, MAY, None)[0].content
    assert json.loads(signed)["rows"]["hazards"][str(number)]["photos"] == [kept.sha256]
    assert changed_rows(signed, month(hand.conn, MAY, None, JUNE_5)) == []
    later = photos.add(hand.conn, number, "after", picture(b"two"), "陈院长", JUNE_5)
    (line,) = changed_rows(signed, month(hand.conn, MAY, None, JUNE_5))
    assert later.sha256 in line
    assert file(hand.conn, MAY, None, "民政局", JUNE_5) is None
    hand.conn.close()
