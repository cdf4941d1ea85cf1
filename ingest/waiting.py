"""What waits for a lane to write it, and what is written next. One thread's own; no I/O.

`Line` is first come, first served. `Turns` gives each home its turn, and in a home each device: a thousand
messages of one device, or of strangers, put off nobody else's alarm.
"""

from __future__ import annotations

import sys
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice, takewhile
from typing import Protocol

from alerts.flapping import RUN_FROM
from ingest.messages import Decoded, Message
from model.events import Kind, State

REMEMBERED_AT_MOST = 100_000
RUN_AT_MOST = 500
"""So much of one device is written at once; its home waits for that long. Source: our choice."""

Address = tuple[str, str]
"""Source and address of a device, or the empty source and a topic where nobody could read the message."""
Homes = Callable[[Collection[Address]], Mapping[Address, int | None]]
"""Says which of these addresses are registered, and in which home."""


class Waiting(Protocol):
    """Messages that wait; `enough` is how many are worth waiting for before the next are taken."""

    @property
    def enough(self) -> int:
        """Return how many make a full batch, or more than ever wait."""
        ...

    def __len__(self) -> int:
        """Return how many wait."""
        ...

    def add(self, block: Iterable[Decoded | Message]) -> None:
        """Append messages in the order in which they came."""
        ...

    def take(self, homes: Homes) -> list[Decoded]:
        """Remove and return the next batch; never empty while something waits."""
        ...


class Line:
    """First come, first served; what nobody has read yet is read as it is taken.

    At most `ends_at_most` ends of states that may be news go into a batch: it holds the homes concerned.
    """

    def __init__(self, decode: Callable[[Message], Decoded], at_most: int, ends_at_most: int = 25) -> None:
        self.enough = at_most
        self._decode = decode
        self._ends_at_most = ends_at_most
        self._line: deque[Decoded | Message] = deque()
        self._ended: set[tuple[str, str, Kind]] = set()

    def __len__(self) -> int:
        return len(self._line)

    def add(self, block: Iterable[Decoded | Message]) -> None:
        """Append messages in the order in which they came."""
        self._line.extend(block)

    def take(self, homes: Homes) -> list[Decoded]:
        """Remove and return the next batch."""
        batch: list[Decoded] = []
        ends = 0
        while self._line and len(batch) < self.enough and ends < self._ends_at_most:
            item = self._line.popleft()
            decoded = self._decode(item) if isinstance(item, Message) else item
            batch.append(decoded)
            ends += self._ends_in(decoded)
        return batch

    def _ends_in(self, decoded: Decoded) -> int:
        """Return how many states it may end: a repeated "clear" changes nothing. Only sizes a transaction."""
        if len(self._ended) > REMEMBERED_AT_MOST:
            self._ended.clear()
        found = 0
        for event in decoded.events:
            key = (event.source, event.address, event.kind)
            if event.kind is Kind.OFFLINE:
                continue  # links that stand again are stored in one statement
            if event.state is State.CLEAR and key not in self._ended:
                self._ended.add(key)
                found += 1
            elif event.state is State.ACTIVE:
                self._ended.discard(key)
        return found


class Turns:
    """Each home has its turn, and in it each device; what a device said stays in its order.

    While no more wait than one batch holds, they are taken as they came and nobody is asked for anything.
    After a rest the first is a batch of its own, and each batch then twice as large: what came first is
    committed before the last of many is written.
    Strangers take turns of their own, whichever home they claim. A message that speaks of several devices
    waits until it is the first of each. A run of one kind by one device is taken whole.
    """

    enough = sys.maxsize

    def __init__(self, decode: Callable[[Message], Decoded], at_most: int) -> None:
        self._decode = decode
        self._at_most = at_most
        self._next_size = 1
        self._new: list[Decoded] = []
        self._homes: OrderedDict[object, OrderedDict[Address, deque[Decoded]]] = OrderedDict()
        self._order: defaultdict[Address, deque[Decoded]] = defaultdict(deque)
        self._filed = 0

    def __len__(self) -> int:
        return len(self._new) + self._filed

    def add(self, block: Iterable[Decoded | Message]) -> None:
        """Append messages in the order in which they came."""
        self._new.extend(self._decode(item) if isinstance(item, Message) else item for item in block)

    def take(self, homes: Homes) -> list[Decoded]:
        """Remove and return the next batch."""
        batch: list[Decoded] = []
        size = self._next_size
        if not self._filed and len(self._new) <= self._at_most:
            batch, self._new = self._new[:size], self._new[size:]
        else:
            self._file(homes)
            while self._filed and len(batch) < size:
                batch += self._next()
        self._next_size = min(2 * size, self._at_most) if len(self) else 1
        return batch

    def _file(self, homes: Homes) -> None:
        new, self._new = self._new, []
        places = homes({_addresses(item)[0] for item in new})
        for item in new:
            addresses = _addresses(item)
            first = addresses[0]
            home: object = places[first] if first in places else ("strangers", _claimed(item))
            self._homes.setdefault(home, OrderedDict()).setdefault(first, deque()).append(item)
            for address in addresses:
                self._order[address].append(item)
            self._filed += 1

    def _next(self) -> list[Decoded]:
        """Remove and return the message whose turn it is, or the run that begins with it.

        There is one: the oldest of all is the first of its device and of every device that it speaks of.
        """
        for _ in range(len(self._homes)):
            home, devices = next(iter(self._homes.items()))
            self._homes.move_to_end(home)
            for _ in range(len(devices)):
                device, line = next(iter(devices.items()))
                devices.move_to_end(device)
                if all(self._order[address][0] is line[0] for address in _addresses(line[0])):
                    taken = [self._remove(line) for _ in range(_run_of(line))]
                    if not line:
                        del devices[device]
                    if not devices:
                        del self._homes[home]
                    return taken
        raise AssertionError("nothing waits")

    def _remove(self, line: deque[Decoded]) -> Decoded:
        item = line.popleft()
        self._filed -= 1
        for address in _addresses(item):
            order = self._order[address]
            order.popleft()
            if not order:
                del self._order[address]
        return item


def _addresses(item: Decoded) -> list[Address]:
    """Return the devices that a message speaks of, each once; its topic where nobody could read it."""
    found = dict.fromkeys((event.source, event.address) for event in item.events)
    return list(found) or [("", item.message.topic)]


def _claimed(item: Decoded) -> str:
    """Return the home that a stranger claims, or the source that it speaks through."""
    return (item.events[0].home or item.events[0].source) if item.events else ""


def _run_of(line: Iterable[Decoded]) -> int:
    """Return how many are taken at once: 1, or all of the run of one kind that begins here.

    Each message of a run has one event, of the same device and kind, so nothing comes between them.
    """
    kinds = (item.events[0].kind if len(item.events) == 1 else None for item in islice(line, RUN_AT_MOST))
    first = next(kinds)
    long = 1 + sum(1 for _ in takewhile(lambda kind: kind is not None and kind is first, kinds))
    return long if long >= RUN_FROM else 1
