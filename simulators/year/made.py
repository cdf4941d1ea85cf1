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
HOUR_S = 3600
LAST_HOURS = 16
"""A year to date ends at this hour of its last day."""


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
    code: str
    name: str
    kind: str
    filed: bool
    closed_on: date | None
    connected: int
    sprinkler: bool
    township: str


@dataclass(slots=True)
class Notes:
    """What is noted of a scope while its rows are made."""

    counts: Counter[str] = field(default_factory=Counter[str])
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """How long things took, in the unit of their figure."""
    by_device: Counter[int] = field(default_factory=Counter[int])
    """Alerts of each device."""
    projects: list[str] = field(default_factory=list[str])
    """What the text says of each finished retrofit, in its own words."""


@dataclass(slots=True)
class Year:
    """Rows of a year, and what a report must say of them; one to date ends at 16:00 of `until`."""

    year: int
    seed: int
    size: Size
    until: date | None = None
    tables: dict[str, Table] = field(default_factory=dict[str, Table])
    truth: dict[str, Known] = field(default_factory=dict[str, Known])
    """What a report of the county must say."""
    county: Notes = field(default_factory=Notes)
    of_home: dict[int, Notes] = field(default_factory=lambda: defaultdict(Notes))
    homes: list[Home] = field(default_factory=list[Home])
    watched: list[Home] = field(default_factory=list[Home])
    """Homes whose devices were heard in the year."""
    detectors: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    bands: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Device numbers by home, those that are in place all year."""
    installed: dict[int, list[tuple[int, str, int]]] = field(default_factory=lambda: defaultdict(list))
    """(device, kind, day of its installation) by home."""
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - a simulation

    @property
    def first_on(self) -> date:
        """Return the first of January."""
        return date(self.year, 1, 1)

    @property
    def last_on(self) -> date:
        """Return the last day that there is."""
        return self.until or date(self.year, 12, 31)

    @property
    def days(self) -> int:
        """Return how many days there are, the last one included."""
        return (self.last_on - self.first_on).days + 1

    @property
    def lacking_s(self) -> int:
        """Return how many seconds of the last day are still to come."""
        return 0 if self.until is None else DAY_S - LAST_HOURS * HOUR_S

    @property
    def ends_at(self) -> datetime:
        """Return when the year, or what there is of it, ends."""
        return self.at(self.days, -self.lacking_s)

    @property
    def chosen(self) -> Home:
        """Return the home of which a month is kept as it was said, and whose own report is read."""
        return self.watched[-1]

    @property
    def raw_days(self) -> range:
        """Return the days of the last whole month: the chosen home's readings of them are kept."""
        ends = self.last_on + timedelta(days=self.until is None)
        first = (ends.replace(day=1) - timedelta(days=1)).replace(day=1)
        return range(self.day_of(first), self.day_of(ends.replace(day=1)))

    def is_raw(self, home: Home, day: int) -> bool:
        """Say whether a day of a home is there as readings only: also the last day of a year to date."""
        running = self.until is not None and day == self.days - 1
        return running or (home is self.chosen and day in self.raw_days)

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

    def watched_s(self, home: Home, since: int = 0) -> int:
        """Return the seconds between the start of a day and the end of a home's devices."""
        until = self.watched_until(home)
        return (until - since) * DAY_S - (self.lacking_s if until == self.days else 0)

    def is_open(self, home: Home) -> bool:
        """Say whether the home is open at the end of the year."""
        return home.closed_on is None

    def add(self, table: str, **columns: object) -> int:
        """Add a row and return its number within the table, from 1."""
        kept = self.tables.setdefault(table, Table(tuple(columns)))
        kept.rows.append(tuple(columns[name] for name in kept.columns))
        return len(kept.rows)

    def notes(self, home: Home | None) -> tuple[Notes, ...]:
        """Return where something is noted: of the county, and of the home that it is about."""
        return (self.county,) if home is None else (self.county, self.of_home[home.number])

    def note(self, home: Home | None, **counts: bool | int) -> None:
        """Count what a row is."""
        for notes in self.notes(home):
            for name, number in counts.items():
                notes.counts[name] += int(number)

    def took(self, home: Home, **durations: float) -> None:
        """Note how long something took."""
        for notes in self.notes(home):
            for name, duration in durations.items():
                notes.took[name].append(duration)
