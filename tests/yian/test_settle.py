"""What a role does before its work begins."""

from __future__ import annotations

import gc

from yian.roles import settle


def test_a_collection_passes_over_what_stood_before_the_work_began_and_not_over_what_came_since() -> None:
    stands: list[object] = [[]]
    try:
        settle()
        came: list[object] = [[]]
        gone_through = {id(one) for one in gc.get_objects()}
    finally:
        gc.unfreeze()
    assert id(stands) not in gone_through
    assert id(came) in gone_through
