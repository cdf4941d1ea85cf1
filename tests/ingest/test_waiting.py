"""Whose turn it is: nobody waits behind a neighbour's flood, and what a device said keeps its order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.messages import Decoded, Message
from ingest.waiting import Address, Line, Turns
from model.clock import utc_now
from model.events import Event, Kind, State

NOW = utc_now()
AT_MOST = 8
HOMES = {"a": 1, "b": 1, "c": 2, "d": None}
"""Registered devices and their homes; every other address is a stranger."""
KINDS = (Kind.SMOKE, Kind.FAULT)


def homes_of(addresses: Collection[Address]) -> Mapping[Address, int | None]:
    return {one: HOMES[one[1]] for one in addresses if one[1] in HOMES}


def as_read(_: Message) -> Decoded:
    raise AssertionError("it was read already")


def said(number: int, *devices: str, kind: Kind = Kind.SMOKE, home: str | None = None) -> Decoded:
    events = tuple(
        Event("yian", device, kind, State.ACTIVE, NOW, f"{number}-{n}", home=home)
        for n, device in enumerate(devices)
    )
    return Decoded(Message(f"t/{number}", b"", NOW), events)


messages = st.lists(
    st.tuples(st.lists(st.sampled_from("abcdxyz"), max_size=3), st.sampled_from(KINDS)).map(
        lambda drawn: (tuple(drawn[0]), drawn[1])
    ),
    max_size=60,
)


@given(st.lists(messages, min_size=1, max_size=4))
def test_each_message_is_taken_once_and_each_device_keeps_its_order(
    blocks: list[list[tuple[tuple[str, ...], Kind]]],
) -> None:
    turns = Turns(as_read, AT_MOST)
    given_in: list[Decoded] = []
    taken: list[Decoded] = []
    for block in blocks:
        new = [said(len(given_in) + n, *devices, kind=kind) for n, (devices, kind) in enumerate(block)]
        given_in += new
        turns.add(new)
        if len(turns):
            taken += turns.take(homes_of)
    while len(turns):
        batch = turns.take(homes_of)
        assert batch
        taken += batch
    assert sorted(map(id, taken)) == sorted(map(id, given_in))
    for device in "abcdxyz":

        def of_device(items: list[Decoded], device: str = device) -> list[str]:
            return [
                one.message.topic for one in items if any(event.address == device for event in one.events)
            ]

        assert of_device(taken) == of_device(given_in)


FLOODS: dict[str, Callable[[int], Decoded]] = {
    "one device": lambda n: said(n, "a"),
    "one stranger": lambda n: said(n, "x"),
    "many strangers": lambda n: said(n, f"stranger-{n}", home="h2"),
    "garbage": lambda n: Decoded(Message(f"yian/v1/h2/{n}/alarm", b"", NOW)),
    "mixed kinds": lambda n: said(n, "a", kind=KINDS[n % 2]),
}


@settings(max_examples=40)
@given(st.integers(AT_MOST, 1500), st.sampled_from(sorted(FLOODS)))
def test_a_neighbour_is_in_the_next_two_batches_or_messages_of_one_however_much_waits(
    flood: int, of: str
) -> None:
    turns = Turns(as_read, AT_MOST)
    turns.add([FLOODS[of](n) for n in range(flood)])
    turns.take(homes_of)
    neighbour = said(flood, "c")
    turns.add([neighbour])
    batches = [turns.take(homes_of)]
    while neighbour not in batches[-1]:
        batches.append(turns.take(homes_of))
    assert len(batches) <= 2 or sum(map(len, batches)) <= AT_MOST


def test_a_device_waits_for_no_flood_of_its_own_home() -> None:
    turns = Turns(as_read, AT_MOST)
    turns.add([said(n, "a", kind=KINDS[n % 2]) for n in range(2000)])
    turns.take(homes_of)
    neighbour = said(2000, "b")
    turns.add([neighbour])
    assert neighbour in turns.take(homes_of)


def test_a_flapping_device_is_taken_by_the_run() -> None:
    turns = Turns(as_read, AT_MOST)
    turns.add([said(n, "a") for n in range(400)])
    assert len(turns.take(homes_of)) == 400
    assert len(turns) == 0


def test_few_messages_are_taken_as_they_came_and_nobody_is_asked() -> None:
    def nobody(_: Collection[Address]) -> Mapping[Address, int | None]:
        raise AssertionError("asked")

    turns = Turns(as_read, AT_MOST)
    few = [said(n, "ab"[n % 2]) for n in range(AT_MOST)]
    turns.add(few)
    assert [one for _ in range(4) for one in turns.take(nobody)] == few


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 1500), st.sampled_from(["many strangers", "garbage", "mixed kinds"]))
def test_the_first_of_many_after_a_rest_waits_for_no_other(flood: int, of: str) -> None:
    turns = Turns(as_read, AT_MOST)
    for _ in range(2):
        turns.add([FLOODS[of](n) for n in range(flood)])
        sizes: list[int] = []
        while len(turns):
            sizes.append(len(turns.take(homes_of)))
        assert sizes[:4] == [1, 2, 4, 8][: len(sizes) - 1] + sizes[len(sizes) - 1 : 4]
        assert max(sizes) <= AT_MOST


@given(messages)
def test_a_line_is_first_come_first_served(drawn: list[tuple[tuple[str, ...], Kind]]) -> None:
    line = Line(as_read, AT_MOST)
    items = [said(n, *devices, kind=kind) for n, (devices, kind) in enumerate(drawn)]
    line.add(items)
    taken: list[Decoded] = []
    while len(line):
        taken += line.take(homes_of)
    assert taken == items
