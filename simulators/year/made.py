"""What a simulated year is: rows by table, and the truth that was noted while they were made. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from model.clock import SHANGHAI
from model.errors import BadInput

FEWEST_HOMES = 8
"""Below that there is not one home of every sort."""
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Size:
    """How big the county is; detectors and bands are of all homes together."""

    homes: int = 30
    detectors: int = 3000
    bands: int = 600

    def __post_init__(self) -> None:
        if self.homes < FEWEST_HOMES:
            raise BadInput("--homes", f"{FEWEST_HOMES} or more", self.homes)
        if self.detectors < 5 * self.homes or self.bands < self.homes:
            raise BadInput("--detectors", "5 detectors and a band per home, or more", self.detectors)


@dataclass(frozen=True, slots=True)
class Share:
    """A rate as the truth knows it: of what, and how much of it."""

    part: float
    whole: float

    @property
    def percent(self) -> float | None:
        """Return the rate in per cent, None where there is nothing that it is a share of."""
        return self.part * 100 / self.whole if self.whole else None


Known = float | Share | None
"""None: nobody can know it from these rows."""


@dataclass(slots=True)
class Table:
    """Rows of one table in the order of its columns."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])


@dataclass(slots=True)
class Home:
    """A home of the year; `connected` is the day on which its devices began to report, before the year."""

    number: int
    name: str
    kind: str
    filed: bool
    closed_on: date | None
    connected: int
    sprinkler: bool


@dataclass(slots=True)
class Year:
    """Rows of a year, and what a report must say of them."""

    year: int
    seed: int
    size: Size
    tables: dict[str, Table] = field(default_factory=dict[str, Table])
    truth: dict[str, Known] = field(default_factory=dict[str, Known])
    projects: list[str] = field(default_factory=list[str])
    """What the text says of each finished retrofit, in its own words."""
    noted: Counter[str] = field(default_factory=Counter[str])
    """What is counted while the rows are made."""
    homes: list[Home] = field(default_factory=list[Home])
    detectors: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    bands: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Device numbers by home, those that are in place all year."""
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - a simulation

    @property
    def first_on(self) -> date:
        """Return the first of January."""
        return date(self.year, 1, 1)

    @property
    def last_on(self) -> date:
        """Return the last of December."""
        return date(self.year, 12, 31)

    @property
    def days(self) -> int:
        """Return how many days the year has."""
        return (self.last_on - self.first_on).days + 1

    def on(self, day: int) -> date:
        """Return a day of the year, counted from 0; negative ones lie before it."""
        return self.first_on + timedelta(days=day)

    def at(self, day: int, seconds: float = 0) -> datetime:
        """Return a time of a day in Shanghai."""
        return datetime.combine(self.on(day), time(), SHANGHAI) + timedelta(seconds=seconds)

    def day_of(self, day: date) -> int:
        """Return which day of the year a date is."""
        return (day - self.first_on).days

    def open_days(self, home: Home) -> int:
        """Return on how many days of the year the home was open, the day of its closing included."""
        return self.days if home.closed_on is None else max(0, self.day_of(home.closed_on) + 1)

    def watched_until(self, home: Home) -> int:
        """Return the day on which a home's devices end: that of its closing, or the end of the year."""
        return self.days if home.closed_on is None else max(0, self.day_of(home.closed_on))

    def is_open(self, home: Home) -> bool:
        """Say whether the home is open at the end of the year."""
        return home.closed_on is None

    def add(self, table: str, **columns: object) -> int:
        """Add a row and return its number within the table, from 1."""
        kept = self.tables.setdefault(table, Table(tuple(columns)))
        kept.rows.append(tuple(columns.values()))
        return len(kept.rows)

    def note(self, **counts: bool | int) -> None:
        """Count what a row is."""
        for name, number in counts.items():
            self.noted[name] += int(number)
